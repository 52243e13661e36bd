"""督办日志: the append-only record of everything, written in the transaction that it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import String, bindparam, cast, exists, func, insert, select, update
from sqlalchemy.orm import Session

from engine.store import chain as links
from engine.store.chain import Fault
from engine.store.event_kinds import KINDS, EventKind
from engine.store.records import chain_records, records
from engine.store.statements import insert_ignoring_doubles, table_of
from engine.store.tables import Checkpoint, JournalEvent, JournalHead, Project

UNWRITTEN = "journal"
"""Where a session keeps the events that its transaction has yet to write."""

ROUTE = "route"
"""Where a session keeps by which way somebody acts in it; see ``by_way_of``."""

ENGINE_CHAIN = "engine"
"""The chain of what concerns no single program or project: policies, calendars, addresses."""

PEOPLE_CHAIN = "people"
"""The chain of who holds which post, and who is away."""

PROJECT_CHAIN = "project:"
"""What the chain of every project begins with."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        chain: whose history it belongs to; see ``project_chain`` and ``program_chain``.
        actor: the person, unit or part of the engine that did it, as users read it.
        data: plain JSON values; dates and figures are given as text.
    """

    chain: str
    kind: EventKind
    at: datetime
    actor: str
    data: Mapping[str, Any]


def project_chain(project_id: int) -> str:
    """The chain of one project."""
    return f"{PROJECT_CHAIN}{project_id}"


def program_chain(program_id: int) -> str:
    """The chain of one year's list."""
    return f"program:{program_id}"


def proposals_chain(year: int) -> str:
    """The chain of the proposals and meetings on their way to one year's list."""
    return f"proposals:{year}"


def append(session: Session, events: Sequence[Event]) -> None:
    """Add events to the caller's transaction; they are written, in their order, when it ends.

    Raises:
        TypeError: an event's data holds something that is not plain JSON, such as a date.
        ValueError: a moment without a time zone.
    """
    route = session.info.get(ROUTE, {})
    told = [_told(event, route) for event in events]
    session.info.setdefault(UNWRITTEN, []).extend(told)


@contextmanager
def by_way_of(session: Session, route: Mapping[str, Any]) -> Iterator[None]:
    """Events added inside tell by which way they came, beside what they tell of themselves."""
    session.info[ROUTE] = dict(route)
    try:
        yield
    finally:
        del session.info[ROUTE]


def write(session: Session) -> None:
    """Write what was added. The store calls it once, as the last act of every transaction: one
    set of statements for all events, and locks that are held for a moment and in one order.

    Writers of one chain wait for each other, also two that both begin it at the same moment.
    """
    events: list[Event] = session.info.pop(UNWRITTEN, [])
    if not events:
        return
    session.flush()
    tips = _lock_heads(session, {event.chain for event in events})
    rows = []
    for event, number in zip(events, _numbers(session, len(events)), strict=True):
        row = _linked(event, number, tips[event.chain])
        tips[event.chain] = (row["seq"], row["hash"])
        rows.append(row)
    session.execute(insert(_EVENTS), rows)
    moved = [
        {"its_chain": chain, "its_seq": seq, "its_hash": tip} for chain, (seq, tip) in tips.items()
    ]
    session.execute(_MOVE_HEAD, moved)


def checkpoint(session: Session, at: datetime, due: datetime | None = None) -> Checkpoint | None:
    """Cover the heads that have moved since the last checkpoint; None when none has, or when
    there has been one since the moment at which it was ``due``."""
    last = session.execute(_LAST_CHECKPOINT).one_or_none()
    if last is not None and due is not None and last.at >= due:
        return None
    write(session)
    if not session.execute(_LOCKED_MOVED).all():
        return None
    moved = sorted(session.execute(_COVER))
    record = {
        "seq": last.seq + 1 if last else 1,
        "at": links.moment(at),
        "heads": {head.chain: {"seq": head.seq, "hash": head.hash} for head in moved},
        "previous": last.hash if last else links.GENESIS,
    }
    row = {**record, "at": at, "hash": links.digest(record)}
    session.execute(_SEAL, row)
    return Checkpoint(**row)


def history(session: Session, chain: str) -> list[Event]:
    """The events of one chain, oldest first."""
    write(session)
    rows = session.scalars(
        select(JournalEvent).where(JournalEvent.chain == chain).order_by(JournalEvent.seq)
    )
    return [Event(row.chain, KINDS[row.kind], row.at, row.actor, row.data) for row in rows]


def verify(session: Session) -> list[Fault]:
    """All that is not as it was written. The session must be one consistent look."""
    write(session)
    return [*links.faults(records(session)), *_without_history(session)]


def _without_history(session: Session) -> Iterator[Fault]:
    """Items whose whole chain is gone, head and all: each begins with its 立项."""
    for number in session.scalars(_WITHOUT_CHAIN):
        yield Fault(project_chain(number), 1, "该事项的日志全部缺失")


