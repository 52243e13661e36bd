"""``python -m benchmarks``: measure everything, or what is named, and print one table."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.connections import connections
from benchmarks.days import days
from benchmarks.documents import documents
from benchmarks.journal import journal
from benchmarks.letters import letters
from benchmarks.mail import mails
from benchmarks.measure import Figure, Plan, stopwatch
from benchmarks.pages import pages
from benchmarks.scaling import scaling
from benchmarks.shared_outbox import dispatching
from benchmarks.sweeps import daily, idle, monthly
from benchmarks.year import year

SUBJECTS: Mapping[str, Callable[[Plan], Iterator[Figure]]] = {
    "daily": daily,
    "monthly": monthly,
    "idle": idle,
    "mail": mails,
    "connections": connections,
    "letters": letters,
    "documents": documents,
    "journal": journal,
    "calendar": days,
    "year": year,
    "pages": pages,
    "scaling": scaling,
    "dispatching": dispatching,
}
WIDTH = 160


def main() -> None:
    """Measure and print; there is no pass or fail."""
    parser = ArgumentParser(prog="python -m benchmarks", description="基准测试：只报数，不判合格。")
    parser.add_argument("--quick", action="store_true", help="数据少、只测一遍，看个大概")
    parser.add_argument(
        "--only", action="append", choices=list(SUBJECTS), metavar="项目", help="、".join(SUBJECTS)
    )
    given = parser.parse_args()
    with TemporaryDirectory(prefix="duban-bench-") as folder:
        plan = Plan(Path(folder), repeats=1 if given.quick else 3, quick=given.quick)
        figures = [figure for name in given.only or SUBJECTS for figure in _measure(name, plan)]
    _print(figures)


def _measure(name: str, plan: Plan) -> list[Figure]:
    print(f"正在测 {name}…", end="", file=sys.stderr, flush=True)
    with stopwatch() as watch:
        figures = list(SUBJECTS[name](plan))
    print(f" {watch.seconds:.1f}秒", file=sys.stderr)
    return figures


def _print(figures: Iterable[Figure]) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table(
        "项目 subject",
        title=f"Python {platform.python_version()}，SQLite {sqlite3.sqlite_version}，"
        f"{os.cpu_count()} 核",
        caption="比值 = 本程序速度 ÷ 对照速度，同一次运行中轮流测得；小于1为慢于对照",
    )
    for heading in ("速度 speed", "对照速度 peer", "比值 ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("对照是什么 what the peer is", overflow="fold")
    table.add_column("说明 note", overflow="fold")
    for figure in figures:
        table.add_row(
            f"{figure.subject}\n{figure.english}",
            f"{figure.ours:,.0f} {figure.unit}",
            f"{figure.peer:,.0f} {figure.unit}",
            f"{figure.ratio:.0f}" if figure.ratio >= 10 else f"{figure.ratio:.2f}",
            figure.peer_name,
            figure.note,
        )
    console.print(table)


if __name__ == "__main__":
    main()
