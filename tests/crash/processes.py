"""Processes for a test to kill: each dies at the point it is told."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from typing import Any

import engine.trigger
from benchmarks.forking import forking

_context = forking(__name__)

PATIENCE = 60


def in_processes(
    work: Callable[..., object], shares: Sequence[tuple[Any, ...]], kill_at: str = ""
) -> list[int]:
    """Let processes do their shares of a work, all at the same time.

    Args:
        kill_at: where each process dies, given as ``DUBAN_KILL_AT``; ``{}`` is its place.

    Returns:
        The exit codes, negative for a signal; that of a process that did not end is 1.
    """
    processes = [
        _context.Process(target=_begin, args=(kill_at.format(place), work, *share))
        for place, share in enumerate(shares, 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE)
    return [1 if process.exitcode is None else process.exitcode for process in processes]


def _begin(kill_at: str, work: Callable[..., object], *share: Any) -> None:
    os.environ["DUBAN_KILL_AT"] = kill_at
    importlib.reload(engine.trigger)  # it reads the environment once
    work(*share)
