"""The rehearsal of Wuzhong until the end of March: what stops it, and that it is the same twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.rehearsal.acts import RehearsalStopped
from flows.simulate import simulate
from tests.flows.quarters import first_quarter

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scenario until the end of March."""
    return first_quarter(tmp_path_factory.mktemp("scenario") / "quarter")


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

SIMULATE = (
    "import sys; from pathlib import Path; from flows.simulate import simulate; "
    "simulate(Path(sys.argv[1]), Path(sys.argv[2]), lambda *_: None)"
)


def test_two_rehearsals_leave_the_same_bytes(quarter, tmp_path):
    """In processes that hash differently and live in different zones."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SIMULATE, quarter, tmp_path / seed],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        )
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    ]
    assert [process.wait(300) for process in running] == [0, 0]
    one, other = (contents(tmp_path / seed) for seed in ("1", "2"))
    assert len([name for name in one if name.startswith("mail/")]) > 50
    assert {"journal.jsonl", "exports/台账.xlsx", "exports/督办日志.xlsx"} <= one.keys()
    assert one == other


def contents(folder: Path) -> dict[str, bytes]:
    """All that a rehearsal leaves, but for the store, whose pages differ."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if not file.name.startswith("duban.db")
    }
