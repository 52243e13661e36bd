"""The rehearsal of Wuzhong until the end of March: what stops it and what it leaves, the same each
time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.store.database import Database
from flows.rehearsal.acts import RehearsalStopped
from flows.rehearsal.picture import Picture, differences, picture
from flows.simulate import simulate
from tests.flows.quarters import first_quarter
from tests.flows.test_rehearsal_report import Page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scenario until the end of March."""
    return first_quarter(tmp_path_factory.mktemp("scenario") / "quarter")


@pytest.fixture(scope="module")
def rehearsed(quarter: Path) -> tuple[dict[str, Any], Path]:
    """With the assignment and two monthly assessments."""
    out = quarter.parent.parent / "out"
    return simulate(quarter, out, lambda *_: None), out


def test_a_rehearsal_leaves_its_counts_without_the_time_it_took(
    rehearsed: tuple[dict[str, Any], Path],
) -> None:
    told, out = rehearsed
    kept = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert kept == {name: value for name, value in told.items() if name != "seconds"}


def test_the_page_and_the_counts_of_a_rehearsal_agree(
    rehearsed: tuple[dict[str, Any], Path],
) -> None:
    told, out = rehearsed
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    total = page.tables["通知：各月各阶段"][-1]
    assert [int(n) for n in total[2:5]] == list(told["notices"].values())
    assert int(total[5]) == sum(told["by_month"].values()) == sum(told["by_kind"].values())
    assert int(page.tables["负担：各单位收到的邮件"][-1][-2]) == told["deliveries"]
    assert len(page.tables["承诺与结果"]) == 1 + 37
    lights = page.tables["灯色：逐月逐项"][-4:]
    assert sum(int(row[2]) for row in lights) == told["projects"] == 25


def test_a_deed_that_is_refused_stops_the_rehearsal_with_its_day_and_name(quarter, tmp_path):
    file = tmp_path / "list" / "scenario.yaml"
    shutil.copytree(quarter.parent, file.parent)
    text = file.read_text(encoding="utf-8").replace("last: 2023-03-31", "last: 2022-11-30")
    text = text.replace("registered_on: 2023-01-16", "registered_on: 2022-11-29")
    text = text.replace("assigned_on: 2023-01-30", "assigned_on: 2022-11-30")
    head, acts, _ = text.partition("acts:\n")
    assert acts
    file.write_text(head + acts + WRONG, encoding="utf-8")
    with pytest.raises(RehearsalStopped, match=r"2022年10月24日的“合并建议”没有办成：.*99"):
        simulate(file, tmp_path / "out", lambda *_: None)


WRONG = """  - {on: 2022-10-20, do: collect, year: 2023, channel: hotline, wishes: {1: 供应早餐}}
  - {on: 2022-10-21, do: merge, numbers: [1], into: 98, reason: 相同, refused: true}
  - {on: 2022-10-22, do: merge, numbers: [1], into: 99, reason: 星期六写的，星期一办}
"""

SIMULATE = """
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from flows.simulate import simulate


@event.listens_for(Engine, "connect")
def turn(connection, _):
    connection.execute("PRAGMA reverse_unordered_selects=ON")


simulate(Path(sys.argv[1]), Path(sys.argv[2]), lambda *_: None)
"""


def test_two_rehearsals_leave_the_same_bytes(
    quarter: Path, rehearsed: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    """The other one in a process that hashes differently and lives in another zone, over a store
    that gives rows which nobody has put into an order the other way round."""
    there = {**os.environ, "PYTHONHASHSEED": "20230331", "TZ": "America/New_York"}
    command = [sys.executable, "-c", SIMULATE, str(quarter), str(tmp_path / "out")]
    subprocess.run(command, cwd=ROOT, env=there, check=True)
    folders = rehearsed[1], tmp_path / "out"
    assert list(differences(*(picture_of(folder / "duban.db") for folder in folders))) == []
    one, other = map(contents, folders)
    assert len([name for name in one if name.startswith("mail/")]) > 50
    assert {"journal.jsonl", "exports/台账.xlsx", "exports/督办日志.xlsx"} <= one.keys()
    assert one == other


def picture_of(file: Path) -> Picture:
    database = Database(f"sqlite:///{file}")
    with database.read() as session:
        found = picture(session)
    database.close()
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """All that a rehearsal leaves, but for the store, whose pages differ."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if not file.name.startswith("duban.db")
    }
