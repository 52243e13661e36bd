"""复核: an inspected unit contests a conclusion or a notice; those who took no part decide.

条例 733 art. 17: asked for within 30 days of receipt, decided within 30 days, 回避. Meanwhile the
item is marked 异议中 and its ladders wait; the office's own clock runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.dates.deadlines import cancel, meet, new_deadline, pending, set_deadlines
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting, find_person
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.reviews.contesting import Contested, contested, findings_of, participants
from engine.reviews.ruling import Ruling, carry_out, ruling_faults, tell_unit
from engine.rules.conditions import written
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.reviews import (
    DECISIONS,
    REVIEW,
    ReviewEvent,
    ReviewState,
    decision_due,
    last_day_to_request,
    recusal,
)
from engine.rules.steps import Role, StepFacts, StepRefused
from engine.rules.words import UNIT_CLOCKS, DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Deadline, Project, ReviewRequest


class ReviewRefused(DubanError):
    """复核申请或决定不合规定。"""


class Recused(NotAllowed):
    """此人应当回避。"""


def request(
    desk: Desk, project: Project, by: str, reason: str, *, inspection: int = 0, notice: int = 0
) -> ReviewRequest:
    """申请复核: within the limit, counted from the receipt, or from the issue without one.

    Args:
        inspection, notice: what is contested; neither for the rectification that the item is.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        NotContestable, InspectionUnknown, NoticeUnknown: see there.
        ReviewRefused: too late (the last day is named), asked for before, no reason; all faults
            are named.
        ProjectChanged: somebody has taken a step since it was read.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    subject = contested(desk.session, project, inspection, notice)
    _refuse(_request_faults(desk, project, subject, reason), "复核申请未受理")
    limits, calendar = desk.rulebook.policy.limits, desk.rulebook.calendar
    review = ReviewRequest(
        project_id=project.id,
        inspection_id=subject.inspection.id if subject.inspection else None,
        notice_id=subject.notice.id if subject.notice else None,
        received_on=subject.received_on,
        requested_on=desk.day,
        requested_by=actor,
        reason=reason.strip(),
        state=REVIEW.start,
        decide_by=decision_due(desk.day, limits, calendar),
    )
    desk.session.add(review)
    desk.session.flush()
    limit, slot = limits.review_decision.limit, str(review.id)
    row = new_deadline(
        desk,
        project.id,
        DeadlineKind.REVIEW,
        review.decide_by,
        f"复核申请{review.id}的决定",
        slot=slot,
        limit=limit,
    )
    set_deadlines(desk, [row], actor)
    data = {
        "review": review.id,
        "contested": subject.name,
        "received": str(subject.received_on),
        "decide_by": str(review.decide_by),
        "reason": review.reason,
    }
    _record(desk, review, EventKind.REVIEW_REQUESTED, actor, data)
    return review


def _request_faults(desk: Desk, project: Project, subject: Contested, reason: str) -> list[str]:
    limits, calendar = desk.rulebook.policy.limits, desk.rulebook.calendar
    last_day = last_day_to_request(subject.received_on, limits, calendar)
    faults = []
    if desk.day > last_day:
        faults.append(
            f"{subject.name}于{written(subject.received_on)}收到，"
            f"申请复核的最后一天是{written(last_day)}，已过期限"
        )
    if project.state is ProjectState.TERMINATED:
        faults.append(f"{project.code} {project.state.label}，没有可复核的事项")
    if not reason.strip():
        faults.append("请写明申请复核的理由")
    earlier = desk.session.scalars(
        select(ReviewRequest).where(
            ReviewRequest.project_id == project.id,
            ReviewRequest.inspection_id.is_not_distinct_from(
                subject.inspection.id if subject.inspection else None
            ),
            ReviewRequest.notice_id.is_not_distinct_from(
                subject.notice.id if subject.notice else None
            ),
            ReviewRequest.state != ReviewState.WITHDRAWN,
        )
    )
    for row in earlier:
        if row.state is ReviewState.REQUESTED:
            faults.append(f"{row.requested_by}已于{written(row.requested_on)}申请复核，正在办理")
        elif row.decided_on:
            faults.append(f"已于{written(row.decided_on)}作出复核决定（{row.state.label}）")
    return faults


