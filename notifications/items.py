"""A notice about one item: assignment, reminder, chase, warnings, proposal to summon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.rules.conditions import written
from engine.rules.facts import (
    DeadlineFacts,
    MilestoneFacts,
    Moment,
    ProjectFacts,
    project_from_data,
)
from engine.rules.progress import progress_on
from engine.rules.words import INFORMING, UNIT_POSTS, DeadlineKind, NoticeKind, PostKind, Reason
from notifications import phrases
from notifications.filters import percent, short_day
from notifications.words import DRAFT, Matter, Subject, Why

_APART_FROM_WORK = (
    DeadlineKind.SIGN_FOR,
    DeadlineKind.FIRST_REPORT,
    DeadlineKind.PLAN,
    DeadlineKind.REVIEW,
)
_HANDED_OVER = (NoticeKind.ASSIGNMENT, NoticeKind.SUPPORT_NOTICE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the facts: a label of four characters and what stands against it."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """By which document an item was given to its units, and whom it was taken from; empty where
    nothing was said."""

    document: str = ""
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    before: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ItemView:
    """All that the templates print about one item.

    Attributes:
        number: the notice's number, quoted in answers.
        day: the day it is dated.
        headline: how the date or the plan stands, in one phrase.
        cause: why the notice comes, to follow 下列事项.
        past: whether the date has passed.
        remark: a paragraph that the office added before the signature; empty for none.
        ask: what the policy asks for; empty when the template's own words are to be used.
        audience: the posts it is sent to, the first being the main one.
        assigned: for the notices of an assignment, who has the item now.
        climbed: whether the policy meant it for the unit and found nobody there.
        heading: the title that the office gave it before the signature; empty for none.
    """

    kind: NoticeKind
    number: int
    day: date
    code: str
    title: str
    unit: str
    headline: str
    cause: str
    deadline: DeadlineFacts | None
    due: date | None
    past: bool
    rows: tuple[Row, ...]
    remark: str
    ask: str
    reply_by: date | None
    audience: tuple[PostKind, ...]
    assigned: Assigned
    climbed: bool
    basis: str
    is_draft: bool
    signature: str
    why: Why
    heading: str = ""

    @property
    def template(self) -> str:
        return "item"

    @property
    def label(self) -> str:
        return self.kind.label

    @property
    def ask_label(self) -> str:
        return "督办建议" if self.kind is NoticeKind.SUMMONS_PROPOSAL else "办理要求"

    @property
    def name(self) -> str:
        return self.heading or f"{phrases.numbered(self.code)}{phrases.quoted(self.title)}"

    @property
    def subject(self) -> Subject:
        before = f"{DRAFT}{self.label}：" if self.is_draft else f"【{self.label}】"
        if self.heading:
            return Subject(before, self.heading)
        before += f"{phrases.numbered(self.code)}“"
        return Subject(before, phrases.inside_quotes(self.title), f"”：{self.headline}")


def item_view(matter: Matter) -> ItemView:
    """The view of a notice about one item.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    notice, moment = matter.notice, matter.moment
    facts = project_from_data(matter.facts["project"])
    deadline = next((d for d in facts.deadlines if d.id == notice.deadline_id), None)
    audience = tuple(PostKind(post) for post in matter.facts["decision"]["audience"])
    return ItemView(
        kind=notice.kind,
        number=notice.id,
        day=matter.day,
        code=facts.code,
        title=phrases.one_line(facts.title),
        unit=facts.unit,
        headline=_headline(matter, facts, deadline),
        cause=phrases.cause(notice.reason, deadline),
        deadline=deadline,
        due=deadline.due if deadline else facts.due,
        past=deadline is not None and deadline.due < moment.day,
        rows=tuple(_rows(matter, facts, deadline, audience)),
        remark=matter.remark,
        ask=matter.ask,
        reply_by=notice.reply_by,
        audience=audience,
        assigned=_assigned(matter),
        climbed=_is_for_unit(matter.audience) and not _is_for_unit(audience),
        basis=matter.basis,
        is_draft=matter.is_draft,
        signature=matter.signature,
        why=matter.why(),
        heading=phrases.one_line(matter.retitled),
    )