def verify_chain(session: Session, chain: str) -> list[Fault]:
    """The same of one chain alone, which takes no longer than the chain is. The checkpoints, which
    cover all chains together, are not among what it looks at."""
    write(session)
    verifier = links.Verifier()
    found = [fault for event in chain_records(session, chain) for fault in verifier.take(event)]
    head = session.get(JournalHead, chain)
    tip = verifier.tip_of(chain)
    if head is None and tip[0]:
        found.append(Fault(chain, tip[0], "缺少链头记录"))
    elif head is not None and (head.seq, head.hash) != tip:
        found.append(Fault(chain, head.seq, "链头记录与最后一个事件不符"))
    return found


def export(session: Session, stream: BinaryIO) -> int:
    """Write the journal as lines that ``chain.py`` verifies; returns the number of events.

    The same journal gives the same bytes. The session must be one consistent look.
    """
    write(session)
    events = 0
    stream.write(links.canonical(links.HEADER) + b"\n")
    for record in records(session):
        stream.write(links.spelt(record) + b"\n")
        events += record["record"] == "event"
    return events


def _told(event: Event, route: Mapping[str, Any]) -> Event:
    """The event as it will be read back: tuples as lists, all names as text."""
    links.moment(event.at)
    data = json.loads(json.dumps({**event.data, **route}, allow_nan=False))
    return replace(event, data=data)


def _linked(event: Event, number: int, tip: tuple[int, str]) -> dict[str, Any]:
    """The row of an event that follows the tip of its chain."""
    record = {
        "id": number,
        "chain": event.chain,
        "seq": tip[0] + 1,
        "at": links.moment(event.at),
        "kind": event.kind.value,
        "actor": event.actor,
        "data": event.data,
        "previous": tip[1],
    }
    return {**record, "at": event.at, "hash": links.digest(record)}


def _lock_heads(session: Session, chains: set[str]) -> dict[str, tuple[int, str]]:
    """The last event of each chain, in an order that keeps writers from deadlock. One that begins
    has a head first, for which others wait."""
    tips = _locked(session, chains)
    new = [{"chain": chain, **_NO_EVENT} for chain in sorted(chains - tips.keys())]
    if new:
        session.execute(insert_ignoring_doubles(session, JournalHead), new)
        tips |= _locked(session, chains - tips.keys())
    return tips


def _locked(session: Session, chains: set[str]) -> dict[str, tuple[int, str]]:
    rows = session.execute(_LOCKED_HEADS, {"chains": sorted(chains)})
    return {row.chain: (row.seq, row.hash) for row in rows}


def _numbers(session: Session, count: int) -> list[int]:
    """The next row numbers. Hashes cover them, so that events of two chains cannot be swapped."""
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(_LAST_NUMBER) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(JournalEvent.__tablename__, "id")
    numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return sorted(session.scalars(numbers))


# The statements of every transaction, built once.

_EVENTS, _HEADS = table_of(JournalEvent), table_of(JournalHead)

_LOCKED_HEADS = (
    select(_HEADS.c.chain, _HEADS.c.seq, _HEADS.c.hash)
    .where(_HEADS.c.chain.in_(bindparam("chains", expanding=True)))
    .order_by(_HEADS.c.chain)
    .with_for_update()
)

_HAS_MOVED = _HEADS.c.seq > _HEADS.c.checkpointed_seq
_LOCKED_MOVED = select(_HEADS.c.chain).where(_HAS_MOVED).order_by(_HEADS.c.chain).with_for_update()
_COVER = (
    update(_HEADS)
    .where(_HAS_MOVED)
    .values(checkpointed_seq=_HEADS.c.seq)
    .returning(_HEADS.c.chain, _HEADS.c.seq, _HEADS.c.hash)
)
"""Exactly those heads that it tells are covered; they were locked in the order of all writers."""

_CHECKPOINT = table_of(Checkpoint).c
_SEAL = insert(table_of(Checkpoint))
_LAST_CHECKPOINT = (
    select(_CHECKPOINT.seq, _CHECKPOINT.at, _CHECKPOINT.hash)
    .order_by(_CHECKPOINT.seq.desc())
    .limit(1)
)

_PROJECT = table_of(Project).c
_WITHOUT_CHAIN = (
    select(_PROJECT.id)
    .where(~exists().where(_HEADS.c.chain == PROJECT_CHAIN + cast(_PROJECT.id, String)))
    .order_by(_PROJECT.id)
)

_LAST_NUMBER = select(func.max(_EVENTS.c.id))

_NO_EVENT: dict[str, Any] = {"seq": 0, "hash": links.GENESIS, "checkpointed_seq": 0}

_MOVE_HEAD = (
    update(_HEADS)
    .where(_HEADS.c.chain == bindparam("its_chain"))
    .values(seq=bindparam("its_seq"), hash=bindparam("its_hash"))
)
