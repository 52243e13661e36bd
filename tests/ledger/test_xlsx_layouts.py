from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.ledger import LedgerErrors, Urgency, read_ledger
from tests.ledger.workbooks import (
    CONTACT,
    CONTACT_HEADINGS,
    HEADINGS,
    ITEM,
    PREAMBLE,
    TITLE,
    Row,
    Save,
)


def changed(row: Row, **cells: object) -> Row:
    """A copy of `row` with the cells of the named headings changed."""
    return [cells.get(str(heading), cell) for heading, cell in zip(HEADINGS, row, strict=True)]


def test_a_plain_ledger_reads_whole(save: Save) -> None:
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, ITEM]))
    assert (ledger.title, ledger.year) == (TITLE, 2023)
    assert (ledger.basis, ledger.issuer) == (
        "某市人代会2023年1月10日审议通过（某政发〔2023〕1号）",
        "某市人民政府",
    )
    (project,) = ledger.projects
    assert (project.number, project.field, project.due) == (1, "教育", date(2023, 11, 30))
    assert [(t.metric, t.planned, t.unit) for t in project.targets] == [
        ("新建学校", Decimal(15), "所"),
        ("新增学位", Decimal(7500), "个"),
    ]
    assert [step.planned_percent for step in project.milestones] == [Decimal(60), Decimal(100)]
    assert [unit.name for unit in ledger.units] == ["市教育局"]


def test_columns_may_stand_in_any_order_under_other_names(save: Save) -> None:
    headings = ["办结\n时限", "市级责任单位（牵头）", "量化指标", "项 目 名 称", "编号", "备　注"]
    item = ["2023年6月底", "市教育局", "新增学位７５００个", "新建学校", "１", "无"]
    (project,) = read_ledger(save([*PREAMBLE, headings, item])).projects
    assert (project.title, project.lead_units) == ("新建学校", ("市教育局",))
    assert project.due == date(2023, 6, 30)
    assert project.targets[0].planned == Decimal(7500)


def test_the_project_content_column_is_the_title_only_if_nothing_else_is(save: Save) -> None:
    headings = ["序号", "项目名称", "项目内容", "责任单位", "完成时间"]
    item = [1, "新建学校", "新增学位7500个", "市教育局", "6月底"]
    (project,) = read_ledger(save([*PREAMBLE, headings, item])).projects
    assert (project.title, project.content) == ("新建学校", "新增学位7500个")


def test_targets_may_stand_on_rows_of_their_own_under_merged_cells(save: Save) -> None:
    headings = ["序号", "领域", "实事项目", "指标名称", "目标值", "牵头单位", "完成时限"]
    rows: list[Row] = [
        [1, "道路", "公路改造", "农村公路", "29条68公里", "市交通局", "10月底前"],
        [None, None, None, "老旧路面", "6万平方米", None, None],
        [2, None, "公交", "公交车", "15辆", "市交通局", "6月底前"],
    ]
    merge = ("A5:A6", "B5:B7", "C5:C6", "F5:F6", "G5:G6", "A1:G1")
    first, second = read_ledger(save([*PREAMBLE, headings, *rows], merge=merge)).projects
    assert [(t.metric, t.unit) for t in first.targets] == [
        ("农村公路", "条"),
        ("农村公路", "公里"),
        ("老旧路面", "万平方米"),
    ]
    assert (second.field, second.lead_units) == ("道路", ("市交通局",))


def test_unmerged_blank_cells_continue_the_item_above(save: Save) -> None:
    rows = [
        ITEM,
        changed([None] * 7, 目标任务="新增校舍面积7.3万平方米"),
        changed([None] * 7, 节点="10月底前设备到位（80%）"),
    ]
    rows[0] = changed(ITEM, 节点="6月底前主体完工（60%）")
    (project,) = read_ledger(save([*PREAMBLE, HEADINGS, *rows])).projects
    assert [target.unit for target in project.targets] == ["所", "个", "万平方米"]
    assert [step.name for step in project.milestones] == ["主体完工", "设备到位"]


def test_a_measure_may_be_split_over_value_and_unit_columns(save: Save) -> None:
    headings = ["序号", "实事项目", "指标名称", "目标值", "计量单位", "责任单位", "完成时限"]
    item = [1, "补贴", "稳岗补贴", 800, "万元", "市人社局", date(2023, 12, 20)]
    (project,) = read_ledger(save([*PREAMBLE, headings, item])).projects
    assert [(t.planned, t.unit) for t in project.targets] == [(Decimal(800), "万元")]
    assert project.due == date(2023, 12, 20)


