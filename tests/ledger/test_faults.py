from __future__ import annotations

import pytest

from engine.ledger import LedgerErrors, read_ledger
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
)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"序号": "甲"}, "A列（序号）：序号“甲”不是整数"),
        ({"序号": None}, "A列（序号）：序号“”不是整数"),
        ({"实事项目": None}, "C列（实事项目）：没有填写事项名称"),
        ({"目标任务": None}, "D列（目标任务）：没有填写任何目标"),
        ({"目标任务": "提升满意度"}, "D列（目标任务）：“提升满意度”中没有可量化的目标"),
        ({"目标任务": "新建学校0所"}, "D列（目标任务）：目标值“新建学校0所”不大于0"),
        ({"目标任务": "学校1所，学校2所"}, "D列（目标任务）：指标“学校”（所）重复"),
        ({"牵头单位": None}, "E列（牵头单位）：没有填写牵头单位"),
        ({"完成时限": None}, "F列（完成时限）：没有填写完成时限"),
        ({"完成时限": "尽快"}, "F列（完成时限）：日期“尽快”读不懂"),
        ({"完成时限": "2月30日", "节点": None}, "F列（完成时限）：2023年2月没有30日"),
        ({"完成时限": "2024年3月底"}, "F列（完成时限）：日期“2024年3月底”不在清单年度2023年之内"),
        ({"节点": "12月底前投用（100%）"}, "G列（节点）：节点“投用”的日期晚于完成时限2023-11-30"),
        (
            {"节点": "3月底前甲（60%）；6月底前乙（50%）"},
            "G列（节点）：节点进度50%没有高于前一个节点的60%",
        ),
        (
            {"节点": "6月底前甲（50%）；3月底前乙（60%）"},
            "G列（节点）：节点“乙”的日期早于前一个节点",
        ),
        ({"节点": "完成招标"}, "G列（节点）：日期“完成招标”读不懂"),
    ],
)
def test_each_fault_of_an_item_is_told_with_its_cell(
    save: Save, cells: dict[str, object], message: str
) -> None:
    path = save([*PREAMBLE, HEADINGS, item(**cells)])
    assert faults_of(path) == [f"工作表“台账”第5行{message}"]


def test_a_number_used_twice_names_both_rows(save: Save) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM, item(实事项目="另一所学校")])
    assert faults_of(path) == ["工作表“台账”第6行A列（序号）：序号1重复，第5行已经用过"]


def test_two_dates_for_one_item_are_told(save: Save) -> None:
    path = save(
        [*PREAMBLE, HEADINGS, ITEM, item(目标任务="校舍7万平方米", 完成时限="6月底", 节点=None)]
    )
    assert faults_of(path) == ["工作表“台账”第6行F列（完成时限）：同一事项写了“11月底前”和“6月底”"]


def test_a_ledger_without_basis_issuer_or_year_is_refused(save: Save) -> None:
    assert faults_of(save([["民生实事台账"], HEADINGS, ITEM])) == [
        "工作表“台账”：看不出清单年度",
        "工作表“台账”：没有写明依据",
        "工作表“台账”：缺少文号",
        "工作表“台账”：缺少批准机关",
        "工作表“台账”：缺少批准日期",
        "工作表“台账”：没有写明发文机关",
    ]


def test_a_missing_column_is_told_once_and_not_for_every_row(save: Save) -> None:
    rows = [[*row[:4], *row[5:]] for row in (HEADINGS, ITEM, item(序号=2, 实事项目="乙"))]
    assert faults_of(save([*PREAMBLE, *rows])) == ["工作表“台账”第4行：缺少“牵头单位”列"]


def test_a_sheet_without_headings_is_refused(save: Save) -> None:
    assert faults_of(save([["通知"], ["请各单位报送材料"]])) == ["：前10行中找不到表头行"]


def test_a_ledger_without_items_is_refused(save: Save) -> None:
    assert faults_of(save([*PREAMBLE, HEADINGS])) == ["工作表“台账”第1行：没有任何实事项目"]


