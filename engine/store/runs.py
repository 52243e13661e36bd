"""Claiming periods: any number of schedulers may fire one; it is run once, by all who come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from engine.rules.words import Cadence
from engine.store.statements import Found, insert_ignoring_doubles, rows, table_of
from engine.store.tables import RunState, SweepPart, SweepRun

LEASE = timedelta(minutes=1)
"""How long after a run's last sign of life those who watch it may wonder."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that is to be worked on: begun just now, or joined.

    Attributes:
        as_of: the moment that whoever began it holds it to.
    """

    id: int
    as_of: datetime
    is_new: bool


def claim(
    session: Session,
    cadence: Cadence,
    period: str,
    *,
    scheduled_at: datetime,
    as_of: datetime,
    now: datetime,
) -> Claimed | None:
    """Begin a period, or join those who are at it; None when it is over."""
    new = rows(
        session,
        insert_ignoring_doubles(session, SweepRun).returning(_RUN.id, _RUN.as_of),
        cadence=cadence,
        period=period,
        scheduled_at=scheduled_at,
        as_of=as_of,
        state=RunState.RUNNING,
        lease_until=now + LEASE,
        started_at=now,
        counts={},
    ).one_or_none()
    if new is not None:
        return Claimed(new.id, new.as_of, is_new=True)
    running = rows(session, _RUNNING, cadence=cadence, period=period).one_or_none()
    return None if running is None else Claimed(running.id, running.as_of, is_new=False)


def skip(
    session: Session, cadence: Cadence, missed: list[tuple[str, datetime]], now: datetime
) -> list[str]:
    """Account for periods that were missed; a later run answers for them.

    Returns:
        The periods that nobody had accounted for before, in their order.
    """
    if not missed:
        return []
    new = session.scalars(
        insert_ignoring_doubles(session, SweepRun).returning(_RUN.period),
        [
            {
                "cadence": cadence,
                "period": period,
                "scheduled_at": at,
                "as_of": at,
                "state": RunState.SKIPPED,
                "started_at": now,
                "finished_at": now,
                "counts": {},
            }
            for period, at in missed
        ],
    ).all()
    return [period for period, _ in missed if period in new]


def hold(session: Session, run_id: int) -> Found:
    """The state, step and counts of a run, which nobody else can move on until the transaction
    ends."""
    return rows(session, _HELD, run=run_id).one()


def move_on(session: Session, run_id: int, step: int, now: datetime) -> None:
    """Write down, as a sign of life, which step a run has come to."""
    session.execute(_MOVE_ON, {"run": run_id, "its_step": step, "until": now + LEASE})


def end(session: Session, run_id: int, counts: dict[str, int], now: datetime) -> None:
    """Write down that a run is over, and what it came to."""
    session.execute(_END, {"run": run_id, "its_counts": counts, "now": now})


def unfinished(session: Session) -> Sequence[Found]:
    """Runs that were begun and are not over: cadence, period, scheduled time and moment."""
    return rows(session, _UNFINISHED).all()


def silent(session: Session, since: datetime) -> Sequence[Found]:
    """Runs that have not come on since a moment: cadence and period."""
    return rows(session, _SILENT, since=since).all()


def accounted(session: Session, cadence: Cadence, periods: Collection[str]) -> set[str]:
    """Which of these periods have been run, are being run, or were skipped."""
    return set(rows(session, _ACCOUNTED, cadence=cadence, periods=list(periods)).scalars())


def last_scheduled(session: Session) -> dict[Cadence, datetime]:
    """By cadence, the scheduled time of the newest period that is accounted for."""
    return {cadence: scheduled_at for cadence, scheduled_at in rows(session, _LAST)}


# What the statements are made of, and those that are built once.

_RUNS = table_of(SweepRun)
_RUN = _RUNS.c
_IS_RUNNING = _RUN.state == RunState.RUNNING

_RUNNING = select(_RUN.id, _RUN.as_of).where(
    _RUN.cadence == bindparam("cadence"), _RUN.period == bindparam("period"), _IS_RUNNING
)

_THIS = _RUN.id == bindparam("run")
_HELD = select(_RUN.state, _RUN.step, _RUN.counts).where(_THIS).with_for_update()
_MOVE_ON = (
    update(_RUNS).where(_THIS).values(step=bindparam("its_step"), lease_until=bindparam("until"))
)
_END = (
    update(_RUNS)
    .where(_THIS)
    .values(
        state=RunState.DONE,
        lease_until=None,
        finished_at=bindparam("now"),
        counts=bindparam("its_counts"),
    )
)

_UNFINISHED = (
    select(_RUN.cadence, _RUN.period, _RUN.scheduled_at, _RUN.as_of)
    .where(_IS_RUNNING)
    .order_by(_RUN.scheduled_at)
)

_PART = table_of(SweepPart).c
_SILENT = (
    select(_RUN.cadence, _RUN.period)
    .where(
        _IS_RUNNING,
        _RUN.lease_until < bindparam("since"),
        ~exists().where(_PART.run_id == _RUN.id, _PART.done_at >= bindparam("since")),
    )
    .order_by(_RUN.scheduled_at)
)

_ACCOUNTED = select(_RUN.period).where(
    _RUN.cadence == bindparam("cadence"), _RUN.period.in_(bindparam("periods", expanding=True))
)

_LAST = select(_RUN.cadence, func.max(_RUN.scheduled_at)).group_by(_RUN.cadence)