def test_section_rows_name_the_field_where_no_column_does(save: Save) -> None:
    headings = ["序号", "实事项目", "目标任务", "责任单位", "完成时限"]
    rows: list[Row] = [
        ["一、教育方面"],
        [1, "学校", "新增学位7500个", "市教育局", "6月底"],
        ["（二）就业方面"],
        [2, "岗位", "提供岗位2000个以上", "市人社局", "6月底"],
    ]
    ledger = read_ledger(save([*PREAMBLE, headings, *rows], merge=("A5:E5",)))
    assert ledger.fields == ("教育方面", "就业方面")


def test_blank_total_note_and_repeated_heading_rows_are_passed_over(save: Save) -> None:
    rows: list[Row] = [
        ITEM, [], HEADINGS, changed(ITEM, 序号=2, 实事项目="另一所学校"),
        ["合计", None, "2件"], ["注：本表每月更新"], ["填表人：示例"],
    ]  # fmt: skip
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, *rows]))
    assert [project.number for project in ledger.projects] == [1, 2]


def test_hidden_rows_are_read_like_any_other_and_told(save: Save) -> None:
    others = [changed(ITEM, 序号=n, 实事项目=f"第{n}所学校") for n in range(2, 6)]
    path = save([*PREAMBLE, HEADINGS, ITEM, *others, ["合计", None, "5件"]])
    assert read_ledger(path).notes == ()
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    for row in (2, 6, 8, 9, 10, 30):
        sheet.row_dimensions[row].hidden = True
    workbook.save(path)
    ledger = read_ledger(path)
    assert [project.number for project in ledger.projects] == [1, 2, 3, 4, 5]
    assert ledger.notes == (
        f"工作表“{sheet.title}”第6、8至9行是隐藏的，也已读入。"
        "请取消隐藏（有筛选的，清除筛选）后核对，不要的整行删去",
    )


def test_formatting_far_below_the_table_does_not_count_as_rows(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM])
    workbook = load_workbook(path)
    workbook.worksheets[0].cell(1_000_000, 3).number_format = "0.00"
    workbook.save(path)
    assert len(read_ledger(path).projects) == 1


def test_urgency_is_read_from_its_column(save: Save) -> None:
    (project,) = read_ledger(save([*PREAMBLE, [*HEADINGS, "紧急程度"], [*ITEM, "特急"]])).projects
    assert project.urgency is Urgency.CRITICAL


def test_a_two_row_heading_is_read_by_its_lower_row(save: Save) -> None:
    upper = ["序号", "实事项目", "目标任务", "责任单位", None, "完成时限"]
    lower = [None, None, None, "牵头单位", "配合单位", None]
    item = [1, "学校", "新增学位7500个", "市教育局", "市财政局", "6月底"]
    merge = ("A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5")
    (project,) = read_ledger(save([*PREAMBLE, upper, lower, item], merge=merge)).projects
    assert (project.lead_units, project.support_units) == (("市教育局",), ("市财政局",))


def test_contacts_are_read_from_their_own_sheet(save: Save) -> None:
    head = [None, "主要负责人", "示例·乙", "ｙｉ@example.com", "√", "示例·甲"]
    ledger = read_ledger(
        save([*PREAMBLE, HEADINGS, ITEM], [["联系表"], CONTACT_HEADINGS, CONTACT, head])
    )
    contact, unit_head = ledger.posts
    assert (contact.unit, contact.kind, contact.may_sign) == ("市教育局", "contact", False)
    assert (unit_head.unit, unit_head.kind, unit_head.may_sign) == ("市教育局", "unit_head", True)
    assert (unit_head.email, unit_head.deputy) == ("yi@example.com", "示例·甲")


def test_a_date_cell_with_a_time_reads_as_its_day(save: Save) -> None:
    item = changed(ITEM, 完成时限=datetime(2023, 11, 30, 17, 30))
    (project,) = read_ledger(save([*PREAMBLE, HEADINGS, item])).projects
    assert project.due == date(2023, 11, 30)


def test_a_formula_without_a_saved_result_is_a_fault_told_once(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, changed(ITEM, 完成时限="=DATE(2023,11,30)")])
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    assert [str(error) for error in caught.value.errors] == [
        "工作表“台账”第5行F列（完成时限）：单元格是没有算出结果的公式。"
        "改法：请填写文字或数值，或用 Excel 重新计算后保存。"
    ]


def test_reading_twice_gives_the_same_ledger(save: Save) -> None:
    path: Path = save([*PREAMBLE, HEADINGS, ITEM])
    assert read_ledger(path) == read_ledger(path)
