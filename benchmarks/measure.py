"""A figure and the floor it is held against, measured by turns on the same machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

Seconds = Callable[[], float]
"""Does some work and answers how many seconds the part that counts took."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run measures: where it may write, how often, and whether a rough answer will do."""

    folder: Path
    repeats: int
    quick: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        subject: what was measured, in Chinese; ``english`` says the same.
        ours: our speed, in ``unit``; ``peer`` is that of ``peer_name``.
        note: what a reader must know, such as the size of the data.
    """

    subject: str
    english: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Our speed as a multiple of the peer's: below 1 is slower than the peer."""
        return self.ours / self.peer


class Stopwatch:
    """How long the block of a ``with`` took."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block."""
    watch = Stopwatch()
    begun = perf_counter()
    yield watch
    watch.seconds = perf_counter() - begun


def by_turns(plan: Plan, ours: Seconds, peer: Seconds) -> tuple[float, float]:
    """The medians of both, taken by turns, so that a noisy minute falls on both alike."""
    pairs = [(ours(), peer()) for _ in range(plan.repeats)]
    return median(mine for mine, _ in pairs), median(theirs for _, theirs in pairs)
