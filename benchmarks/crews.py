"""Several processes that begin one piece of work on a PostgreSQL store at the same moment, and
what they and the server spend on it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from benchmarks.busy import cpu_seconds, waits_of

Prepare = Callable[..., Callable[[], Any]]
"""Gets everything ready in its process and answers the work; a function of a module."""

PATIENCE = 120
"""Seconds within which all must be ready."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What a crew did.

    Attributes:
        seconds: from the first beginning to the last end.
        workers: processor seconds of all its processes together.
        server: processor seconds of the server meanwhile.
        waits: what the connections were at, in samples.
        answers: what each process came to.
    """

    seconds: float
    workers: float
    server: float
    waits: Counter[str]
    answers: Sequence[Any]


def together(uri: str, workers: int, prepare: Prepare, *given: Any) -> Shift:
    """Let so many processes prepare, and then work together on the store at ``uri``."""
    spawn = get_context("spawn")
    start = spawn.Barrier(workers + 1, timeout=PATIENCE)
    with ProcessPoolExecutor(workers, spawn, _at, (start,)) as pool:
        crew = [pool.submit(_work, prepare, (uri, *given)) for _ in range(workers)]
        with waits_of(uri) as waits:
            start.wait()
            waits.clear()
            before = cpu_seconds(uri)
            begins, ends, used, answers = zip(*(one.result() for one in crew), strict=True)
            server = cpu_seconds(uri) - before
    return Shift(max(ends) - min(begins), sum(used), server, waits, answers)


_start: list[Any] = []
"""Where all wait for each other; one in each process."""


def _at(start: Any) -> None:
    _start.append(start)


def _work(prepare: Prepare, given: Sequence[Any]) -> tuple[float, float, float, Any]:
    work = prepare(*given)
    _start[0].wait()
    begun, used = time.monotonic(), time.process_time()
    answer = work()
    return begun, time.monotonic(), time.process_time() - used, answer
