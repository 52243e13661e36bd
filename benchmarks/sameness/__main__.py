"""``python -m benchmarks.sameness``: whole years lived through in three ways, and compared."""

from __future__ import annotations

import pickle
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.country import postgresql
from benchmarks.sameness.stories import YEARS, Story
from benchmarks.sameness.ways import WAYS, Lived
from flows.rehearsal.picture import differences

SHOWN = 20
"""How many differences are printed."""

SERVER = {"fsync": "off", "shared_buffers": "256MB"}


def main() -> None:
    """Live, compare, print; the exit code tells whether all was the same."""
    given = _given()
    with TemporaryDirectory(prefix="duban-sameness-", ignore_cleanup_errors=True) as temporary:
        folder = Path(given.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the server may run as another user
        with postgresql(folder / "postgresql", SERVER) as uri:
            same = [_compare(given, year, folder, uri) for year in given.year or YEARS]
    sys.exit(0 if all(same) else 1)


def _given() -> Namespace:
    parser = ArgumentParser(
        prog="python -m benchmarks.sameness",
        description="同一年在单机、多进程、Prefect 集群上各过一遍，比较留下的一切。",
    )
    parser.add_argument("--year", action="append", choices=list(YEARS), help="哪一年；默认都过")
    parser.add_argument("--way", action="append", choices=list(WAYS), help="怎样过；默认都过")
    parser.add_argument("--projects", type=int, default=2000, metavar="N", help="合成清单的事项数")
    parser.add_argument("--days", type=int, metavar="N", help="只过前几天")
    parser.add_argument("--folder", metavar="目录", help="留下各库和结果；有结果的不再重过")
    return parser.parse_args()


def _compare(given: Namespace, year: str, folder: Path, uri: str) -> bool:
    """Whether a year leaves the same behind in all ways asked for."""
    story = YEARS[year](given.projects)
    story = replace(story, days=story.days[: given.days])
    ways = given.way or list(WAYS)
    lived = {way: _lived(way, story, folder / f"{year}-{way}", uri) for way in ways}
    first = ways[0]
    same = True
    for way in ways:
        found = list(differences(lived[first].picture, lived[way].picture))
        same = same and not found
        _tell(year, way, lived[way], found)
    return same


def _lived(way: str, story: Story, home: Path, uri: str) -> Lived:
    kept = home / "lived.pickle"
    if kept.exists():
        found: Lived = pickle.loads(kept.read_bytes())
        return found
    home.mkdir()
    shown = _Shown(home.name)
    lived = WAYS[way](story, home, uri, shown)
    kept.write_bytes(pickle.dumps(lived))
    return lived


@dataclass(slots=True)
class _Shown:
    """Tells of each month as it begins."""

    name: str
    begun: float = 0.0

    def __call__(self, day: date) -> None:
        self.begun = self.begun or monotonic()
        if day.day == 1:
            seconds = monotonic() - self.begun
            print(f"{self.name}：{day}，{seconds:.0f}秒", file=sys.stderr, flush=True)


def _tell(year: str, way: str, lived: Lived, found: list[str]) -> None:
    verdict = f"不同 {len(found)} 处" if found else "相同"
    rows = {table: sum(lines.values()) for table, lines in lived.picture.items()}
    print(
        f"{year} {way}：{verdict}；{lived.seconds:.0f}秒，杀死 {lived.killed} 个进程；"
        f"通知 {rows['notices']}，灯 {rows['lights']}，文号 {rows['document_numbers']}，"
        f"信 {rows['deliveries']}，日志 {rows['journal']}"
    )
    for difference in found[:SHOWN]:
        print(f"  {difference[:500]}")


if __name__ == "__main__":
    main()
