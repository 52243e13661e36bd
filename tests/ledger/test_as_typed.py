"""What offices really type: read as it is meant, or told; never taken for something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.ledger import read_ledger
from engine.ledger.compare import differences
from engine.ledger.measures import read_targets
from engine.ledger.promises import broken_promises
from engine.ledger.wording import WordingError
from tests.ledger.workbooks import (
    CONTACT,
    CONTACT_HEADINGS,
    HEADINGS,
    ITEM,
    PREAMBLE,
    Row,
    Save,
    faults_of,
    item,
    only,
)

MEASURED = """
title: 某市2023年民生实事台账
issuer: 某市人民政府
basis: 某市人代会2023年1月10日审议通过（某政发〔2023〕1号）
projects:
- number: 1
  title: 新建学校
  lead_units: —
  due: 11月底前
  measures:
  - {title: 建校舍, lead_units: 市住建局, targets: [建校舍15所]}
"""


@pytest.mark.parametrize("shown", ['yyyy"年"m"月"', 'm"月"', "mmm-yy", "[$-804]yyyy/mm"])
def test_a_date_cell_that_shows_only_its_month_means_the_whole_month(
    save: Save, shown: str
) -> None:
    path = save([*PREAMBLE, HEADINGS, item(完成时限=date(2023, 6, 1), 节点=None)])
    workbook = load_workbook(path)
    workbook.worksheets[0]["F5"].number_format = shown
    workbook.save(path)
    assert only(path).due == date(2023, 6, 30)


@pytest.mark.parametrize("shown", ["yyyy-mm-dd", 'm"月"d"日"', "[$-F800]dddd, mmmm dd, yyyy"])
def test_a_date_cell_that_shows_its_day_means_that_day(save: Save, shown: str) -> None:
    path = save([*PREAMBLE, HEADINGS, item(完成时限=date(2023, 6, 1), 节点=None)])
    workbook = load_workbook(path)
    workbook.worksheets[0]["F5"].number_format = shown
    workbook.save(path)
    assert only(path).due == date(2023, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        "1.新建学校15所；2.新增学位7500个",
        "1．新建学校15所\n2．新增学位7500个",
        "①新建学校15所②新增学位7500个",
        "①新建学校15所；\n②新增学位7500个。",
        "一是新建学校15所；二是新增学位7500个",
        "1)新建学校15所；2)新增学位7500个",
        "- 新建学校15所\n- 新增学位7500个",
        "新建学校15所，新增学位7,500个",
        "新建学校15所；新增学位７，５００个",
    ],
)
def test_numbering_and_thousands_separators_are_no_part_of_a_target(text: str) -> None:
    found = [(metric, m.planned, m.unit) for metric, m in read_targets(text)]
    assert found == [("新建学校", Decimal(15), "所"), ("新增学位", Decimal(7500), "个")]


def test_a_circled_number_is_no_digit_of_the_figure_behind_it() -> None:
    found = [(metric, m.planned) for metric, m in read_targets("①15所学校②20所幼儿园")]
    assert found == [("学校", Decimal(15)), ("幼儿园", Decimal(20))]


@pytest.mark.parametrize("joint", ["、", "和", "及", "以及", "与"])
def test_what_follows_each_figure_is_what_it_counts(joint: str) -> None:
    found = [(metric, m.planned) for metric, m in read_targets(f"新建15所学校{joint}20所幼儿园")]
    assert found == [("学校", Decimal(15)), ("幼儿园", Decimal(20))]


@pytest.mark.parametrize(
    "text",
    [
        "新建学校15-20所",
        "新建学校15〜20所",
        "新建学校15−20所",
        "新建学校15一20所",
        "新建学校15至20所",
        "新建学校15或20所",
        "新建学校15所或20所",
        "新建学校1 5所",
        "参保率由80%提高到95%",
    ],
)
def test_a_range_or_a_torn_figure_is_no_target(text: str) -> None:
    with pytest.raises(WordingError, match="看不出"):
        read_targets(text)


def test_ages_and_years_before_a_target_are_no_range() -> None:
    ((metric, measure),) = read_targets("2023-2025年为3至6岁儿童免费体检1万人次")
    assert (metric, measure.unit) == ("2023-2025年为3至6岁儿童免费体检", "万人次")


@pytest.mark.parametrize("nobody", ["—", "/", "无", "、"])
def test_a_mark_that_names_no_unit_is_no_lead_unit(save: Save, nobody: str) -> None:
    path = save([*PREAMBLE, HEADINGS, item(牵头单位=nobody)])
    assert faults_of(path) == ["工作表“台账”第5行E列（牵头单位）：没有填写牵头单位"]


def test_a_dash_in_the_place_of_a_unit_is_filled_from_the_measures(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text(MEASURED, encoding="utf-8")
    assert only(path).lead_units == ("市住建局",)


@pytest.mark.parametrize("number", [0, 10000, "9" * 30, "9" * 5000])
def test_a_number_that_no_list_has_is_told(save: Save, number: object) -> None:
    (fault,) = faults_of(save([*PREAMBLE, HEADINGS, item(序号=number)]))
    assert fault.startswith("工作表“台账”第5行A列（序号）：序号“")


def test_a_changed_target_of_a_sentence_is_told_by_its_figure(save: Save) -> None:
    old = read_ledger(save([*PREAMBLE, HEADINGS, ITEM]))
    text = "新建学校14所，新增学位7500个"
    new = read_ledger(save([*PREAMBLE, HEADINGS, item(目标任务=text)]))
    assert differences(old, new)[-1] == (
        "第1项 量化指标：新建学校15所、新增学位7500个 → 新建学校14所、新增学位7500个"
    )
    broken = list(broken_promises(old.projects[0].targets, new.projects[0].targets))
    assert broken == ["“新建学校”15所 → 14所"]


def test_a_circled_number_is_no_digit_of_a_month(save: Save) -> None:
    steps = "①1月底前完成招标②2月底前开工；③11月底前投用"
    due = [
        step.due.month for step in only(save([*PREAMBLE, HEADINGS, item(节点=steps)])).milestones
    ]
    assert due == [1, 2, 11]


def test_a_subtotal_named_after_its_field_is_no_target(save: Save) -> None:
    rows: list[Row] = [[None, "教育类小计", None, "2项"], [None, None, None, None, None, "共计2项"]]
    assert len(only(save([*PREAMBLE, HEADINGS, ITEM, *rows])).targets) == 2


def test_a_field_may_stand_beside_its_number(save: Save) -> None:
    headings = ["序号", "实事项目", "目标任务", "牵头单位", "完成时限"]
    school = ["学校", "新增学位7500个", "市教育局", "6月底"]
    rows: list[Row] = [["一", "教育类"], [1, *school], ["二", "公园类"], [2, *school]]
    assert read_ledger(save([*PREAMBLE, headings, *rows])).fields == ("教育类", "公园类")
    half_filled: list[Row] = [["一", *school], ["二", "另一所学校"]]
    assert len(faults_of(save([*PREAMBLE, headings, *half_filled]))) == 3


def test_a_metric_that_is_a_total_is_a_target(save: Save) -> None:
    headings = ["序号", "实事项目", "指标名称", "目标值", "牵头单位", "完成时限"]
    rows: list[Row] = [
        [1, "补贴", "发放人数", "947名", "市人社局", "6月底"],
        [None, None, "金额合计", "8万元"],
    ]
    targets = only(save([*PREAMBLE, headings, *rows])).targets
    assert [target.metric for target in targets] == ["发放人数", "金额合计"]


def test_what_a_label_says_may_stand_in_the_next_cell(save: Save) -> None:
    decided = "某市人代会2023年1月10日审议通过（某政发〔2023〕1号）"
    head: list[Row] = [PREAMBLE[0], ["依据：", decided], ["发文机关：", None, "某市人民政府"]]
    ledger = read_ledger(save([*head, HEADINGS, ITEM]))
    assert (ledger.issuer, ledger.document) == ("某市人民政府", "某政发〔2023〕1号")


def test_two_columns_of_one_name_are_told(save: Save) -> None:
    path = save([*PREAMBLE, [*HEADINGS, "完成时限"], [*ITEM, "12月底"]])
    assert faults_of(path) == [
        "工作表“台账”第4行H列：列名“完成时限”与前面一列相同，不知以哪一列为准"
    ]
    assert only(save([*PREAMBLE, [*HEADINGS, "完成时限"], ITEM]))


def test_figures_of_formulas_are_read_as_they_are_shown_and_within_bounds(save: Save) -> None:
    headings = ["序号", "实事项目", "目标值", "计量单位", "牵头单位", "完成时限"]
    row = [1, "公路", 0.1 + 0.2, "公里", "市交通局", "6月底"]
    assert only(save([*PREAMBLE, headings, row])).targets[0].planned == Decimal("0.3")
    (fault,) = faults_of(save([*PREAMBLE, headings, [*row[:2], 1e30, *row[3:]]]))
    assert fault.endswith("太大")


def test_units_may_be_set_apart_by_tabs(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, item(牵头单位="市教育局\t市财政局")])
    assert only(path).lead_units == ("市教育局", "市财政局")


@pytest.mark.parametrize("above", ["附件", "附件1", "附件2：", "附 件 3", "密级：内部"])
def test_what_stands_over_the_title_is_not_the_title(save: Save, above: str) -> None:
    ledger = read_ledger(save([[above], *PREAMBLE, HEADINGS, ITEM]))
    assert (ledger.title, ledger.year) == ("某市2023年民生实事台账", 2023)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["某市政府办公室", "2023年民生实事分解表"], "某市政府办公室2023年民生实事分解表"),
        (["某市2023年度\n民生实事项目清单"], "某市2023年度民生实事项目清单"),
        (["附件", "某市2023年“办实事”", "分解表", "（征求意见稿）"], "某市2023年“办实事”分解表"),
        (["某市实事台账", "（2023年度）", "（2022年12月30日）"], "某市实事台账（2023年度）"),
    ],
)
def test_a_title_may_go_on_in_the_next_line(save: Save, lines: list[str], title: str) -> None:
    ledger = read_ledger(save([*([line] for line in lines), *PREAMBLE[1:], HEADINGS, ITEM]))
    assert (ledger.title, ledger.year) == (title, 2023)


@pytest.mark.parametrize(
    "below", ["（征求意见稿）", "根据市人大通过的清单，现印发2024年民生实事项目", "2023年1月"]
)
def test_what_stands_under_the_title_is_not_the_title(save: Save, below: str) -> None:
    ledger = read_ledger(save([PREAMBLE[0], [below], *PREAMBLE[1:], HEADINGS, ITEM]))
    assert (ledger.title, ledger.year) == ("某市2023年民生实事台账", 2023)


@pytest.mark.parametrize("title", ["某市2022-2023年民生实事台账", "某市2022至2023年度实事台账"])
def test_a_title_of_two_years_does_not_say_which_is_meant(save: Save, title: str) -> None:
    (fault,) = faults_of(save([[title], *PREAMBLE[1:], HEADINGS, ITEM]))
    assert fault.endswith("：看不出清单年度")
    ledger = read_ledger(save([[title], ["年度：2023"], *PREAMBLE[1:], HEADINGS, ITEM]))
    assert ledger.year == 2023


def test_a_second_sheet_of_items_is_told_and_not_passed_over(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM], [HEADINGS, item(序号=2, 实事项目="另一所学校")])
    assert faults_of(path) == ["工作表“联系表”第1行：另有一张台账，只能从一张工作表导入事项"]
    workbook = load_workbook(path)
    workbook.worksheets[1].sheet_state = "hidden"
    workbook.create_sheet("空表").sheet_state = "hidden"
    workbook.save(path)
    assert only(path).number == 1
    assert read_ledger(path).notes == (
        "工作表“联系表”是隐藏的，没有读入；要读入的，请取消隐藏后再导入",
    )


def test_a_row_that_says_nothing_of_an_item_is_one_fault(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM, ["单位（盖章）："], ["第1页 共1页"]])
    assert faults_of(path) == [
        "工作表“台账”第6行A列（序号）：“单位（盖章）：”不是序号，这一行也没有项目、牵头单位和时限",
        "工作表“台账”第7行A列（序号）：“第1页 共1页”不是序号，这一行也没有项目、牵头单位和时限",
    ]


def test_contacts_beside_the_list_are_no_second_list(save: Save) -> None:
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, ITEM], [CONTACT_HEADINGS, CONTACT]))
    assert len(ledger.posts) == 1


def test_a_yaml_entry_of_the_wrong_shape_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text("title：某市2023年民生实事\nissuer：某市人民政府\n", encoding="utf-8")
    assert faults_of(path) == ["第1行：应为“键: 值”的形式"]
    path.write_text(MEASURED + "- 新建公厕\n", encoding="utf-8")
    assert faults_of(path) == ["第12行（projects[1]）：应为“键: 值”的形式"]
