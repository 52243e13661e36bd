"""Another policy or calendar is put in force: the dates that follow from it move, promises stay.

Limits (签收、首报、方案) and reports are counted again, each from all that happened to its clock. A
promise to the public never moves silently: it is told among those that stay, with how many
working days it has left before and after. Nobody is put in default by a new calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from engine.dates.clocks import clocks_of, record
from engine.dates.deadlines import move
from engine.desk.issuing import ENGINE, Desk
from engine.rules.calendar import Calendar
from engine.rules.clocks import ClockStep, Reading, read, relimit
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.limits import Limit
from engine.rules.policy import Policy
from engine.rules.words import UNIT_CLOCKS, DeadlineKind, DeadlineState
from engine.store import rulebooks
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, Project

T = TypeVar("T")

BATCH = 500
"""Dates whose clocks are read at once."""

Found = tuple[Row[Any], tuple[ClockStep, ...]]
"""A date that binds, and what happened to its clock."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A date that another calendar moves. ``fair``: it would have been missed by that alone, and
    is given until the next working day."""

    deadline_id: int
    project_id: int
    code: str
    kind: DeadlineKind
    name: str
    due: date
    new_due: date
    fair: bool


@dataclass(frozen=True, slots=True)
class Staying:
    """A promised date that stays, although the days around it change.

    Attributes:
        days_before, days_after: working days left to it by the old calendar and by the new one.
        works: whether it is a working day by the new one.
    """

    code: str
    kind: DeadlineKind
    name: str
    due: date
    days_before: int
    days_after: int
    works: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What another calendar does to the open dates.

    Attributes:
        provisional: dates that were certain and are not any more, by id.
        certain: dates that were provisional and are certain now.
    """

    moving: tuple[Moving, ...]
    staying: tuple[Staying, ...]
    provisional: tuple[int, ...]
    certain: tuple[int, ...]


def adopt(desk: Desk, by: str = rulebooks.ENGINE) -> bool:
    """Put the desk's rulebook in force, and move the dates that follow from what is new in it.

    Args:
        by: who decided so.

    Returns:
        Whether anything about it differs from what was in force.
    """
    replaced = rulebooks.adopt(desk.session, desk.rulebook, desk.at, by)
    if replaced is None:
        return False
    if replaced.policy:
        _change_limits(desk)
    if replaced.calendar:
        before = rulebooks.calendar_of(desk.session, replaced.calendar)
        _carry_out(desk, effect_of(desk.session, before, desk.rulebook.calendar, desk.day))
    return True


def effect_of(session: Session, before: Calendar, after: Calendar, day: date) -> Effect:
    """What moves and what stays when one calendar takes another's place on a day."""
    moving: list[Moving] = []
    staying: list[Staying] = []
    provisional: list[int] = []
    certain: list[int] = []
    for row, steps in _open_dates(session, tuple(DeadlineKind)):
        clock = read(steps, after)
        new_due, fair = _fair(row.due, clock, after, day)
        if not clock.follows_calendar:
            promise = _staying(row, before, after, day)
            if promise is not None:
                staying.append(promise)
        elif new_due != row.due:
            known = (row.id, row.project_id, row.code, row.kind, row.name, row.due)
            moving.append(Moving(*known, new_due, fair))
            continue  # its new version says whether it is certain
        unsure = after.is_provisional_between(day, row.due)
        if unsure != row.provisional:
            (provisional if unsure else certain).append(row.id)
    return Effect(tuple(moving), tuple(staying), tuple(provisional), tuple(certain))


def _fair(due: date, clock: Reading, calendar: Calendar, day: date) -> tuple[date, bool]:
    """The date as counted, but not one that is missed only because days were counted anew."""
    earliest = min(due, calendar.next_working_day(day))
    stands = clock.stopped_on is not None
    return (clock.due, False) if stands or clock.due >= earliest else (earliest, True)


