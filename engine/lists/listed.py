"""What the list last said, as the journal tells: its dates and steps, whatever became of them.

An extension, a pause or a backward plan moves a deadline, not the list, and the same file imported
again must not take it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assigning.assignment import ENDS
from engine.ledger.compare import PROJECT_FIELDS
from engine.ledger.values import LedgerMilestone
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.tables import Deadline, JournalEvent, Milestone

MILESTONES = PROJECT_FIELDS["milestones"]
LISTED = (*ENDS, DeadlineKind.MILESTONE)
ListedDates = dict[tuple[int, str], date]
"""Dates by project and place: the position of a milestone, empty for the promised date."""


def broken_down_later(session: Session, ids: Sequence[int]) -> set[str]:
    """The codes of measures that came about in the store and not with the list."""
    told = _told(session, ids, EventKind.BROKEN_DOWN)
    return {code for _, data in told for code in data["measures"]}


def planned_over(session: Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The steps that the list gave where a backward plan took their place, unless the list has
    given others since."""
    steps: dict[int, list[dict[str, Any]]] = {}
    for project_id, data in _told(session, ids, EventKind.PLAN_SET, EventKind.PROJECT_CHANGED):
        if "listed" in data:
            steps[project_id] = data["listed"]
        elif MILESTONES in data["fields"]:
            steps.pop(project_id, None)
    return steps


def _told(
    session: Session, ids: Sequence[int], *kinds: EventKind
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the journal tells of these projects, oldest first."""
    chains = {project_chain(project_id): project_id for project_id in ids}
    events = session.execute(
        select(JournalEvent.chain, JournalEvent.data)
        .where(
            JournalEvent.chain.in_(chains), JournalEvent.kind.in_([kind.value for kind in kinds])
        )
        .order_by(JournalEvent.id)
    )
    return ((chains[chain], data) for chain, data in events)


def listed_steps(session: Session, project_id: int) -> tuple[LedgerMilestone, ...]:
    """The steps of one project as the list last gave them."""
    planned = planned_over(session, [project_id])
    if planned:
        return tuple(step_from_data(data) for data in planned[project_id])
    days = listed_dates(session, [project_id])
    rows = session.scalars(
        select(Milestone).where(Milestone.project_id == project_id).order_by(Milestone.position)
    )
    return tuple(
        LedgerMilestone(row.name, days[project_id, str(row.position)], row.planned_percent)
        for row in rows
    )


def step_to_data(step: LedgerMilestone) -> dict[str, Any]:
    """A step as the journal keeps it."""
    percent = None if step.planned_percent is None else str(step.planned_percent)
    return {"name": step.name, "due": step.due.isoformat(), "percent": percent}


def step_from_data(data: dict[str, Any]) -> LedgerMilestone:
    """The step that ``step_to_data`` wrote."""
    percent = None if data["percent"] is None else Decimal(data["percent"])
    return LedgerMilestone(data["name"], date.fromisoformat(data["due"]), percent)


def listed_dates(session: Session, ids: Sequence[int]) -> ListedDates:
    """The dates as the list last gave them: when the project was registered, or, as the journal
    tells, when the list was last changed."""
    first = session.execute(
        select(Deadline.project_id, Deadline.slot, Deadline.original_due).where(
            Deadline.project_id.in_(ids), Deadline.kind.in_(LISTED)
        )
    )
    listed: ListedDates = {(project_id, slot): day for project_id, slot, day in first}
    for project_id, data in _told(session, ids, EventKind.PROJECT_CHANGED):
        for slot, day in data["dates"].items():
            listed[project_id, slot] = date.fromisoformat(day)
    return listed