@pytest.mark.parametrize(
    ("contact", "message"),
    [
        (["市教育局", "联系人", "甲", "jia＠", None, None], "D列（邮箱）：邮箱“jia＠”格式不对"),
        (["市教育局", "联系人", "甲", None, None, None], "D列（邮箱）：联络员没有邮箱"),
        (["市教育局", "门卫", "甲", "a@example.com", None, None], "B列（岗位）：岗位“门卫”不认识"),
        (["市教育局", "联络员", None, "a@example.com", None, None], "C列（姓名）：没有填写姓名"),
        (
            ["市教育局", "联系人", "甲", "a@example.com", "也许", None],
            "E列（可签发）：“也许”既不是",
        ),
        (
            ["市教育局", "联系人", "甲", "a@example.com", None, "丁"],
            "F列（AB角）：AB角“丁”在责任单位",
        ),
        (
            ["市教育局", "联系人", "甲", "a@example.com", None, "甲"],
            "F列（AB角）：“甲”不能做自己的",
        ),
        (
            ["市教育局", "联络员", "示例·甲", "a@example.com"],
            "C列（姓名）：“示例·甲”的这个岗位重复",
        ),
    ],
)
def test_each_fault_of_a_contact_is_told_with_its_cell(
    save: Save, contact: Row, message: str
) -> None:
    path = save([*PREAMBLE, HEADINGS, ITEM], [CONTACT_HEADINGS, CONTACT, contact])
    (fault,) = faults_of(path)
    assert fault.startswith(f"工作表“联系表”第3行{message}")


def test_units_and_leaders_must_stand_in_the_contact_sheet(save: Save) -> None:
    headings, row = [*HEADINGS, "配合单位", "领办领导"], [*ITEM, "市财政局", "副市长甲"]
    path = save([*PREAMBLE, headings, row], [CONTACT_HEADINGS, CONTACT])
    assert faults_of(path) == [
        "工作表“台账”第5行H列（配合单位）：“市财政局”在责任单位联系表中找不到",
        "工作表“台账”第5行I列（领办领导）：领办领导“副市长甲”在责任单位联系表中找不到",
    ]


def test_a_lead_unit_needs_a_contact(save: Save) -> None:
    head = ["市教育局", "单位负责人", "示例·乙", "yi@example.com"]
    path = save([*PREAMBLE, HEADINGS, ITEM], [CONTACT_HEADINGS, head])
    assert faults_of(path) == ["工作表“台账”第5行E列（牵头单位）：牵头单位“市教育局”没有联络员"]


def test_a_ledger_with_ten_faults_gives_ten_clear_errors_in_reading_order(save: Save) -> None:
    rows: list[Row] = [
        ["某市2023年民生实事台账"],
        ["发文机关：某市人民政府\n依据：某市人代会2023年1月10日审议通过"],
        HEADINGS,
        item(序号="甲"),
        item(序号=2, 实事项目=None, 完成时限="尽快", 节点=None),
        item(序号=3, 目标任务="提升满意度", 牵头单位=None),
        item(序号=4, 完成时限="2月30日", 节点=None),
        item(序号=4, 实事项目="乙", 节点="3月底前甲（60%）；6月底前乙（50%）"),
    ]
    bad_mail = ["市财政局", "联络员", "示例·乙", "不是邮箱"]
    path = save(rows, [CONTACT_HEADINGS, CONTACT, bad_mail])
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "台账有10处问题："
    assert [line.split("：")[0] for line in lines[1:]] == [
        "1. 工作表“台账”",
        "2. 工作表“台账”第4行A列（序号）",
        "3. 工作表“台账”第5行C列（实事项目）",
        "4. 工作表“台账”第5行F列（完成时限）",
        "5. 工作表“台账”第6行D列（目标任务）",
        "6. 工作表“台账”第6行E列（牵头单位）",
        "7. 工作表“台账”第7行F列（完成时限）",
        "8. 工作表“台账”第8行A列（序号）",
        "9. 工作表“台账”第8行G列（节点）",
        "10. 工作表“联系表”第3行D列（邮箱）",
    ]
    assert all("改法：" in line for line in lines[1:])
