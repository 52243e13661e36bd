"""``python -m benchmarks.plans``: how a store of a million projects is asked, what it takes, and
whether any statement reads the whole of a table that is not meant to.

The first time it fills the store, which takes some minutes and 8 GB; the folder is kept.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import gettempdir

from benchmarks.asking import ask, ask_seldom, opened, sweep
from benchmarks.busy import cpu_seconds
from benchmarks.country import country, postgresql
from benchmarks.explaining import Plans
from flows.service import Service

PROJECTS, TURNS, PARTS, SHARDS = 1_000_000, 3, 3, 4


def main() -> int:
    """Print the times in milliseconds, then every statement that reads too much."""
    parser = ArgumentParser(
        prog="python -m benchmarks.plans", description="百万事项的库：耗时与查询计划"
    )
    parser.add_argument("--projects", type=int, default=PROJECTS, help="事项数")
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "duban-country", help="库放在哪里"
    )
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with postgresql(given.folder / "postgresql") as uri:
        begun = time.monotonic()
        url = country(uri, given.projects)
        print(f"建库{time.monotonic() - begun:.0f}秒", file=sys.stderr)
        service = opened(url, given.folder)
        _print_times(service, uri)
        with Plans(service.database) as plans:
            for _ in _all(service):
                pass
        service.database.close()
    for whole in plans.unexpected:
        print(whole)
    print(f"{len(plans.statements)}种语句，{len(plans.unexpected)}种不该读全表而读了")
    return bool(plans.unexpected)


def _all(service: Service) -> Iterator[str]:
    yield from ask(service)
    yield from ask_seldom(service)
    yield from sweep(service, PARTS, SHARDS)


def _print_times(service: Service, uri: str) -> None:
    """By the clock, and what program and server spent on it, which does not depend on who else is
    at work on the machine."""
    spent: dict[str, list[Sequence[float]]] = defaultdict(list)
    for _ in range(TURNS):
        before = _now(uri)
        for what in _all(service):
            now = _now(uri)
            spent[what].append([after - then for after, then in zip(now, before, strict=True)])
            before = _now(uri)
    print("毫秒：时钟、程序的处理器、数据库的处理器")
    for what, times in spent.items():
        print(*(f"{median(some) * 1000:8.0f}" for some in zip(*times, strict=True)), f" {what}")


def _now(uri: str) -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), cpu_seconds(uri)


if __name__ == "__main__":
    sys.exit(main())
