"""(h) A whole year rehearsed, against writing what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

from benchmarks.floor import changes_between, replay
from benchmarks.measure import Figure, Plan, stopwatch
from engine.store.database import Database
from engine.store.schema import upgrade
from flows.simulate import simulate

EXAMPLE = Path(__file__).parent.parent / "config" / "examples" / "wuzhong-2023"


def year(plan: Plan) -> Iterator[Figure]:
    """The shipped example; a quick run stops at the end of February."""
    folder = plan.folder / "year"
    rmtree(folder, ignore_errors=True)
    copytree(EXAMPLE, folder / "scenario")
    scenario = folder / "scenario" / "scenario.yaml"
    if plan.quick:
        text = scenario.read_text(encoding="utf-8")
        scenario.write_text(text.replace("last: 2023-12-31", "last: 2023-02-28"), encoding="utf-8")
    with stopwatch() as watch:
        told = simulate(scenario, folder / "out", lambda *_: None)
    floor = _write_again(folder, told["days"])
    yield Figure(
        "全年预演",
        "a whole year rehearsed",
        "天/秒",
        told["days"] / watch.seconds,
        told["days"] / floor,
        "sqlite3 和文件直接写同样的内容",
        f"{told['days']}天{watch.seconds:.1f}秒，{told['deliveries']}封，"
        f"日志{told['journal_events']}条",
    )


def _write_again(folder: Path, days: int) -> float:
    """The rows of the year in one transaction a day, and its mails as files."""
    before = folder / "before.db"
    database = Database(f"sqlite:///{before}")
    upgrade(database)
    database.close()
    changes = changes_between(before, folder / "out" / "duban.db")
    mails = [path.read_bytes() for path in sorted((folder / "out" / "mail").iterdir())]
    (folder / "again").mkdir()
    with stopwatch() as watch:
        for number, content in enumerate(mails):
            (folder / "again" / f"{number}.eml").write_bytes(content)
    return watch.seconds + replay(before, changes, days)
