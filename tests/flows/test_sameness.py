"""One process on SQLite and four on PostgreSQL, some of which are killed on the way, leave the same
behind: every row of every table but for its number, and every event of the journal.

Whole years, also through Prefect: ``python -m benchmarks.sameness``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.sameness.crowd import Crowd
from benchmarks.sameness.stories import Story, seeded
from benchmarks.sameness.ways import live
from engine.rules.words import Cadence
from flows.rehearsal.living import open_rehearsal
from flows.rehearsal.picture import differences
from flows.tick import run_due_sweeps
from tests.stores import PostgresStore

GIVEN, OVERDUE = date(2023, 1, 5), date(2023, 4, 6)
DAYS = (
    date(2023, 1, 4),
    GIVEN,
    date(2023, 1, 6),
    OVERDUE,  # a day, a week, a month and a quarter; after three months much is overdue
    date(2023, 4, 10),  # what was drafted two working days before is signed
)
"""Between them nobody is there, and the next one answers for what was missed."""


def of_a_seed(projects: int = 16) -> Story:
    """A list made up by a seed."""
    return replace(seeded(projects), days=DAYS)


def test_four_processes_killed_on_the_way_leave_what_one_leaves(
    postgres_store: PostgresStore, tmp_path: Path
) -> None:
    story, home = of_a_seed(), tmp_path / "four"
    one = live(story, tmp_path / "one", "", run_due_sweeps)
    with postgres_store.empty() as url:
        open_rehearsal(story.scenario, home, url).database.close()
        with Crowd(story.scenario, home, url, risk=0.3) as crowd:
            four = live(story, home, url, crowd)
    assert list(differences(one, four)) == []
    assert crowd.killed
    assert {run.partition("/")[0] for run, _ in one["sweep_runs"]} == set(Cadence)
    assert one["document_numbers"]
