"""Processes that sign drafts beside each other, some of which are killed over a signature."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Sequence

import engine.trigger
from engine.notices import signing
from engine.store.database import Database
from tests.engine.builders import SIGNER, World

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def sign_in_processes(url: str, shares: Sequence[Sequence[int]], kill_at: str = "") -> list[int]:
    """Sign each share of drafts in a process of its own, all at the same time.

    Args:
        kill_at: where each process dies, given as ``DUBAN_KILL_AT``; ``{}`` is its place.

    Returns:
        The exit codes, negative for a signal.
    """
    processes = [
        _context.Process(target=_sign, args=(url, share, kill_at.format(place)))
        for place, share in enumerate(shares, 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    return [process.exitcode if process.exitcode is not None else 1 for process in processes]


def _sign(url: str, drafts: Sequence[int], kill_at: str) -> None:
    os.environ["DUBAN_KILL_AT"] = kill_at
    importlib.reload(engine.trigger)  # it reads the environment once
    world = World(Database(url))
    for number in drafts:
        with world.desk() as desk:
            signing.sign(desk, number, SIGNER, "市政府常务会议纪要")
