"""Processes for a test to kill: each carries out one sweep, and dies at the point it is told."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from datetime import date, datetime

import engine.trigger
from engine.rules.words import Cadence
from engine.store.database import Database
from engine.sweeps import checking, periodic, weekly
from tests.engine.sweeping import City

# A server that has imported everything once forks each of them in no time.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def small_batches() -> None:
    """So many transactions that there is something between them to be killed in."""
    checking.BATCH, weekly.UNITS, periodic.PROJECTS = 2, 1, 2


def sweep_in_a_process(
    url: str, cadence: Cadence, day: date, moment: datetime, kill_at: str = ""
) -> int:
    """Run a sweep in a process of its own; the exit code, negative for a signal."""
    process = _context.Process(target=_sweep, args=(url, cadence, day, moment, kill_at))
    process.start()
    process.join(60)
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _sweep(url: str, cadence: Cadence, day: date, moment: datetime, kill_at: str) -> None:
    os.environ["DUBAN_KILL_AT"] = kill_at
    importlib.reload(engine.trigger)  # it reads the environment once
    small_batches()
    City(Database(url)).sweep(cadence, day, moment)