def _staying(row: Row[Any], before: Calendar, after: Calendar, day: date) -> Staying | None:
    left, then = (calendar.working_days_between(day, row.due) for calendar in (before, after))
    works = after.is_working(row.due)
    if left == then and works == before.is_working(row.due):
        return None
    return Staying(row.code, row.kind, row.name, row.due, left, then, works)


def _carry_out(desk: Desk, effect: Effect) -> None:
    for moving in effect.moving:
        deadline = _held(desk, moving.project_id, moving.deadline_id)
        if deadline is not None:
            why = "工作日历调整，按新日历重新计算"
            move(desk, deadline, moving.new_due, ENGINE, why, decided=moving.fair)
    for ids, unsure in ((effect.provisional, True), (effect.certain, False)):
        for some in _batches(ids):
            desk.session.execute(
                update(Deadline).where(Deadline.id.in_(some)).values(provisional=unsure),
                execution_options={"synchronize_session": False},
            )


def _held(desk: Desk, project_id: int, deadline_id: int) -> Deadline | None:
    """The date, while nobody else can take a step on its project; None when it no longer binds."""
    desk.session.scalars(_LOCKED, {"id": project_id}).one()
    deadline = desk.session.get_one(Deadline, deadline_id, populate_existing=True)
    return deadline if deadline.state is DeadlineState.PENDING else None


def _change_limits(desk: Desk) -> None:
    """Change the limit of the clocks that run for another one than the policy in force gives."""
    limits = limits_of(desk.rulebook.policy)
    for row, steps in _open_dates(desk.session, tuple(limits)):
        was, limit = read(steps, desk.rulebook.calendar).limit, limits[row.kind]
        if was is None or was == limit:
            continue
        deadline = _held(desk, row.project_id, row.id)
        if deadline is None:
            continue
        why = f"督办规则调整，{row.kind.label}由{was}改为{limit}"
        step = relimit(desk.day, limit)
        record(desk.session, [(row.project_id, row.kind, row.slot, step)], why)
        due = read((*steps, step), desk.rulebook.calendar).due
        if due != deadline.due:
            move(desk, deadline, due, ENGINE, why, decided=False)


def limits_of(policy: Policy) -> dict[DeadlineKind, Limit]:
    """The limits that run from the assignment, by the clock they are for."""
    spans = {
        DeadlineKind.SIGN_FOR: policy.limits.sign_for,
        DeadlineKind.FIRST_REPORT: policy.limits.first_report,
        DeadlineKind.PLAN: policy.limits.plan_within,
    }
    return {kind: span.limit for kind, span in spans.items() if span is not None}


def _open_dates(session: Session, kinds: Sequence[DeadlineKind]) -> Iterator[Found]:
    """The dates that still bind, with their clocks, by project: those of supervised items, and of
    reviews, which do not end with the item."""
    for some in _batches(rows(session, _OPEN, kinds=list(kinds)).all()):
        clocks = clocks_of(session, sorted({row.project_id for row in some}))
        for row in some:
            yield row, clocks[row.project_id, row.kind, row.slot]


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), BATCH):
        yield items[first : first + BATCH]


_DEADLINE, _PROJECT = table_of(Deadline).c, table_of(Project).c

_LOCKED = select(_PROJECT.id).where(_PROJECT.id == bindparam("id")).with_for_update()

_OPEN = (
    select(
        _DEADLINE.id,
        _DEADLINE.project_id,
        _PROJECT.code,
        _DEADLINE.kind,
        _DEADLINE.slot,
        _DEADLINE.name,
        _DEADLINE.due,
        _DEADLINE.provisional,
    )
    .join(table_of(Project), _PROJECT.id == _DEADLINE.project_id)
    .where(
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.kind.in_(bindparam("kinds", expanding=True)),
        _PROJECT.state.in_(OPEN_STATES) | _DEADLINE.kind.not_in(UNIT_CLOCKS),
    )
    .order_by(_DEADLINE.project_id, _DEADLINE.due, _DEADLINE.id)
)
