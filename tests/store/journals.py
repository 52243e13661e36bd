"""A small journal for tests, and ways to alter it behind the engine's back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.store.chain import moment
from engine.store.event_kinds import EventKind
from engine.store.journal import (
    ENGINE_CHAIN,
    Event,
    append,
    checkpoint,
    export,
    program_chain,
    project_chain,
    write,
)
from engine.store.tables import Base, JournalEvent

MORNING = datetime(2023, 3, 6, 1, 0, tzinfo=UTC)

Row = dict[str, Any]


def event(chain: str, number: int) -> Event:
    """An event unlike any other with another number."""
    at = MORNING + timedelta(minutes=number)
    return Event(chain, EventKind.REPORT_SUBMITTED, at, "市教育局", {"学位": 7500 + number})


def write_small_journal(session: Session) -> None:
    """Seven events in three chains; the second checkpoint leaves two of them uncovered."""
    one, list_ = project_chain(1), program_chain(1)
    append(session, [event(one, 1), event(list_, 2), event(one, 3)])
    checkpoint(session, MORNING)
    append(session, [event(ENGINE_CHAIN, 4), event(one, 5)])
    checkpoint(session, MORNING + timedelta(days=1))
    append(session, [event(list_, 6), event(one, 7)])
    write(session)


def rows(session: Session, table: type[Base], order: str) -> list[Row]:
    """The rows of a table as they are."""
    columns = table.__table__.columns
    found = session.execute(select(*columns).order_by(columns[order]))
    return [dict(row._mapping) for row in found]


def rewrite(
    session: Session,
    change: Callable[[list[Row]], list[Row]],
    table: type[Base] = JournalEvent,
    order: str = "id",
) -> None:
    """Replace the rows of a table by changed ones."""
    changed = change(rows(session, table, order))
    session.execute(delete(table))
    if changed:
        session.execute(insert(table), changed)


def as_record(row: Row) -> Row:
    """An event's row as its hash covers it."""
    return {**row, "at": moment(row["at"])}


def exported(session: Session) -> list[bytes]:
    """The lines of an export."""
    stream = io.BytesIO()
    export(session, stream)
    return stream.getvalue().splitlines(keepends=True)
