"""The times of day of the jobs."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.schedule_loader import load_schedule
from engine.rules.words import Cadence


def test_every_sweep_has_its_time() -> None:
    schedule = load_schedule()
    assert [schedule.at(cadence) for cadence in Cadence] == [
        time(8, 30),
        time(9, 0),
        time(9, 0),
        time(9, 30),
    ]
    assert schedule.checkpoint == time(23, 30)


def test_a_wrong_schedule_tells_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "sweeps: {daily: 25:00, weekly: 09:00, montly: 09:00, quarterly: 09:30}\n"
        "checkpoint: 半夜\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load_schedule(path)
    assert str(caught.value).split("\n") == [
        "运行时间表 own.yaml 有 4 处错误：",
        '  第1行 sweeps.daily：写的是“25:00”，应为时间，请写成 "08:30"。',
        "  第1行 sweeps.monthly：缺少此项，请补填。",
        "  第1行 sweeps.montly：不认识“montly”，是否想写“monthly”；请改正拼写或删去。",
        '  第2行 checkpoint：写的是“半夜”，应为时间，请写成 "08:30"。',
    ]


def test_a_missing_schedule_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="读不出来。请检查文件是否存在"):
        load_schedule(tmp_path / "none.yaml")