def decide(desk: Desk, number: int, by: str, ruling: Ruling) -> ReviewRequest:
    """复核决定: by somebody who took no part; the ladders go on the next working day.

    Raises:
        PersonUnknown, NotAllowed: ``by`` is neither of the office nor a leader.
        Recused: ``by`` had a part in what is contested; says which.
        StepRefused: decided or withdrawn already; says by whom. No words of decision.
        ReviewRefused: what is to be changed is not given or cannot be; all faults are named.
        ProjectChanged: somebody has taken a step on the item since it was read.
    """
    review, project = _held(desk, number)
    actor, role = _decider(desk, by)
    _advance(review, DECISIONS[ruling.outcome], role, ruling.decision)
    why_not = recusal(find_person(desk.session, by).id, actor, participants(desk.session, review))
    if why_not:
        raise Recused(
            f"{why_not}（《政府督查工作条例》第十七条），请由未参加的督查室人员或领导作出决定"
        )
    findings = findings_of(desk.session, review, project)
    _refuse(ruling_faults(desk, ruling, findings), "复核决定未保存")
    review.decided_on, review.decided_by = desk.day, actor
    review.decision = ruling.decision.strip()
    effects = carry_out(desk, review, project, findings, ruling, role, actor)
    meet(desk, _clock(desk, review), actor)
    _go_on(desk, project)
    data = {
        "review": review.id,
        "outcome": ruling.outcome.value,
        "decision": review.decision,
        "effects": list(effects),
    }
    _record(desk, review, EventKind.REVIEW_DECIDED, actor, data)
    tell_unit(desk, review, project, effects)
    return review


def withdraw(desk: Desk, number: int, by: str, reason: str) -> None:
    """撤回申请: the unit gives up its objection; the ladders go on the next working day.

    Raises:
        PersonUnknown, NotAllowed: ``by`` is not of a lead unit.
        StepRefused: decided or withdrawn already, or no reason.
        ProjectChanged: somebody has taken a step on the item since it was read.
    """
    review, project = _held(desk, number)
    actor = acting(desk.session, by, Role.UNIT, project)
    _advance(review, ReviewEvent.WITHDRAW, Role.UNIT, reason)
    review.decided_on, review.decided_by = desk.day, actor
    cancel(desk, _clock(desk, review))
    _go_on(desk, project)
    data = {"review": review.id, "reason": reason.strip()}
    _record(desk, review, EventKind.REVIEW_WITHDRAWN, actor, data)


def _held(desk: Desk, number: int) -> tuple[ReviewRequest, Project]:
    review = desk.session.get(ReviewRequest, number)
    if review is None:
        raise ReviewRefused(f"没有编号为 {number} 的复核申请，请用 duban review list 查看编号")
    project = desk.session.get_one(Project, review.project_id)
    hold(desk, project)
    desk.session.refresh(review)
    return review, project


def _decider(desk: Desk, by: str) -> tuple[str, Role]:
    try:
        return acting(desk.session, by, Role.OFFICE), Role.OFFICE
    except NotAllowed:
        pass
    try:
        return acting(desk.session, by, Role.LEADER), Role.LEADER
    except NotAllowed as refused:
        name = find_person(desk.session, by).name
        raise NotAllowed(f"{name}不在督查室或领导岗位，不能作出复核决定") from refused


def _advance(review: ReviewRequest, event: ReviewEvent, role: Role, reason: str) -> None:
    try:
        review.state = REVIEW.take(review.state, event, role, StepFacts(reason=reason))
    except StepRefused as refused:
        by = f"（已由{review.decided_by}办理）" if review.decided_by else ""
        raise StepRefused(f"{refused}{by}") from None


def _clock(desk: Desk, review: ReviewRequest) -> list[Deadline]:
    return pending(desk, review.project_id, (DeadlineKind.REVIEW,), str(review.id))


def _go_on(desk: Desk, project: Project) -> None:
    """The ladders that waited are looked at on the next working day."""
    if project.state not in OPEN_STATES:
        return
    tomorrow = desk.rulebook.calendar.next_working_day(desk.day)
    for deadline in pending(desk, project.id, UNIT_CLOCKS):
        deadline.next_check_on = tomorrow


def _refuse(faults: Sequence[str], what: str) -> None:
    if faults:
        raise ReviewRefused(f"{what}：" + "；".join(faults))


def _record(
    desk: Desk, review: ReviewRequest, kind: EventKind, actor: str, data: dict[str, object]
) -> None:
    append(desk.session, [Event(project_chain(review.project_id), kind, desk.at, actor, data)])
