"""Processes that sign drafts beside each other, some of which are killed over a signature."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.forking import forking
from engine.notices import signing
from engine.store.database import Database
from tests.crash.processes import in_processes
from tests.engine.builders import SIGNER, World

forking(__name__)


def sign_in_processes(url: str, shares: Sequence[Sequence[int]], kill_at: str = "") -> list[int]:
    """Sign each share of drafts in a process of its own, all at the same time; the exit codes.

    Args:
        kill_at: where each process dies; ``{}`` is its place.
    """
    return in_processes(_sign, [(url, share) for share in shares], kill_at)


def _sign(url: str, drafts: Sequence[int]) -> None:
    world = World(Database(url))
    for number in drafts:
        with world.desk() as desk:
            signing.sign(desk, number, SIGNER, "市政府常务会议纪要")
