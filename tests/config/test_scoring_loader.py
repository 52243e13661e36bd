"""The table of scores that is shipped, and files with faults."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from config.errors import ConfigError
from config.scoring_loader import SHIPPED, load_scoring
from config.shipped import shipped_names
from engine.rules.score_table import ScoreTable


def save(tmp_path: Path, **changes: object) -> Path:
    data = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(data | changes, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped_names(SHIPPED))
def test_every_figure_of_a_shipped_table_has_its_source(name: str) -> None:
    table = load_scoring(name)
    deductions = type(table.deductions).model_fields
    parts = [getattr(table.deductions, field) for field in deductions]
    parts += [table.base, table.bonuses.early, table.bonuses.over_target]
    assert all(part.source for part in parts if part is not None)


def test_the_version_follows_from_the_content_alone(tmp_path: Path) -> None:
    table = load_scoring("default")
    assert load_scoring(save(tmp_path)).version == table.version
    assert load_scoring(save(tmp_path, floor=10)).version != table.version


def test_a_table_survives_the_round_trip_through_the_store() -> None:
    table = load_scoring("default")
    again = ScoreTable.from_data(table.to_data())
    assert (again, again.version) == (table, table.version)


def test_all_faults_of_a_file_are_told_in_chinese_at_once(tmp_path: Path) -> None:
    path = save(tmp_path, base={"points": 0}, bonuses={"earli": 1})
    with pytest.raises(ConfigError) as refused:
        load_scoring(path)
    said = str(refused.value)
    assert "有 3 处错误" in said
    assert "base.points：写的是“0”，须大于 0" in said
    assert "base.source：缺少此项，请补填" in said
    assert "不认识“earli”，是否想写“early”" in said


def test_a_table_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match=r"找不到考核评分表 none。自带的有：default"):
        load_scoring("none")
