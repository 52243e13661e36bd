"""What is due now: the same few lines serve the living service, its catch-up and the rehearsal.

A period is due when its time has come and the store does not account for it. Of several that were
missed, the latest is run and the others are accounted for as skipped: an outage never causes a
flood (design §5, rule 3).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from engine.rules.calendar import Calendar
from engine.rules.periods import period_of, run_days
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day
from engine.store.journal import ENGINE_CHAIN, Event, EventKind, append, checkpoint
from engine.store.runs import last_scheduled, skip, unfinished
from engine.store.tables import Checkpoint
from engine.sweep import SweepReport, run_sweep
from flows.remembered import installed_at
from flows.service import Service

log = logging.getLogger("duban.flows")


@dataclass(frozen=True, slots=True)
class Due:
    """A period that is to be run, and those before it that were missed."""

    cadence: Cadence
    scheduled_at: datetime
    missed: tuple[datetime, ...]


def run_due_sweeps(service: Service) -> list[SweepReport]:
    """Run all that is due, oldest first; runs that fell silent are taken over."""
    reports = []
    for cadence, scheduled_at, as_of in _silent(service):
        reports.append(_run(service, cadence, scheduled_at, as_of))
    for due in due_sweeps(service):
        _account_for(service, due)
        reports.append(_run(service, due.cadence, due.scheduled_at, _moment(service, due)))
    return [report for report in reports if report.claimed]


def due_sweeps(service: Service) -> list[Due]:
    """What is due by now and not accounted for, in the order of its time."""
    now = service.now()
    with service.database.read() as session:
        beginning = installed_at(session)
        accounted = last_scheduled(session)
    found = []
    for cadence in Cadence:
        at = service.schedule.at(cadence)
        since = accounted.get(cadence, beginning)
        times = _times(cadence, at, since, now, service.rulebook.calendar)
        if times:
            found.append(Due(cadence, times[-1], tuple(times[:-1])))
    return sorted(found, key=lambda due: due.scheduled_at)


def _times(
    cadence: Cadence, at: time, since: datetime, now: datetime, calendar: Calendar
) -> list[datetime]:
    """The times at which a cadence was due, after ``since`` and up to ``now``."""
    days = run_days(cadence, local_day(since), local_day(now), calendar)
    times = (datetime.combine(day, at, ZONE) for day in days)
    return [moment for moment in times if since < moment <= now]


def _silent(service: Service) -> list[tuple[Cadence, datetime, datetime]]:
    with service.database.read() as session:
        return [
            (row.cadence, row.scheduled_at, row.as_of) for row in unfinished(session, service.now())
        ]


def _account_for(service: Service, due: Due) -> None:
    """Write down the periods that were missed, each by its name."""
    if not due.missed:
        return
    now = service.now()
    missed = [(period_of(due.cadence, local_day(at)), at) for at in due.missed]
    data = {
        "cadence": due.cadence.value,
        "periods": [period for period, _ in missed],
        "answered_by": period_of(due.cadence, local_day(due.scheduled_at)),
    }
    with service.database.begin() as session:
        skip(session, due.cadence, missed, now)
        append(session, [Event(ENGINE_CHAIN, EventKind.SWEEP_SKIPPED, now, "系统", data)])
    log.warning(
        "%s错过%d期，由%s代为检查",
        due.cadence.label,
        len(missed),
        data["answered_by"],
        extra={"action": "sweep_skipped"},
    )


def _moment(service: Service, due: Due) -> datetime:
    """A run that comes late in its own period looks at the present; a period that is over is
    held to its own time."""
    now = service.now()
    same = period_of(due.cadence, local_day(now)) == period_of(
        due.cadence, local_day(due.scheduled_at)
    )
    return now if same else due.scheduled_at


def _run(
    service: Service, cadence: Cadence, scheduled_at: datetime, as_of: datetime
) -> SweepReport:
    report = run_sweep(
        service.database,
        service.rulebook,
        cadence,
        scheduled_at=scheduled_at,
        as_of=as_of,
        now=service.now,
    )
    if report.claimed:
        log.info("%s %s 完成", cadence.label, report.period, extra={"action": "sweep_done"})
    return report


def make_due_checkpoint(service: Service) -> bool:
    """Seal the journal once a day, at the timetable's hour or when the machine is next on."""
    now = service.now()
    due = datetime.combine(local_day(now), service.schedule.checkpoint, ZONE)
    if now < due:
        due -= timedelta(days=1)
    with service.database.begin() as session:
        last = session.scalar(select(func.max(Checkpoint.at)))
        if last is not None and last >= due:
            return False
        return checkpoint(session, now) is not None
