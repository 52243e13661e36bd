"""交办、签收、退回: giving an item to its unit, and the unit signing for it or giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from engine.assigning.assignment_notices import Handover, tell_units
from engine.breakdown import with_measures
from engine.dates.deadlines import cancel, meet, new_deadline, pending, set_deadlines
from engine.dates.reports import report_clocks
from engine.desk.issuing import Desk
from engine.desk.people import acting, lead_unit_of
from engine.desk.transition import take_step
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectEvent
from engine.rules.policy_parts import Span
from engine.rules.steps import Role, StepFacts
from engine.rules.texts import DOCUMENT_LENGTH, too_long
from engine.rules.words import DeadlineKind, DeadlineState, ProjectKind
from engine.store.tables import Deadline, Milestone, Project, Unit

CLOCKS_OF_ASSIGNMENT = (DeadlineKind.SIGN_FOR, DeadlineKind.FIRST_REPORT, DeadlineKind.PLAN)
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)


class AssignmentRefused(DubanError):
    """交办内容不合要求。"""


def assign(desk: Desk, projects: Sequence[Project], by: str, document: str = "") -> None:
    """Give items to their units: the clocks start, one message tells each contact, and the
    contacts of support units (配合单位) are informed.

    Args:
        document: the number of the document of assignment (交办文号), named in the mails; one
            that was given before stays when none is given now.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        AssignmentRefused: the number of the document is too long.
        StepRefused, ProjectChanged: an item cannot be assigned now; then none is.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    document = checked_document(document)
    for project in projects:
        number = document or project.assigned_by_document
        facts = StepFacts(record=_record(desk, project, number))
        take_step(
            desk,
            project,
            ProjectEvent.ASSIGN,
            Role.OFFICE,
            actor,
            facts,
            assigned_on=desk.day,
            assigned_by_document=number,
        )
    start_clocks(desk, projects, actor)
    tell_units(desk, projects, Handover())


def checked_document(number: str) -> str:
    """A document's number without outer blanks.

    Raises:
        AssignmentRefused: it is too long.
    """
    number = number.strip()
    if fault := too_long("交办文号", number, DOCUMENT_LENGTH):
        raise AssignmentRefused(fault)
    return number


def _record(desk: Desk, project: Project, document: str) -> dict[str, str]:
    """What the journal says of an assignment beside the step."""
    data = {"unit": desk.session.get_one(Unit, project.lead_unit_id).name}
    return data | ({"document": document} if document else {})


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
    whole = with_measures(desk.session, ids)
    rows = [
        row
        for project in projects
        for row in _clocks(desk, project, due[project.id], reports=project.id not in whole)
    ]
    set_deadlines(desk, rows, actor)
    desk.session.execute(
        update(Deadline)
        .where(Deadline.project_id.in_(ids), Deadline.state == DeadlineState.PENDING)
        .values(next_check_on=desk.day),
        execution_options={"synchronize_session": False},
    )


def _clocks(desk: Desk, project: Project, due: date, *, reports: bool) -> list[dict[str, Any]]:
    """Sign-for, first report, plan of implementation where the policy asks for one, and a report
    for every month or week until the promised date; one assigned anew keeps those it has."""
    limits = desk.rulebook.policy.limits
    times = _times_assigned(desk, project)
    rows = [_limited(desk, project, DeadlineKind.SIGN_FOR, limits.sign_for, "签收", times)]
    if not project.kind.is_reported:
        return rows
    is_first = times == "1"
    slot = "" if is_first else times
    if limits.plan_within and project.kind is ProjectKind.PROJECT:
        within = limits.plan_within
        rows.append(_limited(desk, project, DeadlineKind.PLAN, within, "报送实施方案", slot))
    if not reports:  # its measures report in its place
        return rows
    first = DeadlineKind.FIRST_REPORT
    rows.append(_limited(desk, project, first, limits.first_report, "首次反馈", slot))
    return rows + report_clocks(desk, project, due) if is_first else rows


def _limited(
    desk: Desk, project: Project, kind: DeadlineKind, span: Span, name: str, slot: str
) -> dict[str, Any]:
    """A date that runs from today for as long as the policy says."""
    due = desk.rulebook.calendar.apply(desk.day, span.limit)
    return new_deadline(desk, project.id, kind, due, name, slot=slot, limit=span.limit)


def _times_assigned(desk: Desk, project: Project) -> str:
    """Which assignment this is; one that was returned and given again signs anew."""
    earlier = desk.session.scalars(
        select(Deadline.id).where(
            Deadline.project_id == project.id, Deadline.kind == DeadlineKind.SIGN_FOR
        )
    ).all()
    return str(len(earlier) + 1)


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
    """退回: the item is not this unit's duty; it waits for the office to give it to another.

    The unit says so within ``limits.return_within`` of the assignment, and never passes an item
    on by itself (山东: 5日内退回，不得自行转办).

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        StepRefused, ProjectChanged: no reason is given, it is too late, or it was signed for
            already.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    unit = lead_unit_of(desk.session, by, project)
    facts = StepFacts(
        reason=reason, too_late=_too_late_to_return(desk, project), record={"unit": unit.name}
    )
    take_step(desk, project, ProjectEvent.RETURN, Role.UNIT, actor, facts)
    cancel(desk, pending(desk, project.id, CLOCKS_OF_ASSIGNMENT))


def _too_late_to_return(desk: Desk, project: Project) -> str:
    """Which limit has passed; empty while there is time."""
    if project.assigned_on is None:
        return ""
    limit = desk.rulebook.policy.limits.return_within.limit
    last = desk.rulebook.calendar.apply(project.assigned_on, limit)
    if desk.day <= last:
        return ""
    return (
        f"非本单位职责的须在交办后{limit.text}内（{written(last)}前）退回，现已逾期，"
        "请先签收；确需改派的，请报督查室办理改派"
    )


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
