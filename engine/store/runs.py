"""Claiming periods: any number of schedulers may fire one, and one runs it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.rules.words import Cadence
from engine.store.statements import insert_ignoring_doubles
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
) -> SweepRun | None:
    """Take a period, or take over one whose runner fell silent; None when it is not to be had."""
    statement = insert_ignoring_doubles(session, SweepRun).values(
        cadence=cadence,
        period=period,
        scheduled_at=scheduled_at,
        as_of=as_of,
        state=RunState.RUNNING,
        lease_until=now + LEASE,
        started_at=now,
        counts={},
    )
    new: SweepRun | None = session.scalar(statement.returning(SweepRun))
    if new is not None:
        return new
    take_over = (
        update(SweepRun)
        .where(
            SweepRun.cadence == cadence,
            SweepRun.period == period,
            SweepRun.state == RunState.RUNNING,
            SweepRun.lease_until < now,
        )
        .values(lease_until=now + LEASE)
        .returning(SweepRun)
    )
    return session.scalar(take_over)


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
        insert_ignoring_doubles(session, SweepRun).returning(SweepRun.period),
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


def unfinished(session: Session, now: datetime) -> list[SweepRun]:
    """Runs whose runner fell silent."""
    return list(
        session.scalars(
            select(SweepRun)
            .where(SweepRun.state == RunState.RUNNING, SweepRun.lease_until < now)
            .order_by(SweepRun.scheduled_at)
        )
    )


def accounted(session: Session, cadence: Cadence, periods: Collection[str]) -> set[str]:
    """Which of these periods have been run, are being run, or were skipped."""
    return set(
        session.scalars(
            select(SweepRun.period).where(SweepRun.cadence == cadence, SweepRun.period.in_(periods))
        )
    )


def last_scheduled(session: Session) -> dict[Cadence, datetime]:
    """By cadence, the scheduled time of the newest period that is accounted for."""
    newest = func.max(SweepRun.scheduled_at)
    rows = session.execute(select(SweepRun.cadence, newest).group_by(SweepRun.cadence))
    return {cadence: scheduled_at for cadence, scheduled_at in rows}
