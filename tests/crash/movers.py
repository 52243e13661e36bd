"""Processes that move a store, killed at the point they are told."""

from __future__ import annotations

from benchmarks.forking import forking
from engine.transfer import rows, transferring
from tests.crash.processes import in_processes
from tests.engine.moving import move

forking(__name__)


def move_in_a_process(source: str, target: str, kill_at: str = "") -> int:
    """Move in small transactions; the exit code, negative for a signal."""
    [code] = in_processes(_move, [(source, target)], kill_at)
    return code


def _move(source: str, target: str) -> None:
    rows.FETCHED = transferring.ROWS = 10
    move(source, target)
