"""Claiming periods: any number of schedulers may fire one, and one runs it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from engine.rules.words import Cadence
from engine.store.statements import Found, insert_ignoring_doubles, rows, table_of
from engine.store.tables import RunState, SweepRun

LEASE = timedelta(minutes=1)
"""How long a silent run keeps its period; every finished batch renews it."""


def claim(
    session: Session,
    cadence: Cadence,
    period: str,
    *,
    scheduled_at: datetime,
    as_of: datetime,
    now: datetime,
) -> Found | None:
    """Take a period, or take over one whose runner fell silent; None when it is not to be had.

    Returns:
        The run's ``id``, ``as_of`` and ``cursor``.
    """
    lease_until = now + LEASE
    new = rows(
        session,
        insert_ignoring_doubles(session, SweepRun).returning(*_CLAIMED),
        cadence=cadence,
        period=period,
        scheduled_at=scheduled_at,
        as_of=as_of,
        state=RunState.RUNNING,
        lease_until=lease_until,
        started_at=now,
        counts={},
    ).one_or_none()
    if new is not None:
        return new
    fallen = {"its_cadence": cadence, "its_period": period, "now": now, "until": lease_until}
    return rows(session, _TAKE_OVER, **fallen).one_or_none()


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


def unfinished(session: Session, now: datetime) -> Sequence[Found]:
    """Runs whose runner fell silent: cadence, period, scheduled time and moment."""
    return rows(session, _UNFINISHED, now=now).all()


def accounted(session: Session, cadence: Cadence, periods: Collection[str]) -> set[str]:
    """Which of these periods have been run, are being run, or were skipped."""
    return set(rows(session, _ACCOUNTED, cadence=cadence, periods=list(periods)).scalars())


def last_scheduled(session: Session) -> dict[Cadence, datetime]:
    """By cadence, the scheduled time of the newest period that is accounted for."""
    return {cadence: scheduled_at for cadence, scheduled_at in rows(session, _LAST)}


# What the statements are made of, and those that are built once.

_RUNS = table_of(SweepRun)
_RUN = _RUNS.c
_CLAIMED = (_RUN.id, _RUN.as_of, _RUN.cursor)

_TAKE_OVER = (
    update(_RUNS)
    .where(
        _RUN.cadence == bindparam("its_cadence"),
        _RUN.period == bindparam("its_period"),
        _RUN.state == RunState.RUNNING,
        _RUN.lease_until < bindparam("now"),
    )
    .values(lease_until=bindparam("until"))
    .returning(*_CLAIMED)
)

_UNFINISHED = (
    select(_RUN.cadence, _RUN.period, _RUN.scheduled_at, _RUN.as_of)
    .where(_RUN.state == RunState.RUNNING, _RUN.lease_until < bindparam("now"))
    .order_by(_RUN.scheduled_at)
)

_ACCOUNTED = select(_RUN.period).where(
    _RUN.cadence == bindparam("cadence"), _RUN.period.in_(bindparam("periods", expanding=True))
)

_LAST = select(_RUN.cadence, func.max(_RUN.scheduled_at)).group_by(_RUN.cadence)
