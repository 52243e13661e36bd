"""Processes for a test to kill: each carries out one sweep, and dies at the point it is told."""

from __future__ import annotations

from datetime import date, datetime

from benchmarks.forking import forking
from engine.rules.words import Cadence
from engine.store.database import Database
from engine.sweeps import checking, periodic, weekly
from tests.crash.processes import in_processes
from tests.engine.sweeping import City

forking(__name__)


def small_batches() -> None:
    """So many transactions that there is something between them to be killed in."""
    checking.BATCH, weekly.UNITS, periodic.PROJECTS = 2, 1, 2


def sweep_in_a_process(
    url: str, cadence: Cadence, day: date, moment: datetime, kill_at: str = ""
) -> int:
    """Run a sweep in a process of its own; the exit code, negative for a signal."""
    [code] = in_processes(_sweep, [(url, cadence, day, moment)], kill_at)
    return code


def _sweep(url: str, cadence: Cadence, day: date, moment: datetime) -> None:
    small_batches()
    City(Database(url)).sweep(cadence, day, moment)
