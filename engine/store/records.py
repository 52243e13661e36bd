"""The journal as the records that ``chain.py`` verifies, read as they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Text, cast, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.store import chain as links
from engine.store.columns import Instant
from engine.store.tables import Base, Checkpoint, JournalEvent, JournalHead

BATCH = 1000


def records(session: Session) -> Iterator[dict[str, Any]]:
    """The journal in the order of an export: each checkpoint before the events it covers."""
    checkpoints = _read(session, Checkpoint, Checkpoint.seq)
    covered: dict[str, int] = {}
    for event in _read(session, JournalEvent, JournalEvent.id):
        while links.is_well_formed(event) and event["seq"] > covered.get(event["chain"], 0):
            checkpoint = next(checkpoints, None)
            if checkpoint is None:
                break
            if links.is_well_formed(checkpoint):
                covered |= {chain: head["seq"] for chain, head in checkpoint["heads"].items()}
            yield checkpoint
        yield event
    yield from checkpoints
    heads = _read(session, JournalHead, JournalHead.chain)
    # Databases differ in how they order text.
    yield from sorted(heads, key=lambda head: str(head["chain"]))


def events_after(session: Session, number: int, last: int) -> Iterator[dict[str, Any]]:
    """The events behind a number and up to another, in their order."""
    within = JournalEvent.id.between(number + 1, last)
    return _read(session, JournalEvent, JournalEvent.id, within)


def chosen_events(
    session: Session, where: Sequence[ColumnElement[bool]]
) -> Iterator[dict[str, Any]]:
    """The events that meet some conditions, in the order in which they were written."""
    return _read(session, JournalEvent, JournalEvent.id, *where)


def chain_records(session: Session, chain: str) -> Iterator[dict[str, Any]]:
    """The events of one chain, in their order."""
    return _read(session, JournalEvent, JournalEvent.seq, JournalEvent.chain == chain)


RECORDS = {JournalEvent: "event", Checkpoint: "checkpoint", JournalHead: "head"}


def _read(
    session: Session,
    table: type[Base],
    order: InstrumentedAttribute[Any],
    *where: ColumnElement[bool],
) -> Iterator[dict[str, Any]]:
    """The rows of a table as records.

    Moments and JSON are read as they are stored: a damaged one must be told, not stop the reader.
    """
    columns = [_as_stored(column) for column in table.__table__.columns]
    query = select(*columns).where(*where).order_by(order)
    rows = session.execute(query.execution_options(yield_per=BATCH))
    for row in rows:
        record = {"record": RECORDS[table], **row._mapping}
        for name, parse in PARSERS.items():
            if name in record:
                record[name] = parse(record[name])
        yield record


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    name = column.key
    if isinstance(column.type, JSON):
        return cast(column, Text).label(name)
    if isinstance(column.type, Instant):
        return type_coerce(column, String).label(name)
    return column


def _stored_moment(stored: Any) -> Any:
    try:
        at = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return stored
    return links.moment(at if at.tzinfo else at.replace(tzinfo=UTC))


def _stored_json(stored: Any) -> Any:
    try:
        return json.loads(stored)
    except (TypeError, ValueError):
        return stored


PARSERS = {"at": _stored_moment, "data": _stored_json, "heads": _stored_json}
