"""Explaining a notice: the rule, its source, the facts, the days counted one by one, and proof
that taking the decision again gives the same result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.notices.answering import find_notice
from engine.rules import papers
from engine.rules.alarms import alarms_from_data, heading
from engine.rules.calendar import WEEK_SOURCE, DayNote
from engine.rules.conditions import written
from engine.rules.decide import steps
from engine.rules.facts import (
    DeadlineFacts,
    Moment,
    ProjectFacts,
    moment_from_data,
    project_from_data,
)
from engine.rules.inspections import conclusion_from_data
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import Rule
from engine.rules.quotes import Quote, lines_of, quote_from_data
from engine.rules.reviews import review_notice_from_data
from engine.rules.rulebook import Rulebook
from engine.rules.standings import Standing
from engine.rules.words import INFORMING, NoticeKind
from engine.store.rulebooks import recall
from engine.store.tables import Delivery, DeliveryState, Inspection, Notice, ReviewRequest

ROUTINE_RULES = {
    "assign": ("交办通知", "立项后交办责任单位，签收时限由规则的 limits.sign_for 规定"),
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
    """
    notice = find_notice(session, number)
    rulebook = recall(session, notice.policy_version, notice.calendar_version)
    return explain_notice(session, notice, rulebook)


def explain_notice(session: Session, notice: Notice, rulebook: Rulebook) -> Explanation:
    """Explain a notice under the rulebook it was decided under."""
    rule = rulebook.policy.rule(notice.rule)
    name, source = (rule.name, rule.source) if rule else ROUTINE_RULES[notice.rule]
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


def is_derived_again(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Whether taking the decision again gives the same notice."""
    return _is_as_used(notice, rulebook) and _same(session, notice, rulebook)


def _is_as_used(notice: Notice, rulebook: Rulebook) -> bool:
    """Whether policy and calendar are, to the letter, those of the versions the notice names."""
    versions = (rulebook.policy.version, rulebook.calendar.version)
    return versions == (notice.policy_version, notice.calendar_version)


def _texts(notice: Notice) -> Iterator[str]:
    decision = notice.facts.get("decision", {})
    yield from decision.get("texts", ())
    if quoted := decision.get("quoted"):
        yield f"前次通知：{'；'.join(lines_of(quote_from_data(quoted)))}"
    if notice.kind is NoticeKind.ALARM:
        yield from (alarm.line for alarm in alarms_from_data(notice.facts))
    for item in _named(notice):
        yield f"{item.standing.code} {item.standing.title}：{'；'.join(item.texts)}"


def _named(notice: Notice) -> tuple[papers.CircularItem, ...]:
    """The items that a paper names with the figures they are named for."""
    if notice.kind is NoticeKind.CIRCULAR:
        return papers.circular_from_data(notice.facts["paper"]).named
    if notice.kind is NoticeKind.MONTHLY_PUSH:
        return papers.push_from_data(notice.facts["paper"]).items
    return ()


def _days(notice: Notice, rulebook: Rulebook) -> list[DayNote]:
    deadline = _deadline(notice)
    if deadline is None:
        return []
    first, last = sorted((notice.as_of, deadline.due))
    return list(rulebook.calendar.count_days(first, last))


def _deadline(notice: Notice) -> DeadlineFacts | None:
    if notice.deadline_id is None:
        return None
    project = project_from_data(notice.facts["project"])
    return next((d for d in project.deadlines if d.id == notice.deadline_id), None)


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


def _same(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """Take the decision again from the facts that were kept, and compare."""
    facts, moment = notice.facts, moment_from_data(notice.facts["moment"])
    if notice.kind is NoticeKind.ASSIGNMENT:
        return _same_assignment(notice, rulebook)
    if notice.kind in INFORMING:
        return _same_information(notice)
    if notice.kind is NoticeKind.CONCLUSION:
        return _same_conclusion(session, notice, rulebook)
    if notice.kind is NoticeKind.REVIEW_DECISION:
        return _same_review(session, notice)
    if notice.kind is NoticeKind.ALARM:
        return _same_alarm(session, notice)
    if notice.kind is NoticeKind.WEEKLY_DIGEST:
        projects = _projects(facts)
        paper = papers.weekly_paper(projects, rulebook.policy, rulebook.calendar, moment)
        return papers.agrees(paper, facts["paper"])
    if notice.kind is NoticeKind.WEEKLY_LIST:
        return papers.agrees(_weekly_list(session, facts), facts["paper"])
    if notice.kind is NoticeKind.MONTHLY_BRIEF:
        brief = papers.monthly_brief(_standings(facts), moment)
        return papers.agrees(brief, facts["paper"])
    if notice.kind is NoticeKind.MONTHLY_PUSH:
        return _same_push(notice, rulebook, moment)
    if notice.kind is NoticeKind.CIRCULAR:
        return _same_circular(notice, rulebook, moment)
    return _same_step(notice, rulebook, moment)


def _projects(facts: dict[str, Any]) -> list[ProjectFacts]:
    return [project_from_data(data) for data in facts["projects"]]


def _standings(facts: dict[str, Any]) -> list[Standing]:
    return [papers.standing_from_data(data) for data in facts["standings"]]


def _same_assignment(notice: Notice, rulebook: Rulebook) -> bool:
    deadline = _deadline(notice)
    limit = rulebook.policy.limits.sign_for.limit
    return deadline is not None and (
        rulebook.calendar.apply(notice.as_of, limit) == deadline.due == notice.reply_by
    )


def _same_information(notice: Notice) -> bool:
    """An item that has just been given out; there is somebody to support it, or a unit before."""
    terms, state = notice.facts["assignment"], notice.facts["project"]["state"]
    told = terms["support"] if notice.kind is NoticeKind.SUPPORT_NOTICE else terms["before"]
    return bool(
        told and terms["before"] not in terms["lead"] and state == ProjectState.ASSIGNED.value
    )


def _same_conclusion(session: Session, notice: Notice, rulebook: Rulebook) -> bool:
    """It says what the inspection's record says; a review may since have changed a finding."""
    told = conclusion_from_data(notice.facts["conclusion"])
    row = session.get_one(Inspection, told.inspection)
    limits = rulebook.policy.limits
    return (
        (told.title, told.kind, told.leader, told.text, notice.as_of)
        == (row.title, row.kind, row.leader, row.conclusion, row.concluded_on)
        and told.review_within == limits.review_request.limit.text
        and rulebook.calendar.apply(notice.as_of, limits.sign_for.limit) == notice.reply_by
    )


def _same_review(session: Session, notice: Notice) -> bool:
    told = review_notice_from_data(notice.facts["review"])
    row = session.get_one(ReviewRequest, told.number)
    return (told.outcome, told.decision, notice.as_of, told.requested_on) == (
        row.state,
        row.decision,
        row.decided_on,
        row.requested_on,
    )


def _same_alarm(session: Session, notice: Notice) -> bool:
    """What it says was lost is lost by the outbox's own account."""
    alarms = alarms_from_data(notice.facts)
    messages = {alarm.delivery for alarm in alarms if alarm.delivery}
    lost = session.scalar(
        select(func.count()).where(
            Delivery.id.in_(messages),
            Delivery.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED)),
        )
    )
    return lost == len(messages) and notice.title == heading(alarms)


