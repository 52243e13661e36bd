"""``python -m benchmarks.soak``: everything is killed in turn during a sweep, and recounted."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.country import country, postgresql
from benchmarks.measure import stopwatch
from benchmarks.rows_again import mark
from benchmarks.scaling import copied
from benchmarks.seeding import begin_journal
from benchmarks.soak.blows import CHOICES, PATIENCE, Blow, strike_all
from benchmarks.soak.cluster import Cluster, NotInTime
from benchmarks.soak.kept import Postgres
from benchmarks.soak.recount import findings, written
from benchmarks.soak.watch import Period, Watch
from config.settings import load_settings
from engine.rules.zone import ZONE
from engine.store.database import Database
from engine.store.statements import batches
from flows.clock import VirtualClock
from flows.service import open_service
from flows.tick import run_due_sweeps

AT = "2023-06-15T09:00"
WIDTH = 140
SHOWN = 40
"""How many differences are told."""


def main() -> None:
    """Seed, sweep undisturbed, sweep under blows, recount."""
    parser = ArgumentParser(
        prog="python -m benchmarks.soak",
        description="检查中依次杀掉工作进程、Prefect 服务、PostgreSQL，再与不受打扰的一次核对。",
    )
    parser.add_argument("--projects", type=int, default=100_000, metavar="项数")
    parser.add_argument("--workers", type=int, default=4, metavar="个数")
    parser.add_argument("--at", default=AT, metavar="时刻", help=f"检查到什么时刻为止，默认 {AT}")
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()) / "duban-soak")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    at = datetime.fromisoformat(given.at).replace(tzinfo=ZONE)
    try:
        with postgresql(given.folder / "postgresql") as uri:
            is_well = _soak(uri, given.projects, given.workers, at, given.folder)
    except NotInTime:
        sys.exit("等得太久了，各进程的日志在 " + str(given.folder))
    sys.exit(0 if is_well else 1)


def _soak(uri: str, projects: int, workers: int, at: datetime, folder: Path) -> bool:
    _say(f"造 {projects} 个事项，复制两份")
    oracle = copied(country(uri, projects), "oracle")
    _begin_journal(oracle, projects)
    url = copied(oracle, "duban")
    since = mark(url)
    _say("不受打扰地检查一遍，作为对照")
    with stopwatch() as undisturbed:
        wanted = _sweep(oracle, at, folder)
    _say(f"用了 {undisturbed.seconds:.0f} 秒，产生 {written(oracle, since)}")
    blows, seconds = _sweep_under_blows(url, wanted, workers, at, folder)
    _print(blows, seconds, undisturbed.seconds)
    _say("逐项核对")
    found = list(findings(oracle, url, since))
    for finding in found[:SHOWN]:
        _say(f"  {finding}")
    _say(f"本次产生 {written(url, since)}")
    missed = len(CHOICES) - len(blows)
    if missed:
        _say(f"检查先结束了，还有 {missed} 次没来得及杀；事项多些再试")
    _say(f"不同之处 {len(found)} 处" if found else "与对照完全相同：没有遗漏，没有重复")
    return not found and not missed


def _begin_journal(url: str, projects: int) -> None:
    """The made-up journal of the months before cannot be verified; that of every item begins
    anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE journal, journal_heads, checkpoints CASCADE")
    with closing(Database(url)) as database:
        for numbers in batches(range(1, projects + 1)):
            with database.begin() as session:
                begin_journal(session, numbers)


def _settle(url: str) -> None:
    """A server that crashes is to recover what the sweep wrote, and not what made the store."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def _sweep(url: str, at: datetime, folder: Path) -> set[Period]:
    """One process, nothing in its way; the periods that are over then."""
    settings = load_settings(home=folder / "home", database_url=url)
    service = open_service(settings, now=VirtualClock(at))
    with closing(service.database):
        run_due_sweeps(service)
    with psycopg.connect(url) as connection:
        return set(connection.execute("SELECT cadence, period FROM sweep_runs").fetchall())


def _sweep_under_blows(
    url: str, wanted: set[Period], workers: int, at: datetime, folder: Path
) -> tuple[list[Blow], float]:
    _settle(url)
    rmtree(folder / "home")  # Prefect is not to remember the calls of another time
    cluster = Cluster(Postgres(folder / "postgresql"), url, workers, folder)
    _say("启动 Prefect 服务，登记，启动工作进程")
    with cluster.running(at), closing(Watch(url, wanted)) as watch:
        cluster.prefect.call("sweeps")
        begun, blows = time.monotonic(), []
        _say("检查开始")
        for blow in strike_all(cluster, watch, begun):
            _say(f"第 {blow.second:.0f} 秒杀掉{blow.what}，{blow.idle:.1f} 秒后做完下一部分")
            blows.append(blow)
        cluster.wait(watch.is_over, PATIENCE)
        seconds = time.monotonic() - begun
        _say(f"检查结束，用了 {seconds:.0f} 秒；Prefect 所记的调用 {cluster.prefect.flow_runs()}")
    return blows, seconds


def _print(blows: Sequence[Blow], seconds: float, undisturbed: float) -> None:
    table = Table(
        "杀掉",
        title=f"{seconds:.0f} 秒，不受打扰的一次 {undisturbed:.0f} 秒",
        caption="那时、其后：已做完的部分/已排出的。退回：正在做而作废、由别人重做的部分",
    )
    for heading in ("第几秒", "那时", "在做", "退回", "多久后又做完一部分", "其后"):
        table.add_column(heading, justify="right", no_wrap=True)
    for blow in blows:
        table.add_row(
            blow.what,
            f"{blow.second:.1f}",
            str(blow.before),
            str(blow.before.at_work.total()),
            str(blow.lost),
            f"{blow.idle:.1f} 秒",
            str(blow.after),
        )
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    main()
