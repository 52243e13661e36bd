"""Sweeps against raw writes of the same rows: daily, monthly, and one with nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from statistics import median

from benchmarks.floor import changes_between, replay
from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.seeding import DAY, at, copied, rulebook, seeded
from engine.rules.words import Cadence
from engine.store.database import Database
from engine.sweeps.checking import BATCH
from engine.sweeps.sweep import run_sweep

FLOOR = "sqlite3 直接写同样的行"
DUE = "SELECT project_id FROM deadlines WHERE next_check_on <= '{}' LIMIT {}"
ALL = f"SELECT id FROM projects WHERE state = 'underway' LIMIT {BATCH}"
SECOND_WORKING_DAY = date(2023, 6, 2)
IDLE_DAYS = tuple(DAY - timedelta(days=n) for n in (1, 2, 3, 6, 7, 8))


def daily(plan: Plan) -> Iterator[Figure]:
    """(a) A working day's sweep, one project in twelve with something due."""
    for projects in (500,) if plan.quick else (2_000, 20_000):
        yield _sweep(plan, Cadence.DAILY, DAY, projects, DUE.format(DAY, BATCH))


def monthly(plan: Plan) -> Iterator[Figure]:
    """(b) The monthly sweep looks at every open project and writes the brief."""
    projects = 500 if plan.quick else 2_000
    yield _sweep(plan, Cadence.MONTHLY, SECOND_WORKING_DAY, projects, ALL)


def idle(plan: Plan) -> Iterator[Figure]:
    """(c) A daily sweep that finds nothing due."""
    projects = 2_000 if plan.quick else 20_000
    original = seeded(plan.folder, projects)
    mine = copied(original, "ours")
    database = Database(f"sqlite:///{mine}")
    # The first sweep of a process also prepares the statements; a service prepares them once.
    _, *seconds = (_sweep_once(database, Cadence.DAILY, day)[0] for day in IDLE_DAYS)
    database.close()
    changes = changes_between(original, mine)
    due, days = DUE.format(max(IDLE_DAYS), BATCH), len(IDLE_DAYS)
    floor = [replay(copied(original, "floor"), changes, days, due) for _ in range(plan.repeats)]
    usual = median(seconds)
    yield Figure(
        "空转日检查",
        "idle daily sweep",
        "次/秒",
        1 / usual,
        days / median(floor),
        FLOOR,
        f"{projects}个事项，均未到期；每次{usual * 1000:.1f}毫秒",
    )


def _sweep(plan: Plan, cadence: Cadence, day: date, projects: int, due: str) -> Figure:
    original = seeded(plan.folder, projects)
    mine = copied(original, "ours")
    _, counts = _run(mine, cadence, day)
    changes = changes_between(original, mine)
    looked_at = counts["projects"]
    ours, floor = by_turns(
        plan,
        lambda: _run(copied(original, "ours"), cadence, day)[0],
        lambda: replay(copied(original, "floor"), changes, -(-looked_at // BATCH), due),
    )
    written = sum(len(change.rows) for change in changes)
    return Figure(
        f"{cadence.label}，{projects}个事项",
        f"{cadence.value} sweep, {projects} projects",
        "事项/秒",
        looked_at / ours,
        looked_at / floor,
        FLOOR,
        f"看{looked_at}项，写{written}行",
    )


def _run(store: Path, cadence: Cadence, day: date) -> tuple[float, dict[str, int]]:
    """The first sweep of a process, as ``duban sweep`` runs it."""
    database = Database(f"sqlite:///{store}")
    seconds, counts = _sweep_once(database, cadence, day)
    database.close()
    return seconds, counts


def _sweep_once(database: Database, cadence: Cadence, day: date) -> tuple[float, dict[str, int]]:
    moment = at(day, time(9, 0))
    book = rulebook()
    with stopwatch() as watch:
        report = run_sweep(
            database, book, cadence, scheduled_at=moment, as_of=moment, now=lambda: moment
        )
    return watch.seconds, report.counts
