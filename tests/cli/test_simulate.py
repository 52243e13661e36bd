from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import SAMPLE, Duban


def test_a_rehearsal_is_not_written_over_an_earlier_one(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "earlier.eml").touch()
    result = duban("simulate", SAMPLE / "scenario.yaml", "--out", tmp_path, "--json")
    assert result.code == 1
    assert result.data["ok"] is False
    assert "不是空的" in result.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earlier.eml"]
