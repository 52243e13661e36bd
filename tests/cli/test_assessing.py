from __future__ import annotations

import pytest

from tests.cli.conftest import OFFICE, Duban

SECOND, CONTACT, OTHER = "示例·督查乙", "示例·城管甲", "示例·教育甲"
UNIT = "市城市管理局"
YEAR = ("--year", "2023")


@pytest.fixture
def published(assigned: Duban) -> Duban:
    assigned.at("2023-05-08T10:00:00")
    assigned.json("assess", "make", *YEAR, "--by", OFFICE)
    assigned.json("assess", "publish", *YEAR, "--by", OFFICE)
    return assigned


def test_a_score_is_made_published_contested_and_corrected(published: Duban) -> None:
    show = ("assess", "show", *YEAR, "--unit", UNIT, "--by", CONTACT)
    before = published.json(*show)
    assert (before["state"], before["version"]) == ("published", 1)
    line = next(line for line in before["lines"] if line["points"] == "-10")
    contest = ("--unit", UNIT, "--line", line["number"], "--reason", "已报送", "--by", CONTACT)
    number = published.json("assess", "object", *YEAR, *contest)["objection"]
    said = ("--accept", "--reason", "经查属实")
    refused = published("assess", "settle", number, *said, "--by", OFFICE, "--json")
    assert refused.code == 1
    assert "须由督查室其他人员处理" in refused.data["error"]
    published.json("assess", "settle", number, *said, "--by", SECOND)
    after = published.json(*show)
    assert after["version"] == 2
    assert float(after["total"]) == float(before["total"]) + 10


def test_a_unit_neither_lists_the_scores_nor_sees_another_s(published: Duban) -> None:
    scores = published.json("assess", "list", *YEAR, "--by", OFFICE)["scores"]
    assert len(scores) == 14
    for command in (
        ("assess", "list", *YEAR, "--by", CONTACT),
        ("assess", "show", *YEAR, "--unit", UNIT, "--by", OTHER),
    ):
        result = published(*command, "--json")
        assert result.code == 1
        assert "只能查看本单位的得分" in result.data["error"]


def test_scoring_by_a_table_of_one_s_own_tells_its_faults(assigned: Duban) -> None:
    table = assigned.home / "own.yaml"
    table.write_text("id: own\ntitle: 本市评分表\nbase: {points: 0, source: 本地设定}\n", "utf-8")
    result = assigned("assess", "make", *YEAR, "--table", table, "--by", OFFICE)
    assert result.code == 1
    assert "base.points：写的是“0”，须大于 0" in result.err
    assert "deductions：缺少此项，请补填" in result.err
