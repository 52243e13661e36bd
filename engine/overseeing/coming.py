"""Which dates come, and which were missed: open dates of items whose clocks run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.overseeing.choice import numbers
from engine.rules.lifecycle import OPEN_STATES, RUNNING_STATES
from engine.rules.words import DeadlineKind, DeadlineState, Light
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Project, Unit

SHOWN = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DueLine:
    """An open date of an item."""

    code: str
    title: str
    unit: str
    light: Light
    kind: DeadlineKind
    name: str
    due: date


@dataclass(frozen=True, slots=True)
class Dates:
    """Some open dates; ``total`` how many there are."""

    total: int
    lines: list[DueLine]


@dataclass(frozen=True, slots=True)
class Coming:
    """The open dates around a day.

    Attributes:
        this_week: from the day to the Sunday of its week.
        next_week: of the week after.
        missed: before the day; the oldest first.
    """

    missed: Dates
    this_week: Dates
    next_week: Dates


def coming(session: Session, day: date, seen: frozenset[int] | None) -> Coming:
    """The open dates around a day, as far as their items may be seen. While the clock of an item
    stands, because it is suspended or lies with the office, its dates are not missed."""
    monday = day - timedelta(days=day.weekday()) + WEEK
    return Coming(
        missed=_dates(session, seen, [_DEADLINE.due < day, _PROJECT.state.in_(RUNNING_STATES)]),
        this_week=_dates(session, seen, [_DEADLINE.due >= day, _DEADLINE.due < monday]),
        next_week=_dates(session, seen, [_DEADLINE.due >= monday, _DEADLINE.due < monday + WEEK]),
    )


def _dates(
    session: Session, seen: frozenset[int] | None, when: Sequence[ColumnElement[bool]]
) -> Dates:
    visible = [] if seen is None else [_DEADLINE.project_id.in_(numbers(seen))]
    chosen = (
        *when,
        *visible,
        _DEADLINE.state == DeadlineState.PENDING,
        _PROJECT.state.in_(OPEN_STATES),
    )
    total = rows(session, _COUNT.where(*chosen)).scalar_one()
    if not total:
        return Dates(0, [])
    return Dates(total, [DueLine(*row) for row in rows(session, _LINES.where(*chosen))])


_DEADLINE, _PROJECT, _UNIT = table_of(Deadline).c, table_of(Project).c, table_of(Unit).c
_COUNT = select(func.count()).join_from(
    table_of(Deadline), table_of(Project), _DEADLINE.project_id == _PROJECT.id
)
_LINES = (
    select(
        _PROJECT.code,
        _PROJECT.title,
        _UNIT.name,
        _PROJECT.light,
        _DEADLINE.kind,
        _DEADLINE.name,
        _DEADLINE.due,
    )
    .join_from(table_of(Deadline), table_of(Project), _DEADLINE.project_id == _PROJECT.id)
    .join(table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
    .order_by(_DEADLINE.due, _DEADLINE.id)
    .limit(SHOWN)
)
