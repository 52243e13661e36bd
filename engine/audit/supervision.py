"""Whether the sweeps have come by everything: runs, dates, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import BindParameter, Select, bindparam, func, select, text
from sqlalchemy.orm import Session

from engine.rules.auditing import (
    MOST_TOLD,
    SWEEP_PATIENCE,
    Finding,
    FindingKind,
    Series,
    counted,
)
from engine.rules.conditions import written
from engine.rules.lifecycle import OPEN_STATES, RUNNING_STATES
from engine.rules.policy import Policy
from engine.rules.words import UNIT_CLOCKS, Cadence
from engine.rules.zone import local_day
from engine.store.project_queries import IS_DISPUTED
from engine.store.runs import silent
from engine.store.statements import rows, table_of
from engine.store.tables import Deadline, DocumentNumber, NumberSeries, Project, RunState, SweepRun


def still(session: Session, now: datetime) -> Iterator[Finding]:
    """Runs that were begun, are not over and do not come on."""
    for run in silent(session, now - SWEEP_PATIENCE):
        words = f"{run.cadence.label} {run.period} 中断，至今没有接续"
        yield Finding(FindingKind.SWEEP_STILL, f"{run.cadence.value}:{run.period}", words)


def look(session: Session, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Items that were set aside, dates that nobody has looked at or will look at."""
    last = rows(session, _LAST_DAILY).one_or_none()
    if last is not None:
        aside = last.counts.get("set_aside", 0)
        what = f"个事项在日检查 {last.period} 中出错，已搁置"
        yield from counted(FindingKind.SET_ASIDE, (), aside, what)
        yield from _missed(session, local_day(last.as_of))
    yield from _unwatched(session, policy, local_day(now))


def _missed(session: Session, day: date) -> Iterator[Finding]:
    """Dates that the last daily sweep should have looked at. What was set since then asks for a
    look on its own day at the earliest."""
    found = rows(session, _MISSED, day=day).all()
    if found:
        names, what = [row.code for row in found], f"个事项的时限应在{written(day)}前检查，没有检查"
        yield from counted(FindingKind.LOOK_MISSED, names, found[0].projects, what)


def _unwatched(session: Session, policy: Policy, day: date) -> Iterator[Finding]:
    """Dates that are still to come, that have consequences when missed, and that no row will bring
    back to anybody's mind."""
    kinds = [kind for kind in UNIT_CLOCKS if policy.overdue_delays[kind]]
    found = rows(session, _UNWATCHED, day=day, kinds=kinds).all()
    if found:
        names = [row.code for row in found]
        yield from counted(FindingKind.UNWATCHED, names, found[0].projects, "个事项有时限无人看")


def series(session: Session) -> list[Series]:
    """The numbers of every 机关代字 and year."""
    given: dict[tuple[str, int], list[int]] = {}
    for row in rows(session, _NUMBERS):
        given.setdefault((row.issuer, row.year), []).append(row.number)
    return [
        Series(f"{row.issuer}〔{row.year}〕", given.get((row.issuer, row.year), []), row.last)
        for row in rows(session, _SERIES)
    ]


# The queries, built once.

_RUN, _PROJECT, _DEADLINE = table_of(SweepRun).c, table_of(Project).c, table_of(Deadline).c
_SERIES = select(table_of(NumberSeries)).order_by(NumberSeries.year, NumberSeries.issuer)
_NUMBER = table_of(DocumentNumber).c
_NUMBERS = select(_NUMBER.issuer, _NUMBER.year, _NUMBER.number)

_LAST_DAILY = (
    select(_RUN.period, _RUN.as_of, _RUN.counts)
    .where(_RUN.cadence == Cadence.DAILY, _RUN.state == RunState.DONE)
    .order_by(_RUN.scheduled_at.desc())
    .limit(1)
)


def _projects(first: str, *where: object) -> Select[tuple[object, ...]]:
    """The first few projects with such dates, by the column of the date, and how many there are."""
    by_date = func.min(_DEADLINE[first])
    query = (
        select(_PROJECT.code, func.count().over().label("projects"))
        .join_from(table_of(Deadline), table_of(Project), _PROJECT.id == _DEADLINE.project_id)
        .group_by(_PROJECT.id, _PROJECT.code)
        .order_by(by_date, _PROJECT.code)
        .limit(MOST_TOLD + 1)
    )
    return query.where(*where)  # type: ignore[arg-type]


_DAY: BindParameter[date] = bindparam("day")
_MISSED = _projects(
    "next_check_on",
    _DEADLINE.next_check_on < _DAY,
    _PROJECT.set_aside_until.is_(None) | (_PROJECT.set_aside_until < _DAY),
    _PROJECT.state.in_(OPEN_STATES) | _DEADLINE.kind.not_in(UNIT_CLOCKS),
)
_UNWATCHED = _projects(
    "due",
    # To the letter the condition of the partial index, which SQLite else would not use.
    text("deadlines.state = 'pending' AND deadlines.next_check_on IS NULL"),
    _DEADLINE.due >= _DAY,
    _DEADLINE.kind.in_(bindparam("kinds", expanding=True)),
    _PROJECT.state.in_(RUNNING_STATES),
    _PROJECT.exempt_until.is_(None) | (_PROJECT.exempt_until < _DAY),
    ~IS_DISPUTED,
)
