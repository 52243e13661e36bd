"""Processes that move a store, killed at the point they are told."""

from __future__ import annotations

import importlib
import multiprocessing
import os

import engine.trigger
from engine.transfer import rows, transferring
from tests.engine.moving import move

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def move_in_a_process(source: str, target: str, kill_at: str = "") -> int:
    """Move in small transactions; the exit code, negative for a signal."""
    process = _context.Process(target=_move, args=(source, target, kill_at))
    process.start()
    process.join(60)
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _move(source: str, target: str, kill_at: str) -> None:
    os.environ["DUBAN_KILL_AT"] = kill_at
    importlib.reload(engine.trigger)  # it reads the environment once
    rows.FETCHED = transferring.ROWS = 10
    move(source, target)
