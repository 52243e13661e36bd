"""The parts of a run: ranges of rows, so that any number of workers can share it.

A worker takes a part by locking its row, and does it in the same transaction. Who is killed
gives back what it held: the database rolls back, and the part is open for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine.store.statements import Found, rows, table_of
from engine.store.tables import SweepPart, SweepRun


@dataclass(frozen=True, slots=True)
class Span:
    """What a part is about: numbers from ``first`` to ``last``, both included; under one rule,
    where its step has several."""

    first: int
    last: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a worker has taken, of the step that its run has come to."""

    id: int
    span: Span
    step: int


def in_ranges(numbers: Select[Any]) -> Select[Any]:
    """The same numbers as ranges of about equally many: ``shards`` of them, or more if one would
    hold more than ``limit`` numbers. Columns ``first`` and ``last``."""
    number = numbers.subquery().c[0]
    count, place = func.count().over(), func.row_number().over(order_by=number) - 1
    needed = (count + _LIMIT - 1) // _LIMIT
    wanted = case((needed > _SHARDS, needed), else_=_SHARDS)
    placed = select(number.label("number"), (place * wanted // count).label("range")).subquery().c
    bounds = func.min(placed.number).label("first"), func.max(placed.number).label("last")
    return select(*bounds).group_by(placed.range).order_by(placed.range)


_SHARDS, _LIMIT = bindparam("shards", type_=Integer), bindparam("limit", type_=Integer)


def ranges(
    session: Session, query: Select[Any], *, limit: int, shards: int, **wanted: Any
) -> list[Span]:
    """The ranges of a query that ``in_ranges`` made."""
    found = rows(session, query, limit=limit, shards=shards, **wanted)
    return [Span(row.first, row.last) for row in found]


def lay_out(session: Session, run_id: int, spans: Sequence[Span]) -> None:
    """Open these parts of a run, in their order."""
    session.execute(_LAY_OUT, [{"run_id": run_id, **asdict(span)} for span in spans])


def take(session: Session, run_id: int) -> Part | None:
    """The next part that is open and that nobody is at, until the transaction ends."""
    return _part(rows(session, _NEXT, run=run_id).one_or_none())


def take_again(session: Session, part: Part) -> bool:
    """Whether a part is still open, and nobody else is at it."""
    return rows(session, _AGAIN, part=part.id).one_or_none() is not None


def close(
    session: Session, part: Part, now: datetime, counts: dict[str, int], alarms: list[Any]
) -> None:
    """Write down what a part came to."""
    done = {"part": part.id, "now": now, "its_counts": counts, "its_alarms": alarms}
    session.execute(_CLOSE, done)


def split(session: Session, run_id: int, part: Part, spans: Sequence[Span]) -> None:
    """Open these parts in the place of one that could not be done."""
    session.execute(_DROP, {"part": part.id})
    lay_out(session, run_id, spans)


def open_parts(session: Session, run_id: int) -> int:
    """How many parts are open, or being worked on."""
    number: int = rows(session, _OPEN, run=run_id).scalar_one()
    return number


def clear(session: Session, run_id: int) -> Sequence[Found]:
    """Drop the parts of a run that is over; ``counts`` and ``alarms`` of each, in order."""
    return sorted(rows(session, _CLEAR, run=run_id))


def _part(row: Found | None) -> Part | None:
    return None if row is None else Part(row.id, Span(row.first, row.last, row.rule), row.step)


# The statements, built once.

_PARTS, _RUNS = table_of(SweepPart), table_of(SweepRun)
_PART = _PARTS.c
_IS_OPEN = _PART.done_at.is_(None)
_OF_RUN, _THIS = _PART.run_id == bindparam("run"), _PART.id == bindparam("part")

_LAY_OUT = insert(_PARTS).values(counts={}, alarms=[])
_NEXT = (
    select(_PART.id, _PART.first, _PART.last, _PART.rule, _RUNS.c.step)
    .join_from(_PARTS, _RUNS, _RUNS.c.id == _PART.run_id)
    .where(_OF_RUN, _IS_OPEN)
    .order_by(_PART.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=_PARTS)
)
_AGAIN = select(_PART.id).where(_THIS, _IS_OPEN).with_for_update(skip_locked=True)
_CLOSE = (
    update(_PARTS)
    .where(_THIS)
    .values(
        done_at=bindparam("now"), counts=bindparam("its_counts"), alarms=bindparam("its_alarms")
    )
)
_DROP = delete(_PARTS).where(_THIS)
_OPEN = select(func.count()).where(_OF_RUN, _IS_OPEN)
_CLEAR = delete(_PARTS).where(_OF_RUN).returning(_PART.id, _PART.counts, _PART.alarms)
