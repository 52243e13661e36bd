"""节点: the steps of a plan, changed by a revised list or replaced by a backward plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from engine.assigning.assignment import milestone_deadlines
from engine.dates.deadlines import cancel, move, pending, set_deadlines
from engine.desk.issuing import Desk
from engine.ledger.values import LedgerMilestone
from engine.lists.items import milestone
from engine.lists.listed import listed_dates
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import DeadlineKind
from engine.store.tables import Deadline, Milestone, Project

WHY = "清单调整"


def revise_milestones(
    desk: Desk, project: Project, steps: Sequence[LedgerMilestone], actor: str
) -> dict[str, str]:
    """Carry over the steps of the plan; returns the date the list gives each, by position.

    A step keeps its position for good, wherever the list now puts it: deadlines go by it.
    """
    rows = milestones_of(desk, project)
    listed = listed_dates(desk.session, [project.id])
    known = {row: listed[project.id, str(row.position)] for row in rows}
    pairs = _matched(known, steps)
    kept = {row for row, _ in pairs}
    for gone in [row for row in rows if row not in kept]:
        drop_milestone(desk, gone)
    dates = {}
    for row, step in pairs:
        if row is None:
            position = add_milestone(desk, project, step, actor)
        else:
            position = row.position
            _revise_milestone(desk, row, step, actor, moves=known[row] != step.due)
        dates[str(position)] = step.due.isoformat()
    return dates


def _matched(
    known: Mapping[Milestone, date], steps: Sequence[LedgerMilestone]
) -> list[tuple[Milestone | None, LedgerMilestone]]:
    """Which step of the plan each step of the list is: the one of that name, or, renamed, the one
    of that date; otherwise it is new."""
    left = dict(known)
    found: dict[int, Milestone] = {}
    for is_same in (_same_name, _same_date):
        for number, step in enumerate(steps):
            row = next((row for row, day in left.items() if is_same(row, day, step)), None)
            if number not in found and row is not None:
                found[number] = row
                del left[row]
    return [(found.get(number), step) for number, step in enumerate(steps)]


def _same_name(row: Milestone, _: date, step: LedgerMilestone) -> bool:
    return row.name == step.name


def _same_date(_: Milestone, day: date, step: LedgerMilestone) -> bool:
    return day == step.due


def _revise_milestone(
    desk: Desk, row: Milestone, step: LedgerMilestone, actor: str, *, moves: bool
) -> None:
    row.name, row.planned_percent = step.name, step.planned_percent
    dates = pending(desk, row.project_id, (DeadlineKind.MILESTONE,), str(row.position))
    for deadline in dates:
        deadline.name = step.name
        if moves and deadline.due != step.due:
            move(desk, deadline, step.due, actor, WHY)
    if moves:
        row.due = step.due


def milestones_of(desk: Desk, project: Project) -> list[Milestone]:
    """The steps of a project's plan, by position."""
    query = select(Milestone).where(Milestone.project_id == project.id)
    return list(desk.session.scalars(query.order_by(Milestone.position)))


def drop_milestone(desk: Desk, row: Milestone) -> None:
    """A step that the plan no longer has; its date is cancelled."""
    cancel(desk, pending(desk, row.project_id, (DeadlineKind.MILESTONE,), str(row.position)))
    desk.session.delete(row)


def add_milestone(desk: Desk, project: Project, step: LedgerMilestone, actor: str) -> int:
    """A new step takes a position that none had before it."""
    slots = desk.session.scalars(
        select(Deadline.slot).where(
            Deadline.project_id == project.id, Deadline.kind == DeadlineKind.MILESTONE
        )
    )
    position = max((int(slot) for slot in slots), default=0) + 1
    row = milestone(project.id, position, step)
    desk.session.add(row)
    set_deadlines(desk, milestone_deadlines(desk, project.id, [row]), actor)
    _bind(desk, project, position)
    return position


def _bind(desk: Desk, project: Project, position: int) -> None:
    """A new milestone of a project that is underway binds at once."""
    if project.state in OPEN_STATES:
        for deadline in pending(desk, project.id, (DeadlineKind.MILESTONE,), str(position)):
            deadline.next_check_on = desk.day
