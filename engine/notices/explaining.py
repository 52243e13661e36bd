"""Explaining a notice: the rule, its source, the facts, the days counted one by one, and proof
that taking the decision again gives the same result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from engine.notices.answering import find_notice
from engine.notices.kept_facts import KeptFacts, reading_back
from engine.notices.rederiving import deadline_of, is_derived_again
from engine.rules import papers
from engine.rules.calendar import WEEK_SOURCE, DayNote
from engine.rules.conditions import written
from engine.rules.quotes import lines_of
from engine.rules.rulebook import Rulebook
from engine.rules.words import NoticeKind
from engine.store.rulebooks import recall
from engine.store.tables import Notice

ROUTINE_RULES = {
    "assign": ("交办通知", "立项后交办责任单位，签收时限由督办规则规定"),
    "support": ("配合通知", "交办时告知配合单位，只告知，不要求签收和答复"),
    "relieve": ("改派告知", "改派后告知原责任单位：非本单位职责的由督查室改派，不得自行转办"),
    "conclusion": (
        "督查结论反馈",
        "《政府督查工作条例》第十六条：督查结论应当向督查对象反馈",
    ),
    "review": ("复核决定", "《政府督查工作条例》第十七条：收到申请之日起30日内作出复核决定"),
    "weekly": ("一周一督", "每周第一个工作日汇总临近、逾期、落后和待整改事项"),
    "alarm": ("送达告警", "通知没有送到或者岗位无人，须告诉督查室（本地设定）"),
    "brief": ("月度专报", "每月第二个工作日汇总上月底办理情况，报领导"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a notice was issued.

    Attributes:
        texts: the figures found and the figures required.
        days: each day between the sweep and the deadline, working or not and why.
        same: whether taking the decision again gave the same notice.
    """

    number: int
    kind: NoticeKind
    title: str
    as_of: date
    rule: str
    source: str
    reason: str
    texts: tuple[str, ...]
    days: tuple[DayNote, ...]
    policy_version: str
    calendar_version: str
    same: bool

    @property
    def lines(self) -> list[str]:
        """The explanation in Chinese, line by line."""
        verdict = "一致" if self.same else "不一致，请检查数据是否被改动"
        return [
            f"通知 {self.number}（{self.kind.label}）：{self.title}",
            f"检查日期：{written(self.as_of)}",
            f"规则：{self.rule}",
            f"规则出处：{self.source}",
            f"理由：{self.reason}",
            *(f"事实：{text}" for text in self.texts),
            *_day_lines(self.days),
            f"规则版本 {self.policy_version}，日历版本 {self.calendar_version}",
            f"重新推算：{verdict}",
        ]


def explain(session: Session, number: int) -> Explanation:
    """Explain one notice.

    Raises:
        NoticeUnknown: there is none of this number.
        VersionUnknown: its policy or calendar is not in the store.
        FactsDamaged: what was stored with it is not what was written.
    """
    with reading_back(number):
        notice = find_notice(session, number)
        rulebook = recall(session, notice.policy_version, notice.calendar_version)
    return explain_notice(session, notice, rulebook)


def explain_notice(session: Session, notice: Notice, rulebook: Rulebook) -> Explanation:
    """Explain a notice under the rulebook it was decided under."""
    name, source = _rule(notice, rulebook)
    return Explanation(
        number=notice.id,
        kind=notice.kind,
        title=notice.title,
        as_of=notice.as_of,
        rule=name,
        source=source,
        reason=notice.reason.label,
        texts=tuple(_texts(notice)),
        days=tuple(_days(notice, rulebook)),
        policy_version=notice.policy_version,
        calendar_version=notice.calendar_version,
        same=is_derived_again(session, notice, rulebook),
    )


def _rule(notice: Notice, rulebook: Rulebook) -> tuple[str, str]:
    """The rule's name, and where it comes from."""
    rule = rulebook.policy.rule(notice.rule)
    if rule:
        return rule.name, rule.source
    with reading_back(notice.id):
        return ROUTINE_RULES[notice.rule]


def _texts(notice: Notice) -> Iterator[str]:
    kept = KeptFacts(notice)
    yield from kept.texts
    if quoted := kept.quoted:
        yield f"前次通知：{'；'.join(lines_of(quoted))}"
    if notice.kind is NoticeKind.ALARM:
        yield from (alarm.line for alarm in kept.alarms)
    for item in _named(notice.kind, kept):
        yield f"{item.standing.code} {item.standing.title}：{'；'.join(item.texts)}"


def _named(kind: NoticeKind, kept: KeptFacts) -> tuple[papers.CircularItem, ...]:
    """The items that a paper names with the figures they are named for."""
    if kind is NoticeKind.CIRCULAR:
        return kept.circular.named
    if kind is NoticeKind.MONTHLY_PUSH:
        return kept.push.items
    return ()


def _days(notice: Notice, rulebook: Rulebook) -> list[DayNote]:
    deadline = deadline_of(notice)
    if deadline is None:
        return []
    first, last = sorted((notice.as_of, deadline.due))
    return list(rulebook.calendar.count_days(first, last))


def _day_lines(days: tuple[DayNote, ...]) -> Iterator[str]:
    if not days:
        return
    yield f"逐日计算（起始日不计；平日和周末依据{WEEK_SOURCE}）："
    count = 0
    for note in days:
        count += note.working
        mark = f"第{count}个工作日" if note.working else "不计"
        provisional = "（暂定）" if note.provisional else ""
        source = f"，{note.source}" if note.source not in ("", WEEK_SOURCE) else ""
        yield f"  {written(note.day)} {note.reason}{source}{provisional}：{mark}"
