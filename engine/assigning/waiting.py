"""What waits to be given out: registered items, and those that a unit gave back. Read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import JournalEvent, Project, Unit


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """An item that a unit gave back.

    Attributes:
        returned_by: the person; ``unit`` is the unit that leads it still.
    """

    code: str
    title: str
    unit: str
    assigned_on: date | None
    returned_at: datetime | None
    returned_by: str
    reason: str


def returned_lines(session: Session) -> list[ReturnedLine]:
    """What was given back and waits for another unit, the oldest first."""
    found = rows(session, _RETURNED).all()
    chains = {project_chain(row.id): row.id for row in found}
    said: dict[int, Any] = {}
    for event in rows(session, _EVENTS, chains=list(chains)):
        said[chains[event.chain]] = event
    lines = [
        ReturnedLine(
            code=row.code,
            title=row.title,
            unit=row.unit,
            assigned_on=row.assigned_on,
            returned_at=said[row.id].at if row.id in said else None,
            returned_by=said[row.id].actor if row.id in said else "",
            reason=said[row.id].data.get("reason", "") if row.id in said else "",
        )
        for row in found
    ]
    return sorted(lines, key=lambda line: (line.returned_at is None, line.returned_at, line.code))


def registered_by_unit(session: Session) -> Mapping[str, int]:
    """How many items wait to be given to each unit."""
    return {row.name: row.items for row in rows(session, _REGISTERED)}


# The queries, built once.

_PROJECT, _UNIT, _EVENT = table_of(Project).c, table_of(Unit).c, table_of(JournalEvent).c
_LED = table_of(Project).join(table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)

_RETURNED = (
    select(
        _PROJECT.id, _PROJECT.code, _PROJECT.title, _PROJECT.assigned_on, _UNIT.name.label("unit")
    )
    .select_from(_LED)
    .where(_PROJECT.state == ProjectState.RETURNED)
    .order_by(_PROJECT.program_id, _PROJECT.id)
)

# The last comes last, and so stays.
_EVENTS = (
    select(_EVENT.chain, _EVENT.at, _EVENT.actor, _EVENT.data)
    .where(
        _EVENT.chain.in_(bindparam("chains", expanding=True)),
        _EVENT.kind == EventKind.RETURNED.value,
    )
    .order_by(_EVENT.chain, _EVENT.seq)
)

_REGISTERED = (
    select(_UNIT.name, func.count().label("items"))
    .select_from(_LED)
    .where(_PROJECT.state == ProjectState.REGISTERED)
    .group_by(_UNIT.name)
    .order_by(_UNIT.name)
)