def _assigned(matter: Matter) -> Assigned:
    said = matter.facts.get("assignment", {})
    return Assigned(
        document=phrases.one_line(said.get("document", "")),
        lead=tuple(said.get("lead", ())),
        support=tuple(said.get("support", ())),
        before=said.get("before", ""),
        reason=phrases.one_line(said.get("reason", "")),
    )


def _is_for_unit(audience: tuple[PostKind, ...]) -> bool:
    return any(post in UNIT_POSTS for post in audience)


def _headline(matter: Matter, facts: ProjectFacts, deadline: DeadlineFacts | None) -> str:
    moment = matter.moment
    if matter.notice.kind in INFORMING:
        lead = "、".join(_assigned(matter).lead) or facts.unit
        is_relief = matter.notice.kind is NoticeKind.RELIEF
        return f"改派{lead}办理" if is_relief else f"请配合{lead}办理"
    if deadline:
        days = matter.facts["decision"]["working_days"]
        return phrases.timing(deadline, moment.day, days)
    progress = progress_on(facts, moment.cutoff)
    if matter.notice.reason is Reason.BEHIND_PLAN and progress.lag > 0:
        return f"截至{short_day(moment.cutoff, moment.day)}{phrases.lag(progress)}"
    return phrases.cause(matter.notice.reason, None)


def _rows(
    matter: Matter,
    facts: ProjectFacts,
    deadline: DeadlineFacts | None,
    audience: tuple[PostKind, ...],
) -> Iterator[Row]:
    moment, assigned = matter.moment, matter.notice.kind in _HANDED_OVER
    units = _assigned(matter)
    if matter.retitled:
        yield Row("督办事项", (f"{phrases.numbered(facts.code)}{phrases.quoted(facts.title)}",))
    if facts.field:
        yield Row("所属领域", (facts.field,))
    yield Row("责任单位", ("、".join(units.lead) or facts.unit,))
    if units.support:
        yield Row("配合单位", ("、".join(units.support),))
    if units.document:
        yield Row("交办文号", (units.document,))
    if units.reason:
        yield Row("改派理由", (units.reason,))
    if matter.notice.kind is NoticeKind.RELIEF:
        return
    if assigned and facts.leader:
        yield Row("领办领导", (facts.leader,))
    if assigned and facts.content:
        yield Row("交办内容", (phrases.one_line(facts.content),))
    if facts.targets:
        yield Row("承诺目标", phrases.targets(facts.targets))
    if assigned:
        yield from _plan(facts)
    if deadline:
        yield Row("办理时限", (phrases.dated(deadline),))
        days = phrases.days_text(deadline.due, moment.day, matter.facts["decision"]["working_days"])
        yield Row("时间情况", (f"{days}（截至{written(moment.day)}）",))
    if not assigned and not (deadline and deadline.kind in _APART_FROM_WORK):
        yield from _progress(facts, moment)
    if facts.disputed:
        yield Row("复核情况", (f"单位已申请复核，{phrases.DISPUTED}",))
    if before := matter.quoted or phrases.previous(facts, deadline, moment.day):
        yield Row("前次通知", before)
    if len(audience) > 1:
        yield Row("抄送对象", ("、".join(post.label for post in audience[1:]),))


def _plan(facts: ProjectFacts) -> Iterator[Row]:
    """The backward plan (倒排工期) as it is handed over."""
    if facts.milestones:
        yield Row("节点安排", tuple(map(_step, facts.milestones)))
    if facts.due:
        yield Row("完成时限", (written(facts.due),))


def _step(step: MilestoneFacts) -> str:
    share = step.planned_percent
    done = f"（累计{percent(share)}）" if share is not None else ""
    return f"{written(step.due)}前：{phrases.one_line(step.name)}{done}"


def _progress(facts: ProjectFacts, moment: Moment) -> Iterator[Row]:
    progress = progress_on(facts, moment.cutoff)
    yield Row("进度情况", (f"截至{written(moment.cutoff)}，{phrases.against_plan(progress)}",))
    reported = f"{written(facts.reported_on)}" if facts.reported_on else "尚未填报过进展"
    yield Row("最近填报", (reported,))
