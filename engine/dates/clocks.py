"""What happened to the clocks of items: written as it happens, read back as lists of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.orm import Session

from engine.rules.clocks import ClockStep
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.words import UNIT_CLOCKS, DeadlineKind
from engine.store.statements import rows, table_of
from engine.store.tables import ClockEvent

Step = tuple[int, DeadlineKind | None, str, ClockStep]
"""The project, the clock (None and empty for all of its clocks), and what happened."""

Clocks = dict[tuple[int, DeadlineKind, str], tuple[ClockStep, ...]]
"""The steps of each clock in their order, by project, kind and slot."""


def record(session: Session, steps: Sequence[Step], why: str = "") -> None:
    """Write down what happened to clocks, in this order."""
    if steps:
        session.execute(insert(table_of(ClockEvent)), [_row(step, why) for step in steps])


def _row(step: Step, why: str) -> dict[str, Any]:
    project_id, kind, slot, happened = step
    limit = happened.limit
    return {
        "project_id": project_id,
        "kind": kind,
        "slot": slot,
        "act": happened.act,
        "on_day": happened.day,
        "days": limit.count if limit else None,
        "unit": limit.unit.value if limit else "",
        "roll": (limit.roll if limit else happened.roll).value,
        "due": happened.due,
        "why": why,
    }


def clocks_of(session: Session, project_ids: Sequence[int]) -> Clocks:
    """The clocks of these projects; those of the unit with the pauses of its project."""
    by_project: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows(session, _EVENTS, ids=list(project_ids)):
        by_project[row.project_id].append(row)
    return {
        (project_id, kind, slot): tuple(
            _step(row)
            for row in found
            if (row.kind, row.slot) == (kind, slot) or (row.kind is None and kind in UNIT_CLOCKS)
        )
        for project_id, found in by_project.items()
        for kind, slot in {(row.kind, row.slot) for row in found if row.kind is not None}
    }


def _step(row: Row[Any]) -> ClockStep:
    if row.days is None:
        return ClockStep(row.act, row.on_day, due=row.due, roll=Roll(row.roll))
    limit = Limit(row.days, LimitUnit(row.unit), Roll(row.roll))
    return ClockStep(row.act, row.on_day, limit=limit)


_EVENT = table_of(ClockEvent).c
_EVENTS = (
    select(table_of(ClockEvent))
    .where(_EVENT.project_id.in_(bindparam("ids", expanding=True)))
    .order_by(_EVENT.id)
)