def _weekly_list(session: Session, facts: dict[str, Any]) -> papers.WeeklyPaper:
    rows = session.execute(
        select(Notice.facts).where(Notice.id.in_(facts["digests"])).order_by(Notice.id)
    ).scalars()
    return papers.put_together([papers.weekly_from_data(data["paper"]) for data in rows])


def _same_circular(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, _projects(notice.facts), rulebook.calendar, moment)
    paper = papers.circular(named, _standings(notice.facts), moment)
    return papers.agrees(paper, notice.facts["paper"])


def _same_push(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    rule = rulebook.policy.rule(notice.rule)
    if rule is None:
        return False
    named = papers.named_by(rule, _projects(notice.facts), rulebook.calendar, moment)
    return (
        papers.agrees(papers.Push(named), notice.facts["paper"])
        and papers.reply_day(rule, moment.day, rulebook.calendar) == notice.reply_by
        and (rule.when.unanswered is None or _was_left_unanswered(notice, rule, moment))
    )


def _was_left_unanswered(notice: Notice, rule: Rule, moment: Moment) -> bool:
    """Whether the push that is quoted was one that the rule waits for, and its limit had passed."""
    quote = quote_from_data(notice.facts["decision"]["quoted"])
    return (
        quote.kind is rule.when.unanswered
        and quote.answered_on is None
        and quote.reply_by is not None
        and quote.reply_by < moment.day
    )


def _same_step(notice: Notice, rulebook: Rulebook, moment: Moment) -> bool:
    project = project_from_data(notice.facts["project"])
    issues = steps(project, rulebook.policy, rulebook.calendar, moment)
    kept = notice.facts["decision"]
    return moment.day == notice.as_of and any(
        step.key(project.id) == notice.key
        and step.reason is notice.reason
        and (notice.kind.is_criticism or step.reply_by == notice.reply_by)
        and list(step.texts) == kept["texts"]
        and [post.value for post in step.audience] == kept["audience"]
        and _same_quote(step.quotes, kept)
        for step in issues
    )


def _same_quote(made: Quote | None, kept: dict[str, Any]) -> bool:
    """Whether the earlier notice is the one that was quoted; notices of old quoted none."""
    if "quoted" not in kept:
        return True
    quoted = kept["quoted"] and quote_from_data(kept["quoted"])
    return (made and made.core) == (quoted and quoted.core)
