"""A sweep: claim the period, go through its steps part by part, let its messages go.

Whoever comes while it is running shares the work. What a killed worker was at is rolled back and
done by another; when all are killed, the next to come goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.dates.recalculating import adopt
from engine.desk.issuing import Desk
from engine.rules.alarms import alarm_to_data
from engine.rules.periods import moment_of
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, NoticeKind, Reason
from engine.rules.zone import local_day
from engine.store import parts, runs
from engine.store.database import Database, lost_a_race
from engine.store.parts import Part, Span
from engine.store.tables import RunState
from engine.sweeps.checking import CHECK_PROJECTS
from engine.sweeps.finishing import finish
from engine.sweeps.periodic import PAPERS
from engine.sweeps.pushing import PUSH_UNITS
from engine.sweeps.run import Clock, Outcome, Run, Step
from engine.sweeps.weekly import DIGESTS, WEEKLY_LISTS
from engine.trigger import reached

STEPS: dict[Cadence, tuple[Step, ...]] = {
    Cadence.DAILY: (CHECK_PROJECTS, PUSH_UNITS),
    Cadence.WEEKLY: (DIGESTS, WEEKLY_LISTS),
    Cadence.MONTHLY: (CHECK_PROJECTS, PUSH_UNITS, PAPERS),
    Cadence.QUARTERLY: (PAPERS,),
}

PAUSE = 0.2
"""Seconds after which a worker looks again whether the parts that others are at are done."""

LaidOut = Callable[[int], None]
"""Told into how many parts a step was laid out, so that more workers may be called."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did.

    Attributes:
        claimed: whether it was brought to its end here, and not by another worker.
        counts: projects, notices by kind, and reasons; of the whole run.
    """

    cadence: Cadence
    period: str
    claimed: bool
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def issued(self) -> dict[NoticeKind, int]:
        """How many notices of each kind."""
        found = {kind: self.counts.get(f"notice.{kind.value}", 0) for kind in NoticeKind}
        return {kind: count for kind, count in found.items() if count}

    @property
    def held(self) -> dict[Reason, int]:
        """How many were not issued, and why."""
        found = {reason: self.counts.get(f"reason.{reason.value}", 0) for reason in Reason}
        return {reason: count for reason, count in found.items() if count}


def run_sweep(
    database: Database,
    rulebook: Rulebook,
    cadence: Cadence,
    *,
    scheduled_at: datetime,
    as_of: datetime,
    now: Clock,
) -> SweepReport:
    """Run one period of one cadence to its end, unless it is over already.

    Args:
        scheduled_at: when the run was due.
        as_of: the moment the rules are held to; it also names the period.
        now: the running clock.
    """
    run = begin(database, rulebook, cadence, scheduled_at=scheduled_at, as_of=as_of, now=now)
    if run is None:
        period = moment_of(cadence, local_day(as_of)).period
        return SweepReport(cadence, period, claimed=False)
    return work_on(run)


def begin(
    database: Database,
    rulebook: Rulebook,
    cadence: Cadence,
    *,
    scheduled_at: datetime,
    as_of: datetime,
    now: Clock,
    shards: int = 1,
) -> Run | None:
    """Claim a period, or join those who are at it; None when it is over.

    Args:
        shards: among how many workers the steps are to be shared.
    """
    period = moment_of(cadence, local_day(as_of)).period
    with database.begin() as session:
        claimed = runs.claim(
            session, cadence, period, scheduled_at=scheduled_at, as_of=as_of, now=now()
        )
        if claimed is None:
            return None
        if claimed.is_new:
            adopt(Desk(session, rulebook, as_of))
    reached("sweep.claimed")
    moment = moment_of(cadence, local_day(claimed.as_of))
    return Run(database, rulebook, claimed.id, moment, claimed.as_of, now, shards)


def work_on(run: Run, laid_out: LaidOut = lambda parts: None) -> SweepReport:
    """Work on a run until it is over, whoever ends it."""
    while True:
        outcome = _go_on(run, laid_out)
        if outcome is not None:
            return outcome


def _go_on(run: Run, laid_out: LaidOut) -> SweepReport | None:
    """Do a part that nobody is at; where there is none, lay out the next step that has something
    to do, or end the run, or wait a little for the others who are at work. One transaction; None
    unless the run is over."""
    part, number, outcome = None, 0, None
    try:
        with run.database.begin() as session:
            part = parts.take(session, run.id)
            if part is not None:
                _do(run, session, part)
            else:
                number, outcome = _move_on(run, session)
    except Exception as error:
        if lost_a_race(error):
            return None
        if part is None or isinstance(error, OperationalError):  # the database is away
            raise
        _take_apart(run, part, error)
    if part is not None:
        reached("sweep.batch")
    elif number:
        laid_out(number)
    elif outcome is None:
        time.sleep(PAUSE)
    return outcome


def _do(run: Run, session: Session, part: Part) -> None:
    outcome = _step(run, part).work(run, run.desk(session), part.span)
    _close(run, session, part, outcome)
    reached("sweep.written")


def _close(run: Run, session: Session, part: Part, outcome: Outcome) -> None:
    alarms = [[program_id, alarm_to_data(alarm)] for program_id, alarm in outcome.alarms]
    parts.close(session, part, run.now(), dict(outcome.counts), alarms)


def _take_apart(run: Run, part: Part, error: Exception) -> None:
    """Open the rows of a part that failed one by one; give up one that fails by itself."""
    with run.database.begin() as session:
        step = _step(run, part)
        if step.apart is None or step.give_up is None:
            raise error
        if not parts.take_again(session, part):
            return
        if part.span.first < part.span.last:
            parts.split(session, run.id, part, step.apart(run, session, part.span))
        else:
            _close(run, session, part, step.give_up(run.desk(session), part.span, error))


def _step(run: Run, part: Part) -> Step:
    return STEPS[run.moment.cadence][part.step - 1]


def _move_on(run: Run, session: Session) -> tuple[int, SweepReport | None]:
    """Lay out the next step, or end the run, unless others are still at work.

    Returns:
        How many parts there are to do next, and what the run came to when it is over.
    """
    row = runs.hold(session, run.id)
    if row.state is not RunState.RUNNING:
        return 0, _report(run, row.counts, claimed=False)
    if parts.open_parts(session, run.id):
        return 0, None
    number = _lay_out_next(run, session, row.step)
    if number:
        return number, None
    return 0, _report(run, finish(run, session), claimed=True)


def _lay_out_next(run: Run, session: Session, step: int) -> int:
    """How many parts there are to do next, after a step; 0 when no step is left."""
    steps, spans = STEPS[run.moment.cadence], list[Span]()
    while step < len(steps) and not spans:
        spans = steps[step].lay_out(run, session)
        step += 1
    if spans:
        runs.move_on(session, run.id, step, run.now())
        parts.lay_out(session, run.id, spans)
    return len(spans)


def _report(run: Run, counts: dict[str, int], *, claimed: bool) -> SweepReport:
    counts = dict(sorted(counts.items()))
    return SweepReport(run.moment.cadence, run.moment.period, claimed, counts)
