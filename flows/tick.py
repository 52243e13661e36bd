"""What is due now: the same few lines serve the living service, its catch-up and the rehearsal.

A period is due when its time has come and the store does not account for it. Of several that were
missed, the latest is run and the others are accounted for as skipped: an outage never causes a
flood (design §5, rule 3).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from engine.rules.calendar import Calendar
from engine.rules.periods import period_of, run_days
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append, checkpoint
from engine.store.runs import accounted, last_scheduled, skip, unfinished
from engine.sweeps.sweep import SweepReport, run_sweep
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
    """Run all that is due, oldest first; runs that fell silent are taken over.

    Raises:
        Exception: what one run failed of, once all the others have had their turn.
    """
    reports, failures = [], []
    for cadence, scheduled_at, as_of in _to_run(service):
        try:
            reports.append(_run(service, cadence, scheduled_at, as_of))
        except Exception as error:
            log.exception("%s失败", cadence.label, extra={"action": "sweep_failed"})
            failures.append(error)
    if failures:
        raise failures[0]
    return [report for report in reports if report.claimed]


def _to_run(service: Service) -> Iterator[tuple[Cadence, datetime, datetime]]:
    """Cadence, scheduled time and moment of each run; what was missed is accounted for first."""
    with service.database.read() as session:
        silent = [(r.cadence, r.scheduled_at, r.as_of) for r in unfinished(session, service.now())]
        found = _find_due(service, session)
    yield from silent
    for due in found:
        _account_for(service, due)
        yield due.cadence, due.scheduled_at, _moment(service, due)


def due_sweeps(service: Service) -> list[Due]:
    """What is due by now and not accounted for, in the order of its time."""
    with service.database.read() as session:
        return _find_due(service, session)


def _find_due(service: Service, session: Session) -> list[Due]:
    now, found = service.now(), []
    last = last_scheduled(session)
    for cadence in Cadence:
        at, since = service.schedule.at(cadence), last.get(cadence) or installed_at(session)
        times = _times(cadence, at, since, now, service.rulebook.calendar)
        times = _unaccounted(session, cadence, times)
        if times:
            found.append(Due(cadence, times[-1], tuple(times[:-1])))
    return sorted(found, key=lambda due: due.scheduled_at)


def _unaccounted(session: Session, cadence: Cadence, times: list[datetime]) -> list[datetime]:
    """Without the periods that were run already, by hand or on another day of theirs."""
    if not times:
        return []
    periods = {moment: period_of(cadence, local_day(moment)) for moment in times}
    known = accounted(session, cadence, set(periods.values()))
    return [moment for moment in times if periods[moment] not in known]


def _times(
    cadence: Cadence, at: time, since: datetime, now: datetime, calendar: Calendar
) -> list[datetime]:
    """The times at which a cadence was due, after ``since`` and up to ``now``."""
    days = run_days(cadence, local_day(since), local_day(now), calendar)
    times = (datetime.combine(day, at, ZONE) for day in days)
    return [moment for moment in times if since < moment <= now]


def _account_for(service: Service, due: Due) -> None:
    """Write down the periods that were missed, each by its name."""
    if not due.missed:
        return
    now = service.now()
    missed = [(period_of(due.cadence, local_day(at)), at) for at in due.missed]
    answered_by = period_of(due.cadence, local_day(due.scheduled_at))
    with service.database.begin() as session:
        skipped = skip(session, due.cadence, missed, now)
        if not skipped:  # another runner has just written them down
            return
        data = {"cadence": due.cadence.value, "periods": skipped, "answered_by": answered_by}
        append(session, [Event(ENGINE_CHAIN, EventKind.SWEEP_SKIPPED, now, "系统", data)])
    log.warning(
        "%s错过%d期，由%s代为检查",
        due.cadence.label,
        len(skipped),
        answered_by,
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
        return checkpoint(session, now, due) is not None
