"""What a PostgreSQL server is busy with: processor time used, and what its connections wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil
import psycopg

PAUSE = 0.02
"""Seconds between two samples."""

ON_CPU, PROGRAM = "处理器", "等程序"

_SAMPLE = (
    "SELECT state, coalesce(wait_event_type || ':' || wait_event, '') FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)


def cpu_seconds(uri: str) -> float:
    """Processor time that all processes of a server have used so far, those that ended too."""
    with psycopg.connect(uri) as connection:
        first = psutil.Process(connection.info.backend_pid).parent()
    assert first is not None
    times = first.cpu_times()
    used = times.user + times.system + times.children_user + times.children_system
    for process in first.children():
        with suppress(psutil.NoSuchProcess):
            one = process.cpu_times()
            used += one.user + one.system
    return used


@contextmanager
def waits_of(uri: str) -> Iterator[Counter[str]]:
    """What the connections to a database are at during the block, in samples: on the processor,
    waiting for what, or in the middle of a transaction with the program at work."""
    seen: Counter[str] = Counter()
    over = Event()
    watcher = Thread(target=_watch, args=(uri, seen, over))
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _watch(uri: str, seen: Counter[str], over: Event) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        while not over.wait(PAUSE):
            for state, waits_for in connection.execute(_SAMPLE):
                if state == "active":
                    seen[waits_for or ON_CPU] += 1
                elif state == "idle in transaction":
                    seen[PROGRAM] += 1
