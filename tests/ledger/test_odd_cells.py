"""Cells that say more, or less, than their text: numbers, formats, units, headings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from engine.ledger import LedgerErrors, read_ledger
from tests.ledger.workbooks import HEADINGS, PREAMBLE, Row, Save, faults_of, item, only


@pytest.mark.parametrize("typed", [20230630, 45107, "20230630", "202306"])
def test_a_date_typed_as_a_number_is_the_day_it_surely_means(save: Save, typed: object) -> None:
    path = save([*PREAMBLE, HEADINGS, item(完成时限=typed, 节点=None)])
    assert only(path).due == date(2023, 6, 30)


@pytest.mark.parametrize("typed", [45107.5, 6.3, 2023, 40000, 630])
def test_a_number_that_is_no_date_says_how_to_make_it_one(save: Save, typed: object) -> None:
    path = save([*PREAMBLE, HEADINGS, item(完成时限=typed, 节点=None)])
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    (error,) = caught.value.errors
    assert str(error.place) == "工作表“台账”第5行F列（完成时限）"
    assert error.message == f"日期“{typed}”是一个数，不知指哪一天"
    assert error.cure.startswith("请把单元格格式设为日期")


def test_a_day_that_a_workbook_counts_beside_the_year_is_told_as_that_day(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, item(完成时限=45600, 节点=None)])
    assert faults_of(path) == [
        "工作表“台账”第5行F列（完成时限）：日期“45600”（2024-11-04）不在清单年度2023年之内"
    ]


def test_a_list_number_run_into_its_figure_is_told_with_its_cell(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, item(目标任务="1.15所学校；2.新增学位7500个")])
    assert faults_of(path) == ["工作表“台账”第5行D列（目标任务）：“1.15所”不是整数"]
    headings = ["序号", "实事项目", "指标名称", "目标值", "计量单位", "牵头单位", "完成时限"]
    row = [1, "学校", "新建学校", 1.15, "所", "市教育局", "6月底"]
    assert faults_of(save([*PREAMBLE, headings, row])) == [
        "工作表“台账”第5行D列（目标值）：“1.15所”不是整数"
    ]
    row[2:5] = ["每千人口托位数", 4.5, "个"]
    assert only(save([*PREAMBLE, headings, row])).targets[0].planned == Decimal("4.5")


def test_a_figure_without_words_is_named_after_its_item(save: Save) -> None:
    (target,) = only(save([*PREAMBLE, HEADINGS, item(目标任务="15所")])).targets
    assert (target.metric, target.planned) == ("新建学校", Decimal(15))


def test_a_share_stays_in_the_text_of_its_target(save: Save) -> None:
    text = "在5个县区新建学校15所，其中市区5所；新增学位7500个"
    targets = only(save([*PREAMBLE, HEADINGS, item(目标任务=text)])).targets
    assert [(target.metric, target.planned) for target in targets] == [
        ("新建学校", Decimal(15)),
        ("新增学位", Decimal(7500)),
    ]
    assert {target.text for target in targets} == {text}


def test_a_unit_may_stand_in_the_heading_or_in_the_format_of_a_bare_number(save: Save) -> None:
    headings = ["序号", "实事项目", "目标值（万元）", "牵头单位", "完成时限"]
    rows: list[Row] = [
        [1, "补贴", 800, "市财政局", "6月底"],
        [2, "学校", "15所", "市教育局", "6月底"],
    ]
    path = save([*PREAMBLE, headings, *rows])
    targets = [project.targets[0] for project in read_ledger(path).projects]
    assert [(target.planned, target.unit) for target in targets] == [
        (Decimal(800), "万元"),
        (Decimal(15), "所"),
    ]
    path = save([*PREAMBLE, ["序号", "实事项目", "目标值", "牵头单位", "完成时限"], rows[0]])
    workbook = load_workbook(path)
    workbook.worksheets[0]["C5"].number_format = '#,##0"户"'
    workbook.save(path)
    assert only(path).targets[0].unit == "户"


def test_a_remark_in_the_heading_is_no_unit(save: Save) -> None:
    headings = ["序号", "实事项目", "目标值（2023年）", "牵头单位", "完成时限"]
    path = save([*PREAMBLE, headings, [1, "补贴", 800, "市财政局", "6月底"]])
    (fault,) = faults_of(path)
    assert fault.endswith("目标值“800”没有计量单位")


@pytest.mark.parametrize(("value", "unit"), [("15所", "个"), ("800元", "万元")])
def test_a_value_that_quarrels_with_its_column_of_units_is_told(
    save: Save, value: str, unit: str
) -> None:
    headings = ["序号", "实事项目", "目标值", "计量单位", "牵头单位", "完成时限"]
    path = save([*PREAMBLE, headings, [1, "学校", value, unit, "市教育局", "6月底"]])
    assert faults_of(path) == [f"工作表“台账”第5行C列（目标值）：“{value}”与计量单位“{unit}”不一致"]


def test_signs_that_cannot_be_seen_are_no_part_of_a_text(save: Save) -> None:
    path = save(
        [*PREAMBLE, HEADINGS, item(目标任务="新建\u200b学校15\u200b所", 牵头单位="\ufeff市教育局")]
    )
    project = only(path)
    assert project.lead_units == ("市教育局",)
    assert project.targets[0].metric == "新建学校"
