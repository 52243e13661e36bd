"""What a decided review changes: a finding falls or is put otherwise, a notice no longer counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.dates.deadlines import move, pending
from engine.desk.effects import recipients_of
from engine.desk.issuing import TITLE_LENGTH, Desk, NoticeDraft, issue
from engine.desk.transition import hold
from engine.inspections.rectifying import revoke
from engine.reviews.contesting import items_of, name_of
from engine.rules.conditions import written
from engine.rules.facts import moment_to_data
from engine.rules.lifecycle import ProjectState
from engine.rules.periods import moment_of
from engine.rules.policy import climb
from engine.rules.reviews import ReviewNotice, ReviewState, review_notice_to_data
from engine.rules.steps import Role
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    NoticeKind,
    NoticeState,
    PostKind,
    Reason,
    Stage,
)
from engine.store.directory import load_directory
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Finding, Inspection, Notice, Project, ReviewRequest

READERS = (PostKind.CONTACT, PostKind.UNIT_HEAD)


@dataclass(frozen=True, slots=True)
class Ruling:
    """复核决定.

    Attributes:
        outcome: upheld, changed or revoked.
        decision: the reasons, and what is decided.
        due: for a changed rectification, its new date.
        text: for a changed finding, how it now reads.
    """

    outcome: ReviewState
    decision: str
    due: date | None = None
    text: str = ""


def ruling_faults(desk: Desk, ruling: Ruling, findings: Sequence[Finding]) -> list[str]:
    """Why a decision cannot be carried out as given; what a change changes is not left open."""
    is_given = ruling.due is not None or bool(ruling.text.strip())
    if ruling.outcome is not ReviewState.CHANGED:
        return [f"{ruling.outcome.label}的不写新的时限和内容"] if is_given else []
    if not findings:
        return ["没有限期整改可以变更，变更内容请写在决定中"] if is_given else []
    if len(findings) > 1:
        return ["该事项有多项限期整改，请由单位对具体的整改事项分别申请复核"]
    faults = [] if is_given else ["变更的须写明新的整改时限或新的问题内容"]
    if ruling.due is not None and ruling.due <= desk.day:
        faults.append(f"新的整改时限{written(ruling.due)}须晚于今天")
    rectification = desk.session.get_one(Project, findings[0].rectification_id)
    if rectification.state in (ProjectState.CLOSED, ProjectState.TERMINATED) and ruling.due:
        faults.append(f"{rectification.code} {rectification.state.label}，不能再改时限")
    return faults


def carry_out(
    desk: Desk,
    review: ReviewRequest,
    project: Project,
    findings: Sequence[Finding],
    ruling: Ruling,
    role: Role,
    actor: str,
) -> tuple[str, ...]:
    """Do what was decided.

    Returns:
        What follows, in sentences.

    Raises:
        ProjectChanged: somebody has taken a step on a rectification meanwhile.
    """
    if ruling.outcome is ReviewState.CHANGED:
        return tuple(s for f in findings for s in _change(desk, f, ruling, actor))
    if ruling.outcome is ReviewState.REVOKED:
        ended = [s for f in findings for s in _revoke(desk, f, review, role, actor)]
        return (*ended, *_take_back(desk, review, project, actor))
    return ()


def _change(desk: Desk, finding: Finding, ruling: Ruling, actor: str) -> Iterator[str]:
    rectification = desk.session.get_one(Project, finding.rectification_id)
    hold(desk, rectification)
    code = rectification.code
    if ruling.due is not None:
        (deadline,) = pending(desk, rectification.id, (DeadlineKind.RECTIFICATION,))
        before = deadline.due
        move(desk, deadline, ruling.due, actor, f"复核变更：{ruling.decision.strip()}")
        yield f"{code} 的整改时限由{written(before)}改为{written(ruling.due)}"
    text = ruling.text.strip()
    if text:
        data = {"from": {"finding": finding.text}, "to": {"finding": text}, "why": "复核变更"}
        chain = project_chain(rectification.id)
        append(desk.session, [Event(chain, EventKind.PROJECT_CHANGED, desk.at, actor, data)])
        parent = desk.session.get_one(Project, finding.project_id)
        finding.text = rectification.content = text
        rectification.title = f"{parent.title}：{text}"[:TITLE_LENGTH]
        yield f"{code} 的问题改为：{text}"


def _revoke(
    desk: Desk, finding: Finding, review: ReviewRequest, role: Role, actor: str
) -> Iterator[str]:
    rectification = desk.session.get_one(Project, finding.rectification_id)
    if rectification.state is ProjectState.TERMINATED:
        return
    hold(desk, rectification)
    revoke(desk, rectification, role, actor, f"复核申请{review.id}：{review.decision}")
    yield f"限期整改 {rectification.code} 撤销"


def _take_back(desk: Desk, review: ReviewRequest, project: Project, actor: str) -> Iterator[str]:
    """A notice that was revoked counts for nothing; of a circular on many items, not for this."""
    if review.notice_id is None:
        return
    notice = desk.session.get_one(Notice, review.notice_id, with_for_update=True)
    name = name_of(project, None, notice)
    if items_of(desk.session, notice) == (project.code,):
        notice.state, notice.issued_at = NoticeState.CANCELLED, None
        yield f"{name}撤销，不再计数"
    else:
        yield f"{name}中关于 {project.code} 的内容撤销，不再计数"
    data = {"notice": notice.id, "item": project.code, "why": f"复核申请{review.id}：撤销"}
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.NOTICE_CANCELLED, desk.at, actor, data)])


def tell_unit(desk: Desk, review: ReviewRequest, project: Project, effects: Sequence[str]) -> None:
    """The decision is sent to the unit that asked for it."""
    inspection = review.inspection_id and desk.session.get(Inspection, review.inspection_id)
    notice = review.notice_id and desk.session.get(Notice, review.notice_id)
    told = ReviewNotice(
        number=review.id,
        code=project.code,
        title=project.title,
        contested=name_of(project, inspection or None, notice or None),
        requested_on=review.requested_on,
        outcome=review.state,
        decision=review.decision,
        effects=tuple(effects),
    )
    directory = load_directory(desk.session, desk.day, {project.lead_unit_id}, [project.id])
    reachable = directory.reachable_of(project)
    audience = climb(READERS, reachable)
    facts: dict[str, Any] = {
        "moment": moment_to_data(moment_of(Cadence.DAILY, desk.day)),
        "review": review_notice_to_data(told),
        "decision": {"texts": [], "audience": [post.value for post in audience]},
    }
    draft = NoticeDraft(
        key=f"p{project.id}/review/r{review.id}/{Stage.DURING.value}/{desk.day}",
        kind=NoticeKind.REVIEW_DECISION,
        stage=Stage.DURING,
        rule="review",
        occurrence=f"r{review.id}",
        reason=Reason.ROUTINE,
        program_id=project.program_id,
        chain=project_chain(project.id),
        title=f"复核决定：{project.code} {project.title}",
        facts=facts,
        recipients=recipients_of(directory, project, audience),
        project_id=project.id,
        unit_id=project.lead_unit_id,
        missing=() if PostKind.CONTACT in reachable else (PostKind.CONTACT,),
    )
    issue(desk, [draft])
