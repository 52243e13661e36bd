"""What was done in a rehearsal beside notices and inspections, in a few lines: from the people's
proposals to the next year's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules.assessments import AssessmentState
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import ProposalChannel, ProposalState
from engine.store.event_kinds import KINDS, EventKind
from engine.store.tables import (
    Assessment,
    AssessmentObjection,
    Change,
    Finding,
    JournalEvent,
    Meeting,
    MeetingItem,
    Project,
    Proposal,
    ReportDoubt,
    ReviewRequest,
    Unit,
)
from engine.tasks.opinions import opinion_views

STEPS = (
    EventKind.BROKEN_DOWN,
    EventKind.PLAN_SET,
    EventKind.PLAN_SUBMITTED,
    EventKind.RETURNED,
    EventKind.REASSIGNED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.SILENCE_SET,
    EventKind.POST_HELD,
    EventKind.DEPUTY_SET,
    EventKind.LEAVE_SET,
    EventKind.LEAVE_ENDED,
)
"""What the journal is asked about, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the work, and what happened in it."""

    title: str
    lines: tuple[str, ...]


def story(session: Session) -> list[Chapter]:
    """The chapters in which anything happened, in the order of the work."""
    told = (
        ("点单", _proposals),
        ("办理", _steps),
        ("调整", _changes),
        ("填报核对", _doubts),
        ("复查", _rechecks),
        ("复核", _reviews),
        ("人大", _opinions),
        ("考核", _assessments),
        ("延续与拓展", _carried_over),
    )
    chapters = [Chapter(title, tuple(lines(session))) for title, lines in told]
    return [chapter for chapter in chapters if chapter.lines]


def _proposals(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(Proposal.channel, Proposal.state).where(
            Proposal.channel != ProposalChannel.CARRIED_OVER
        )
    ).all()
    if not rows:
        return
    channels = Counter(row.channel for row in rows)
    states = Counter(row.state for row in rows)
    by = "、".join(f"{c.label}{channels[c]}" for c in ProposalChannel if channels[c])
    yield (
        f"收集建议{len(rows)}件（{by}）：合并{states[ProposalState.MERGED]}件，"
        f"列入清单{states[ProposalState.ADOPTED]}件，未采纳{states[ProposalState.DECLINED]}件"
    )
    for meeting in session.scalars(select(Meeting).order_by(Meeting.held_on, Meeting.id)):
        said = select(MeetingItem.passed).where(MeetingItem.meeting_id == meeting.id)
        verdicts = Counter(session.scalars(said))
        yield (
            f"{written(meeting.held_on)}{meeting.body}审议：通过{verdicts[True]}件，"
            f"未通过{verdicts[False]}件"
        )


def _steps(session: Session) -> Iterator[str]:
    """How often each verb was used that has no table of its own here."""
    wanted = [kind.value for kind in STEPS]
    rows = session.execute(
        select(JournalEvent.kind, func.count())
        .where(JournalEvent.kind.in_(wanted))
        .group_by(JournalEvent.kind)
    )
    counts = {KINDS[kind]: count for kind, count in rows}
    if counts:
        yield "、".join(f"{kind.label}{counts[kind]}次" for kind in STEPS if kind in counts)


def _changes(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(Change, Project.code)
        .join(Project, Change.project_id == Project.id)
        .order_by(Change.id)
    )
    for change, code in rows:
        yield (
            f"{code} {change.what.label}：{change.before}改为{change.after}，"
            f"{change.body}决定（{change.document}）"
        )


def _doubts(session: Session) -> Iterator[str]:
    counts = Counter(session.scalars(select(ReportDoubt.check)))
    if counts:
        named = "、".join(f"{check.label}{count}处" for check, count in sorted(counts.items()))
        yield f"存疑{counts.total()}处，均经单位说明后保存：{named}"


def _rechecks(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(Finding, Project)
        .join(Project, Finding.rectification_id == Project.id)
        .order_by(Finding.rechecked_on, Finding.id)
    )
    for finding, project in rows:
        if finding.rechecked_on is None:
            continue
        result = "合格" if finding.recheck_passed else "不合格，重新整改"
        yield (
            f"{written(finding.rechecked_on)} {project.code} {result}：{finding.recheck}；"
            f"现{project.state.label}"
        )


def _reviews(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(ReviewRequest, Project.code)
        .join(Project, ReviewRequest.project_id == Project.id)
        .order_by(ReviewRequest.id)
    )
    for review, code in rows:
        decided = (
            f"{written(review.decided_on)}由{review.decided_by}决定：{review.state.label}"
            if review.decided_on
            else review.state.label
        )
        yield f"{code} {written(review.requested_on)}由{review.requested_by}申请，{decided}"


def _opinions(session: Session) -> Iterator[str]:
    for view in opinion_views(session):
        closed = sum(problem.state is ProjectState.CLOSED for problem in view.problems)
        yield (
            f"{view.session}{written(view.held_on)}听取报告，交办问题{len(view.problems)}个，"
            f"销号{closed}个（{view.document}）"
        )
        for report in view.reports:
            judged = report.satisfaction.label if report.satisfaction else "尚未测评"
            votes = f"（{report.votes}）" if report.votes else ""
            yield f"{written(report.reported_on)}书面报告，测评{judged}{votes}"


def _assessments(session: Session) -> Iterator[str]:
    published = Assessment.state == AssessmentState.PUBLISHED
    units = session.scalar(select(func.count()).select_from(Assessment).where(published))
    if units:
        yield f"{units}个牵头单位的得分已分别送达，只送本单位，不排名次"
    rows = session.execute(
        select(AssessmentObjection, Unit.name)
        .join(Assessment, AssessmentObjection.assessment_id == Assessment.id)
        .join(Unit, Assessment.unit_id == Unit.id)
        .order_by(AssessmentObjection.id)
    )
    for objection, unit in rows:
        yield f"{unit}提出异议：{objection.state.label}，{objection.decision}"


def _carried_over(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(Proposal, Project.code)
        .join(Project, Proposal.origin_id == Project.id)
        .order_by(Proposal.id)
    )
    for proposal, code in rows:
        how = proposal.succession.label if proposal.succession else ""
        yield f"{code} {how}为{proposal.year}年的建议：{proposal.title}"
