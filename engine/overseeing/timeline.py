"""An item's history, newest first: every event of its chain, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.log_words import readable
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import project_chain, write
from engine.store.statements import Found, rows, table_of
from engine.store.tables import JournalEvent

PAGE = 30
NEWEST = 2**31 - 1
FOR_PROGRAMS = frozenset({"key", "policy", "calendar", "digest", "sha256", "version"})
"""What an event tells that only programs read."""

OF_THE_OFFICE = (
    EventKind.NOTICE_DRAFTED,
    EventKind.NOTICE_DISMISSED,
    EventKind.NOTICES_SUPERSEDED,
    EventKind.DRAFT_AMENDED,
    EventKind.DRAFT_CHECKED,
    EventKind.DRAFT_SENT_BACK,
    EventKind.INSPECTION_PLANNED,
    EventKind.INSPECTION_OPENED,
    EventKind.INSPECTION_CANCELLED,
    EventKind.SET_ASIDE,
)
"""What units are not told: criticism before it is signed, and what it stands for, inspections
before they are made (四不两直), and troubles of the engine. A letter itself says what it stands
for."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event; ``number`` is its place in the item's history, ``event`` that in the journal."""

    number: int
    event: int
    at: datetime
    kind: str
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of an item's history; ``older`` is where the next one begins, None at the end."""

    lines: list[EventLine]
    older: int | None


def timeline(
    session: Session,
    project_id: int,
    *,
    for_units: bool,
    before: int | None = None,
    limit: int = PAGE,
) -> Timeline:
    """The newest events, or those before a place.

    Args:
        for_units: leave out what units are not told.
    """
    write(session)
    found = rows(
        session,
        _EVENTS,
        chain=project_chain(project_id),
        before=before or NEWEST,
        hidden=[kind.value for kind in OF_THE_OFFICE] if for_units else [""],
        limit=limit + 1,
    ).all()
    lines = [_line(row) for row in found[:limit]]
    return Timeline(lines, lines[-1].number if len(found) > limit else None)


def comments(session: Session, project_id: int) -> list[EventLine]:
    """What leaders have remarked on an item, newest first."""
    write(session)
    wanted = {"chain": project_chain(project_id), "kinds": [EventKind.COMMENTED.value]}
    return [_line(row) for row in rows(session, _OF_KINDS, **wanted)]


def _line(row: Found) -> EventLine:
    label = KINDS[row.kind].label if row.kind in KINDS else row.kind
    data = {name: value for name, value in row.data.items() if name not in FOR_PROGRAMS}
    text = str(data.get("text", "")) if row.kind == EventKind.COMMENTED else readable(data)
    return EventLine(row.seq, row.id, row.at, label, row.actor, text)


# The queries, built once.

_EVENT = table_of(JournalEvent).c
_OF_CHAIN = (
    select(_EVENT.seq, _EVENT.id, _EVENT.at, _EVENT.kind, _EVENT.actor, _EVENT.data)
    .where(_EVENT.chain == bindparam("chain"))
    .order_by(_EVENT.seq.desc())
)
_EVENTS = _OF_CHAIN.where(
    _EVENT.seq < bindparam("before"), _EVENT.kind.not_in(bindparam("hidden", expanding=True))
).limit(bindparam("limit"))
_OF_KINDS = _OF_CHAIN.where(_EVENT.kind.in_(bindparam("kinds", expanding=True)))
