"""The second shipped list: ten items, 38 measures over 16 departments, three levels."""

from __future__ import annotations

from pathlib import Path

from engine.ledger import Ledger, UnitKind, read_ledger
from engine.rules.words import PostKind, UnitLevel

FOLDER = Path(__file__).parents[2] / "config" / "examples" / "xinjiang-2024"
PUBLISHED = (
    "老年助餐",
    "适老化改造",
    "养老服务",
    "教室健康照明",
    "视力",
    "口腔局部用氟",
    "窝沟封闭",
    "重点企业进一步减排",
    "带押过户",
    "一网通办",
    "一事联办",
)
"""What the article names among the measures."""


def xinjiang() -> Ledger:
    return read_ledger(FOLDER / "ledger.yaml")


def test_the_workbook_says_what_the_yaml_says() -> None:
    from_yaml, from_xlsx = xinjiang(), read_ledger(FOLDER / "ledger.xlsx")
    assert from_xlsx.projects == from_yaml.projects
    assert (from_xlsx.units, from_xlsx.posts) == (from_yaml.units, from_yaml.posts)
    assert from_xlsx.decision == from_yaml.decision


def test_ten_items_are_38_measures_of_16_departments_and_go_down_to_counties() -> None:
    ledger = xinjiang()
    measures = [measure for project in ledger.projects for measure in project.measures]
    assert (len(ledger.projects), len(measures)) == (10, 38)
    assert len(ledger.items) == 10 + 38 + 15
    kinds = {unit.name: unit.kind for unit in ledger.units}
    leading = {name for item in (*ledger.projects, *measures) for name in item.lead_units}
    assert len(leading) == 16
    assert {kinds[name] for name in leading} == {UnitKind.DEPARTMENT, UnitKind.AUTHORISED_BODY}
    levels = {unit.name: unit.level for unit in ledger.units}
    assert set(levels.values()) == {UnitLevel.PROVINCE, UnitLevel.CITY, UnitLevel.COUNTY}
    parents = {unit.name: unit.parent for unit in ledger.units}
    for measure in measures:
        for city in measure.measures:
            assert {levels[name] for name in city.lead_units} == {UnitLevel.CITY}
            for county in city.measures:
                assert {parents[name] for name in county.lead_units} == set(city.lead_units)


def test_what_the_article_does_not_say_is_marked_in_the_data_itself() -> None:
    ledger = xinjiang()
    for project in ledger.projects:
        assert "示例" in project.remark
        for item in project.with_parts()[1:]:
            assert "示例" in item.title or any(words in item.title for words in PUBLISHED)
            assert "示例" in item.remark
    assert all(post.holder.startswith("示例·") for post in ledger.posts)
    assert all(post.email.endswith("@example.com") for post in ledger.posts)
    assert "示例" in ledger.basis
    assert "示例" in ledger.document


def test_the_published_figures_stand() -> None:
    said = {
        (target.metric, target.planned, target.unit)
        for item in xinjiang().items
        for target in item.targets
    }
    figures = {(f"{planned:f}", unit) for _, planned, unit in said}
    assert figures >= {("10000", "个"), ("1", "万户"), ("100", "个"), ("20000", "间")}
    assert figures >= {("31", "万名"), ("96", "个"), ("20", "个"), ("5", "%")}


def test_every_unit_that_leads_anything_can_be_reached() -> None:
    ledger = xinjiang()
    leading = {name for item in ledger.items for name in item.lead_units}
    for kind in (PostKind.CONTACT, PostKind.UNIT_HEAD):
        assert leading <= {post.unit for post in ledger.posts if post.kind is kind}
