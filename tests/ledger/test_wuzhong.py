"""The published list of Wuzhong 2023, as shipped."""

from __future__ import annotations

import importlib.util
import re
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.ledger import Ledger, PostKind, read_ledger
from engine.rules.targets import TargetForm

HOME = Path(__file__).parents[2] / "config" / "examples" / "wuzhong-2023"

PUBLISHED_PLAN = [
    (1, "947", "名"), (2, "8000", "套"), (4, "10", "座"), (4, "2", "个"), (5, "800", "个"),
    (7, "15", "所"), (7, "7.3", "万平方米"), (7, "7500", "个"), (9, "800", "万元"),
    (10, "500", "万元"), (10, "50", "家"), (11, "200", "万元"), (12, "2000", "个"),
    (13, "6", "万平方米"), (14, "29", "条"), (14, "68", "公里"), (15, "15", "辆"),
    (17, "300", "场次"), (18, "10", "万张"), (18, "200", "万元"), (19, "505", "件"),
    (20, "100", "%"), (21, "100", "%"), (22, "100", "%"), (25, "4.5", "万管"),
]  # fmt: skip


@cache
def wuzhong() -> Ledger:
    return read_ledger(HOME / "ledger.xlsx")


@cache
def published() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((HOME / "published.yaml").read_text(encoding="utf-8"))
    return data


def test_the_workbook_and_the_yaml_file_say_the_same() -> None:
    assert read_ledger(HOME / "ledger.yaml") == wuzhong()


def test_a_workbook_built_anew_says_the_same(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_ledger", HOME.parent / "build_ledger.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source = tmp_path / "ledger.yaml"
    shutil.copyfile(HOME / "ledger.yaml", source)
    assert read_ledger(module.build(source)) == wuzhong()


def test_the_list_has_ten_fields_and_twenty_five_items_in_order() -> None:
    assert len(wuzhong().fields) == 10
    assert [project.number for project in wuzhong().projects] == list(range(1, 26))


@pytest.mark.parametrize(("number", "planned", "unit"), PUBLISHED_PLAN)
def test_every_published_planned_figure_is_a_target(number: int, planned: str, unit: str) -> None:
    project = wuzhong().projects[number - 1]
    assert (Decimal(planned), unit) in [(target.planned, target.unit) for target in project.targets]


def test_the_rounded_and_the_whole_promises_keep_their_form() -> None:
    forms = {
        project.number: project.targets[0].form
        for project in wuzhong().projects
        if project.number in (2, 9, 20)
    }
    assert forms == {2: TargetForm.ABOUT, 9: TargetForm.AT_LEAST, 20: TargetForm.ALL}


def test_the_four_parts_of_the_fifteen_schools_stay_in_the_text() -> None:
    schools = wuzhong().projects[6].targets[0]
    assert re.findall(r"\d+", schools.text) == ["15", "4", "6", "4", "1"]


def test_every_item_has_a_plan_that_rises_to_the_whole_on_its_date() -> None:
    for project in wuzhong().projects:
        assert 3 <= len(project.milestones) <= 4
        assert project.milestones[-1].planned_percent == 100
        assert project.milestones[-1].due == project.due


def test_what_was_made_up_is_marked_in_the_data() -> None:
    ledger = wuzhong()
    assert all(project.remark.startswith("示例") for project in ledger.projects)
    assert all("示例" in project.sponsor for project in ledger.projects)
    assert all(post.holder.startswith("示例·") for post in ledger.posts)
    assert all(post.email.endswith("@wuzhong.example.com") for post in ledger.posts)
    assert "示例" in ledger.basis


def test_every_unit_has_somebody_to_write_to_and_one_person_may_sign() -> None:
    ledger = wuzhong()
    leads = {name for project in ledger.projects for name in project.lead_units}
    for kind in (PostKind.CONTACT, PostKind.UNIT_HEAD):
        assert leads <= {post.unit for post in ledger.posts if post.kind is kind}
    assert [post.kind for post in ledger.posts if post.may_sign] == [PostKind.SIGNER]
    unnamed = {PostKind.SECTION, PostKind.PRINCIPAL}
    assert {post.kind for post in ledger.posts} == set(PostKind) - unnamed


def test_every_target_has_exactly_one_result() -> None:
    targets = [(p.number, t.metric, t.unit) for p in wuzhong().projects for t in p.targets]
    assert [(r["project"], r["metric"], r["unit"]) for r in published()["results"]] == targets


@pytest.mark.parametrize(
    ("project", "value", "unit"),
    [(2, 8438, "套"), (7, 8040, "个"), (7, 7.3, "万平方米"), (10, 57000, "万元"),
     (10, 4100, "家"), (12, 45000, "个"), (13, 6.23, "万平方米"), (14, 26, "条"),
     (14, 79, "公里"), (15, 15, "辆"), (17, 330, "场次"), (18, 10, "万张"), (19, 505, "件")],
)  # fmt: skip
def test_published_results_are_held_against_their_target(
    project: int, value: float, unit: str
) -> None:
    results = [r for r in published()["results"] if r["published"] and r["project"] == project]
    assert (value, unit) in [(r["value"], r["unit"]) for r in results]


def test_results_without_a_planned_target_are_kept_as_facts() -> None:
    facts = {(f["value"], f["unit"]) for f in published()["facts"]}
    assert {(7517, "户"), (162, "场"), (1902, "万元"), (582, "名"), (780, "名")} <= facts


def test_the_example_split_of_the_subsidies_adds_up_to_the_published_sum() -> None:
    parts = [r["value"] for r in published()["results"] if r["project"] in (9, 11)]
    assert sum(parts) == 1902


def test_a_published_result_names_its_words_and_their_place() -> None:
    for result in published()["results"]:
        assert result["published"] == ("quote" in result) == ("where" in result)


def test_the_totals_of_the_year_are_those_published() -> None:
    totals = published()["totals"]
    names = ("inspections", "coordinated_problems", "circulars", "rectifications", "closed")
    assert [totals[name] for name in names] == [10, 5, 4, 5, 25]
