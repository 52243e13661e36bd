"""What is due now: the same few lines serve the living service, its catch-up and the rehearsal.

A period is due when its time has come and the store does not account for it. Of several that were
missed, the latest is run and the others are accounted for as skipped: an outage never causes a
flood (design §5, rule 3).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from engine.log_actions import LogAction
from engine.rules.calendar import Calendar
from engine.rules.periods import period_of, run_days
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append, checkpoint
from engine.store.runs import accounted, last_scheduled, skip, unfinished
from engine.sweeps.run import Run
from engine.sweeps.sweep import SweepReport, begin, work_on
from flows.remembered import installed_at
from flows.service import Service
from flows.telling import tell
from notifications.dispatch import DispatchReport, dispatch

log = logging.getLogger("duban.flows")


@dataclass(frozen=True, slots=True)
class Due:
    """A period that is to be run, and those before it that were missed."""

    cadence: Cadence
    scheduled_at: datetime
    missed: tuple[datetime, ...]


Work = Callable[[Run], SweepReport]
"""How a run that was begun is brought to its end; see ``work_on``."""


def run_due_sweeps(service: Service, work: Work = work_on, shards: int = 1) -> list[SweepReport]:
    """Run all that is due, oldest first; what others are at, or were, is worked on with them.

    Args:
        work: does the work of each run.
        shards: among how many workers it is to be shared.

    Returns:
        The runs that came to their end here.

    Raises:
        Exception: what one run failed of, once all the others have had their turn.
    """
    reports, failures = [], []
    for wanted in _to_run(service):
        try:
            reports.append(_run(service, wanted, work, shards))
        except Exception as error:
            log.exception("%s失败", wanted.cadence.label, extra={"action": LogAction.SWEEP_FAILED})
            failures.append(error)
    if failures:
        raise failures[0]
    return [report for report in reports if report and report.claimed]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A run to begin or to join."""

    cadence: Cadence
    scheduled_at: datetime
    as_of: datetime


def _to_run(service: Service) -> Iterator[_Wanted]:
    """What was begun and is not over, then what is due; what was missed is accounted for first."""
    with service.database.read() as session:
        begun = [_Wanted(r.cadence, r.scheduled_at, r.as_of) for r in unfinished(session)]
        found = due_sweeps(session, service)
    yield from begun
    for due in found:
        _account_for(service, due)
        yield _Wanted(due.cadence, due.scheduled_at, _moment(service, due))


def due_sweeps(session: Session, service: Service) -> list[Due]:
    """What is due by now and not accounted for, in the order of its time."""
    now, found = service.now(), []
    calendar = service.rules.known_to(session).calendar
    last = last_scheduled(session)
    for cadence in Cadence:
        at, since = service.schedule.at(cadence), last.get(cadence) or installed_at(session)
        times = _times(cadence, at, since, now, calendar)
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
        extra={"action": LogAction.SWEEP_SKIPPED},
    )


def _moment(service: Service, due: Due) -> datetime:
    """A run that comes late in its own period looks at the present; a period that is over is
    held to its own time."""
    now = service.now()
    same = period_of(due.cadence, local_day(now)) == period_of(
        due.cadence, local_day(due.scheduled_at)
    )
    return now if same else due.scheduled_at


def _run(service: Service, wanted: _Wanted, work: Work, shards: int) -> SweepReport | None:
    run = begin(
        service.database,
        service.rulebook,
        wanted.cadence,
        scheduled_at=wanted.scheduled_at,
        as_of=wanted.as_of,
        now=service.now,
        shards=shards,
    )
    if run is None:
        return None
    report = work(run)
    if report.claimed:
        figures = {"cadence": wanted.cadence.value, "period": report.period, **report.counts}
        tell(LogAction.SWEEP_DONE, f"{wanted.cadence.label} {report.period} 完成", **figures)
    return report


def send_mail(service: Service) -> DispatchReport:
    """Send what waits in the outbox."""
    report = dispatch(
        service.database, service.rulebook, service.channels, service.composer, service.now
    )
    if report.sent or report.deferred or report.failed:
        words = f"送达{report.sent}封，待重试{report.deferred}封，失败{report.failed}封"
        figures = {"sent": report.sent, "deferred": report.deferred, "failed": report.failed}
        tell(LogAction.DISPATCH, f"发信：{words}", **figures)
    return report


def make_due_checkpoint(service: Service) -> bool:
    """Seal the journal once a day, at the timetable's hour or when the machine is next on."""
    with service.database.begin() as session:
        return checkpoint(session, service.now(), checkpoint_due(service)) is not None


def checkpoint_due(service: Service) -> datetime:
    """When the journal was last to be sealed."""
    now = service.now()
    due = datetime.combine(local_day(now), service.schedule.checkpoint, ZONE)
    return due if now >= due else due - timedelta(days=1)
