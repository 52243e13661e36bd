from __future__ import annotations

import signal
import time
from datetime import date
from pathlib import Path

import pytest

from engine.errors import DubanError
from flows.rehearsal.scene import Cast
from flows.service import Service
from tests.cli.conftest import MAIN, SAMPLE, Duban, start

PATIENCE = 60.0
FROM_A_TERMINAL = f"""
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run where it is ignored
{MAIN}
"""
LEFT = "预演没有做完：目录“{out}”里的内容不完整，不能当作结果。请删去这个目录再重新预演"


def test_a_rehearsal_is_not_written_over_an_earlier_one(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "earlier.eml").touch()
    result = duban("simulate", SAMPLE / "scenario.yaml", "--out", tmp_path, "--json")
    assert result.code == 1
    assert result.data["ok"] is False
    assert "不是空的" in result.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earlier.eml"]


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["words", "json"])
def test_a_rehearsal_that_is_broken_off_says_that_its_folder_is_no_result(
    tmp_path: Path, more: list[str]
) -> None:
    out = tmp_path / "rehearsal"
    arguments = ("simulate", SAMPLE / "scenario.yaml", "--out", out, *more)
    process = start(*arguments, program=FROM_A_TERMINAL)
    end = time.monotonic() + PATIENCE
    while not (out / "mail").exists() and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert said == ""
    assert LEFT.format(out=out) in err
    assert err.endswith("已取消。\n")
    assert "Traceback" not in err


@pytest.mark.parametrize(("times", "ended"), [(1, 1), (2, 0)])
def test_ctrl_c_waits_for_the_end_of_the_day_and_a_second_one_for_nothing(
    duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, ended: int
) -> None:
    days = []

    def live(service: Service, cast: Cast, day: date) -> None:
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        days.append(day)

    monkeypatch.setattr("flows.simulate.live_through", live)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        result = duban("simulate", SAMPLE / "scenario.yaml", "--out", tmp_path / "rehearsal")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.code == 130
    assert LEFT.format(out=tmp_path / "rehearsal") in result.err
    assert len(days) == ended


def test_a_rehearsal_that_cannot_go_on_says_so_too(
    duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DubanError("硬盘已满")

    monkeypatch.setattr("flows.simulate.live_through", full)
    result = duban("simulate", SAMPLE / "scenario.yaml", "--out", tmp_path / "rehearsal")
    assert result.code == 1
    assert LEFT.format(out=tmp_path / "rehearsal") in result.err
    assert "做不下去：硬盘已满" in result.err


def test_what_was_refused_before_it_began_is_not_spoken_of_as_left(
    duban: Duban, tmp_path: Path
) -> None:
    (tmp_path / "earlier.eml").touch()
    refused = duban("simulate", SAMPLE / "scenario.yaml", "--out", tmp_path)
    missing = duban("simulate", tmp_path / "没有.yaml", "--out", tmp_path / "new")
    assert (refused.code, missing.code) == (1, 1)
    assert "预演没有做完" not in refused.err + missing.err
