"""交办、签收、退回: giving an item to its unit, and the unit signing for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from engine.deadlines import cancel, meet, new_deadline, pending, set_deadlines
from engine.effects import recipients_of
from engine.issuing import Desk, NoticeDraft, issue
from engine.people import acting
from engine.rules.facts import ProjectFacts, moment_to_data, project_to_data
from engine.rules.lifecycle import ProjectEvent
from engine.rules.limits import Roll
from engine.rules.periods import moment_of
from engine.rules.policy import climb
from engine.rules.steps import Role, StepFacts
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    DeadlineState,
    NoticeKind,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
)
from engine.store.journal import project_chain
from engine.store.loading import Loaded, load_projects
from engine.store.tables import Deadline, Milestone, Project
from engine.transition import take_step

CLOCKS_OF_ASSIGNMENT = (DeadlineKind.SIGN_FOR, DeadlineKind.FIRST_REPORT)
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)


def assign(desk: Desk, projects: Sequence[Project], by: str) -> None:
    """Give items to their units: the clocks start and one message tells each contact.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: an item cannot be assigned now; then none is.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    for project in projects:
        take_step(desk, project, ProjectEvent.ASSIGN, Role.OFFICE, actor, StepFacts())
    start_clocks(desk, projects, actor)
    _tell_contacts(desk, projects)


def start_clocks(desk: Desk, projects: Sequence[Project], actor: str) -> None:
    """Set the dates that run from the day of assignment; those of the list begin to bind."""
    ids = [project.id for project in projects]
    ends = desk.session.execute(
        select(Deadline.project_id, Deadline.due).where(
            Deadline.project_id.in_(ids),
            Deadline.kind.in_(ENDS),
            Deadline.state == DeadlineState.PENDING,
        )
    )
    due: dict[int, date] = {project_id: day for project_id, day in ends}
    rows = [row for project in projects for row in _clocks(desk, project, due[project.id])]
    set_deadlines(desk, rows, actor)
    desk.session.execute(
        update(Deadline)
        .where(Deadline.project_id.in_(ids), Deadline.state == DeadlineState.PENDING)
        .values(next_check_on=desk.day),
        execution_options={"synchronize_session": False},
    )


def _clocks(desk: Desk, project: Project, due: date) -> list[dict[str, Any]]:
    """Sign-for, first report, and a report for every month until the promised date; one that
    was returned keeps the months it has."""
    limits, calendar = desk.rulebook.policy.limits, desk.rulebook.calendar
    times = _times_assigned(desk, project)
    sign_by = calendar.apply(desk.day, limits.sign_for.limit)
    rows = [
        new_deadline(desk, project.id, DeadlineKind.SIGN_FOR, sign_by, "签收", slot=times),
    ]
    if project.kind is not ProjectKind.PROJECT:
        return rows
    report_by = calendar.apply(desk.day, limits.first_report.limit)
    is_first = times == "1"
    slot = "" if is_first else times
    rows.append(
        new_deadline(desk, project.id, DeadlineKind.FIRST_REPORT, report_by, "首次反馈", slot=slot)
    )
    return rows + _monthly_clocks(desk, project, due) if is_first else rows


def _monthly_clocks(desk: Desk, project: Project, due: date) -> list[dict[str, Any]]:
    limits, calendar = desk.rulebook.policy.limits, desk.rulebook.calendar
    rows = []
    month = desk.day.replace(day=1)
    while month <= due:
        nominal = month.replace(day=limits.report_day)
        day = calendar.roll(nominal, Roll.NEXT)
        if desk.day < nominal <= due:
            slot, name = f"{month:%Y-%m}", f"{month.month}月进展填报"
            rows.append(new_deadline(desk, project.id, DeadlineKind.REPORT, day, name, slot=slot))
        month = _next_month(month)
    return rows


def _times_assigned(desk: Desk, project: Project) -> str:
    """Which assignment this is; one that was returned and given again signs anew."""
    earlier = desk.session.scalars(
        select(Deadline.id).where(
            Deadline.project_id == project.id, Deadline.kind == DeadlineKind.SIGN_FOR
        )
    ).all()
    return str(len(earlier) + 1)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _tell_contacts(desk: Desk, projects: Sequence[Project]) -> None:
    loaded = load_projects(desk.session, [project.id for project in projects], desk.day)
    issue(desk, [_assignment_notice(desk, loaded, facts) for facts in loaded.projects])


def _assignment_notice(desk: Desk, loaded: Loaded, facts: ProjectFacts) -> NoticeDraft:
    project = loaded.rows[facts.id]
    deadline = next(d for d in facts.deadlines if d.kind is DeadlineKind.SIGN_FOR)
    calendar = desk.rulebook.calendar
    audience = climb((PostKind.CONTACT,), facts.reachable)
    return NoticeDraft(
        key=f"p{facts.id}/assign/{deadline.code}/{Stage.BEFORE.value}/{desk.day}",
        kind=NoticeKind.ASSIGNMENT,
        stage=Stage.BEFORE,
        rule="assign",
        occurrence=desk.day.isoformat(),
        reason=Reason.ROUTINE,
        program_id=project.program_id,
        chain=project_chain(facts.id),
        title=f"{facts.code} {facts.title}",
        facts={
            "moment": moment_to_data(moment_of(Cadence.DAILY, desk.day)),
            "project": project_to_data(facts),
            "decision": {
                "texts": [],
                "audience": [post.value for post in audience],
                "superseded": [],
                "working_days": calendar.working_days_between(desk.day, deadline.due),
            },
        },
        recipients=recipients_of(loaded.directory, project, audience),
        project_id=facts.id,
        unit_id=project.lead_unit_id,
        deadline_id=deadline.id,
        reply_by=deadline.due,
        missing=() if PostKind.CONTACT in facts.reachable else (PostKind.CONTACT,),
    )


def sign_for(desk: Desk, project: Project, by: str) -> None:
    """签收: the unit takes the item on; the sign-for clock stops.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        StepRefused, ProjectChanged: it cannot be signed for now.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    take_step(desk, project, ProjectEvent.SIGN_FOR, Role.UNIT, actor, StepFacts())
    meet(desk, pending(desk, project.id, (DeadlineKind.SIGN_FOR,)), actor)


def send_back(desk: Desk, project: Project, by: str, reason: str) -> None:
    """退回: the item is not this unit's duty; it waits for the office to assign it anew.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        StepRefused, ProjectChanged: no reason is given, or it was signed for already.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.RETURN, Role.UNIT, actor, facts)
    cancel(desk, pending(desk, project.id, CLOCKS_OF_ASSIGNMENT))


def milestone_deadlines(
    desk: Desk, project_id: int, milestones: Sequence[Milestone]
) -> list[dict[str, Any]]:
    """The deadline rows of a project's milestones; they bind from assignment on."""
    return [
        new_deadline(
            desk,
            project_id,
            DeadlineKind.MILESTONE,
            step.due,
            step.name,
            slot=str(step.position),
            running=False,
        )
        for step in milestones
    ]
