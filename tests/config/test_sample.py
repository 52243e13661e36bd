from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.sample import load_sample

SHIPPED = Path(__file__).parents[2] / "config" / "examples" / "wuzhong-2023" / "sample.yaml"


def test_the_shipped_sample_begins_a_minute_before_a_morning_check() -> None:
    sample = load_sample(SHIPPED)
    assert sample.clock == datetime(2023, 2, 20, 0, 29, tzinfo=UTC)
    assert sample.calendar == ("national", "ningxia-2023")


def test_a_clock_without_a_zone_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    text = SHIPPED.read_text(encoding="utf-8").replace("+08:00", "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="第3行 clock"):
        load_sample(path)
