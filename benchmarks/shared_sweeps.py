"""A process that takes its part in a sweep, as a worker does that has swept before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time

from benchmarks.seeding import at, rulebook
from engine.rules.periods import moment_of
from engine.rules.words import Cadence
from engine.store import journal
from engine.store.database import Database
from engine.store.runs import claim
from engine.sweeps.run import Run
from engine.sweeps.sweep import STEPS, begin, work_on

REHEARSED = 25
"""How many numbers of a part a worker goes through beforehand."""

Counts = dict[str, int]


class _Enough(Exception):
    """The rehearsal is over; nothing of it stays."""


def ready_to_sweep(uri: str, cadence: Cadence, day: date, shards: int) -> Callable[[], Counts]:
    """Everything read, connected and prepared; the work answers the counts of the whole run."""
    database, moment = Database(uri), at(day, time(9, 0))
    _rehearse(database, cadence, day, moment)

    def work() -> Counts:
        run = begin(
            database,
            rulebook(),
            cadence,
            scheduled_at=moment,
            as_of=moment,
            now=lambda: moment,
            shards=shards,
        )
        return work_on(run).counts if run else {}

    return work


def _rehearse(database: Database, cadence: Cadence, day: date, moment: datetime) -> None:
    """Do a little of the first step and take it back: every statement has been prepared."""
    times = {"scheduled_at": moment, "as_of": moment, "now": moment}
    step = STEPS[cadence][0]
    with suppress(_Enough), database.begin() as session:
        run_id = claim(session, cadence, "rehearsal", **times).id  # type: ignore[union-attr]
        period = moment_of(cadence, day)
        run = Run(database, rulebook(), run_id, period, moment, lambda: moment)
        first = step.lay_out(run, session)[0]
        span = replace(first, last=min(first.last, first.first + REHEARSED))
        step.work(run, run.desk(session), span)
        journal.write(session)
        raise _Enough
