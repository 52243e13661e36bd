"""Measures (工作措施) below an item, as rows of a sheet and as YAML, and the levels of units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.ledger import Ledger, LedgerErrors, LedgerProject, read_ledger
from engine.ledger.measure_file import read_measure, read_measure_file
from engine.rules.words import UnitLevel
from tests.ledger.workbooks import CONTACT, CONTACT_HEADINGS, PREAMBLE, Row, Save

HEADINGS: Row = [
    "序号", "实事项目", "目标任务", "工作措施", "指标名称", "目标值", "责任单位", "配合单位",
    "完成时限", "节点",
]  # fmt: skip
FIRST: Row = [
    1, "关爱老人", "建设助餐点", "1.建立奖补机制", None, None, "市民政局", "市财政局",
    "6月底前", None,
]  # fmt: skip
SECOND: Row = [
    None, None, None, "2.建设助餐点", "助餐点", "1000个", "市商务局", None, "11月底前",
    "6月底前建成一半（50%）",
]  # fmt: skip
THIRD: Row = [None, None, None, None, "就餐人次", "5000人次", None, None, None, None]
MERGED = ("A5:A7", "B5:B7", "C5:C7", "D6:D7", "G6:G7", "H6:H7", "I6:I7", "J6:J7")


def changed(row: Row, **cells: object) -> Row:
    return [cells.get(str(heading), cell) for heading, cell in zip(HEADINGS, row, strict=True)]


def one(ledger: Ledger) -> LedgerProject:
    (project,) = ledger.projects
    return project


def faults_of(path: Path) -> list[str]:
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    return [f"{error.place}：{error.message}" for error in caught.value.errors]


def test_rows_below_an_item_are_its_measures_with_units_and_dates_of_their_own(save: Save) -> None:
    item = one(read_ledger(save([*PREAMBLE, HEADINGS, FIRST, SECOND, THIRD], merge=MERGED)))
    scheme, places = item.measures
    assert (scheme.number, scheme.title, scheme.lead_units) == (1, "建立奖补机制", ("市民政局",))
    assert (scheme.support_units, scheme.targets, scheme.due) == (
        ("市财政局",),
        (),
        date(2023, 6, 30),
    )
    assert (places.number, places.title, places.lead_units) == (2, "建设助餐点", ("市商务局",))
    assert [(t.metric, t.planned) for t in places.targets] == [
        ("助餐点", Decimal(1000)),
        ("就餐人次", Decimal(5000)),
    ]
    assert [step.planned_percent for step in places.milestones] == [Decimal(50)]


def test_an_item_that_says_no_more_is_led_by_the_first_unit_and_done_with_the_last_measure(
    save: Save,
) -> None:
    item = one(read_ledger(save([*PREAMBLE, HEADINGS, FIRST, SECOND, THIRD], merge=MERGED)))
    assert (item.lead_units, item.support_units) == (("市民政局",), ("市商务局",))
    assert (item.due, item.targets, item.content) == (date(2023, 11, 30), (), "建设助餐点")
    assert item.milestones == ()


def test_cells_merged_over_measures_are_the_items(save: Save) -> None:
    rows = [
        changed(FIRST, 责任单位="市民政局", 完成时限="11月底前", 指标名称="老人", 目标值="2万人"),
        changed(SECOND, 责任单位=None, 完成时限=None, 指标名称=None, 目标值=None, 节点=None),
    ]
    merge = ("A5:A6", "B5:B6", "C5:C6", "E5:E6", "F5:F6", "G5:G6", "I5:I6")
    item = one(read_ledger(save([*PREAMBLE, HEADINGS, *rows], merge=merge)))
    assert [target.metric for target in item.targets] == ["老人"]
    assert [measure.targets for measure in item.measures] == [(), ()]
    for measure in item.measures:
        assert (measure.lead_units, measure.due) == (("市民政局",), date(2023, 11, 30))
    assert [measure.support_units for measure in item.measures] == [("市财政局",), ()]


def test_what_stands_beside_the_first_measure_alone_holds_for_all(save: Save) -> None:
    rows = [
        changed(FIRST, 配合单位=None, 指标名称="老人", 目标值="2万人"),
        changed(SECOND, 责任单位=None, 完成时限=None, 节点=None),
    ]
    item = one(read_ledger(save([*PREAMBLE, HEADINGS, *rows])))
    assert (item.lead_units, item.due) == (("市民政局",), date(2023, 6, 30))
    assert {(m.lead_units, m.due) for m in item.measures} == {(("市民政局",), item.due)}


def test_an_item_may_stand_on_a_row_of_its_own_above_its_measures(save: Save) -> None:
    head = changed(
        FIRST, 工作措施=None, 责任单位="市政府办", 配合单位=None, 完成时限="年底前",
        指标名称="老人", 目标值="2万人",
    )  # fmt: skip
    item = one(read_ledger(save([*PREAMBLE, HEADINGS, head, changed(FIRST, 序号=None), SECOND])))
    assert (item.lead_units, item.due) == (("市政府办",), date(2023, 12, 31))
    assert [measure.due for measure in item.measures] == [date(2023, 6, 30), date(2023, 11, 30)]
    assert [target.metric for target in item.targets] == ["老人"]


def test_a_measure_is_broken_down_again_in_a_second_column(save: Save) -> None:
    headings = ["序号", "实事项目", "目标任务", "工作措施", "分解任务", "责任单位", "完成时限"]
    rows: list[Row] = [
        [1, "老人", "建设助餐点1000个", "建设助餐点", "甲县建设400个", "甲县政府", "9月底前"],
        [None, None, None, None, "乙县建设600个", "乙县政府", "10月底前"],
        [None, None, None, "开展巡查", None, "市民政局", "11月底前"],
    ]
    merge = ("A5:A7", "B5:B7", "C5:C7", "D5:D6")
    item = one(read_ledger(save([*PREAMBLE, headings, *rows], merge=merge)))
    building, watching = item.measures
    assert [(p.title, p.lead_units) for p in building.measures] == [
        ("甲县建设400个", ("甲县政府",)),
        ("乙县建设600个", ("乙县政府",)),
    ]
    assert [[(t.metric, t.planned) for t in p.targets] for p in building.measures] == [
        [("甲县建设", Decimal(400))],
        [("乙县建设", Decimal(600))],
    ]
    assert (building.lead_units, building.due) == (("甲县政府",), date(2023, 10, 31))
    assert building.support_units == ("乙县政府",)
    assert (watching.measures, watching.targets) == ((), ())
    assert [target.planned for target in item.targets] == [Decimal(1000)]


def test_a_measure_later_than_its_item_or_without_a_unit_is_told_with_all_else(save: Save) -> None:
    head = changed(
        FIRST, 工作措施=None, 责任单位=None, 配合单位=None, 完成时限="6月底前",
        指标名称="老人", 目标值="2万人",
    )  # fmt: skip
    rows = [head, changed(FIRST, 序号=None, 责任单位=None), SECOND]
    assert faults_of(save([*PREAMBLE, HEADINGS, *rows])) == [
        "工作表“台账”第6行G列（责任单位）：没有填写牵头单位",
        "工作表“台账”第7行I列（完成时限）：措施“建设助餐点”的完成时限2023-11-30晚于所属事项的2023-06-30",
    ]


YAML = """\
title: 某市2023年民生实事台账
issuer: 某市人民政府
basis: 某市人代会审议通过
document: 某政发〔2023〕1号
approver: 某市人代会
approved_on: 2023-01-10
projects:
  - number: 1
    title: 关爱老人
    sponsor: 副市长
    measures:
      - title: 建立奖补机制
        lead_units: [市民政局]
        due: 6月底前
      - title: 建设助餐点
        targets: [{metric: 助餐点, value: 1000个}]
        lead_units: [市商务局, 市民政局]
        due: 11月底前
        steps: [6月底前建成一半（50%）]
        measures:
          - title: 甲县建设
            lead_units: [甲县政府]
            due: 9月底前
units:
  - {name: 市民政局, level: 市级, parent: 市政府}
  - {name: 市政府, level: 市级}
  - {name: 甲县政府, level: 县级, parent: 市政府}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ledger.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_measures_are_nested_in_yaml_and_take_the_leader_of_their_item(tmp_path: Path) -> None:
    item = one(read_ledger(write(tmp_path, YAML)))
    _, places = item.measures
    (county,) = places.measures
    assert (item.due, item.lead_units) == (date(2023, 11, 30), ("市民政局",))
    assert item.support_units == ("市商务局",)
    assert places.lead_units == ("市商务局", "市民政局")
    assert {m.sponsor for m in (item, places, county)} == {"副市长"}
    assert (county.title, county.due) == ("甲县建设", date(2023, 9, 30))


def test_a_list_in_which_nothing_can_be_counted_is_refused(tmp_path: Path) -> None:
    text = YAML.replace("        targets: [{metric: 助餐点, value: 1000个}]\n", "")
    assert faults_of(write(tmp_path, text)) == ["第8行（projects[0].targets）：没有填写任何目标"]


def test_two_measures_of_the_same_words_and_keys_of_items_are_told(tmp_path: Path) -> None:
    text = YAML.replace("title: 建设助餐点", "title: 建立奖补机制\n        number: 3")
    told = faults_of(write(tmp_path, text))
    assert "第16行（projects[0].measures[1].number）：不认识的键“number”" in told
    assert "第15行（projects[0].measures[1].title）：措施“建立奖补机制”重复" in told


def test_units_have_levels_and_stand_below_one_another(tmp_path: Path) -> None:
    ledger = read_ledger(write(tmp_path, YAML))
    assert {unit.name: (unit.level, unit.parent) for unit in ledger.units} == {
        "市民政局": (UnitLevel.CITY, "市政府"),
        "市商务局": (None, ""),
        "甲县政府": (UnitLevel.COUNTY, "市政府"),
        "市政府": (UnitLevel.CITY, ""),
    }


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("  - {name: 甲县政府, level: 州里}", "层级“州里”不认识"),
        ("  - {name: 甲县政府, parent: 丙市}", "上级单位“丙市”在文件中找不到"),
        ("  - {name: 市政府, parent: 市民政局}", "“市民政局”在“市政府”之下，不能又是它的上级"),
        ("  - {name: 市民政局, parent: 市民政局}", "“市民政局”在“市民政局”之下，不能又是它的上级"),
        (
            "  - {name: 市商务局, level: 市级, parent: 甲县政府}",
            "上级单位“甲县政府”的层级低于“市商务局”",
        ),
        ("  - {level: 县级}", "没有填写单位"),
    ],
)
def test_levels_that_cannot_be_are_told(tmp_path: Path, line: str, fault: str) -> None:
    name = line.partition("name: ")[2].partition(",")[0]
    others = [row for row in YAML.splitlines() if not (name and f"name: {name}," in row)]
    told = faults_of(write(tmp_path, "\n".join([*others, line])))
    assert any(text.endswith(fault) for text in told), told


def test_levels_stand_in_the_contact_sheet_or_on_a_sheet_of_their_own(save: Save) -> None:
    rows = [*PREAMBLE, HEADINGS, changed(FIRST, 工作措施=None, 目标值="1个", 配合单位=None)]
    head = [*CONTACT_HEADINGS, "层级", "上级单位"]
    office: Row = ["市民政局", *CONTACT[1:], "市级", "市政府"]
    ledger = read_ledger(save(rows, [head, office, ["市政府", *CONTACT[1:], "市级", None]]))
    assert ledger.units[0].parent == "市政府"
    assert {unit.level for unit in ledger.units} == {UnitLevel.CITY}


def test_a_file_of_measures_is_read_as_a_ledger_is(tmp_path: Path) -> None:
    path = tmp_path / "measures.yaml"
    path.write_text(
        "measures:\n"
        "  - {title: 甲县建设, lead_units: [甲县政府], due: 9月底前, targets: [建设助餐点400个]}\n"
        "  - {title: 乙县建设, lead_units: [乙县政府], due: 年底前}\n",
        encoding="utf-8",
    )
    first, second = read_measure_file(path, 2023, date(2023, 12, 31))
    assert (first.number, first.due, second.due) == (1, date(2023, 9, 30), date(2023, 12, 31))
    assert first.targets[0].planned == Decimal(400)
    with pytest.raises(LedgerErrors, match="措施“乙县建设”的完成时限2023-12-31晚于"):
        read_measure_file(path, 2023, date(2023, 11, 30))
    with pytest.raises(LedgerErrors, match="找不到文件"):
        read_measure_file(tmp_path / "none.yaml", 2023, date(2023, 11, 30))


def test_one_measure_is_read_from_its_texts_and_all_faults_are_told() -> None:
    (measure,) = read_measure(
        {"title": "甲县建设", "lead_units": "甲县政府、甲县民政局", "due": "9月底前"},
        2023,
        date(2023, 12, 31),
    )
    assert measure.lead_units == ("甲县政府", "甲县民政局")
    with pytest.raises(LedgerErrors) as caught:
        read_measure({"title": "甲县建设", "due": "某日"}, 2023, date(2023, 12, 31))
    assert {error.message for error in caught.value.errors} == {
        "没有填写牵头单位",
        "日期“某日”读不懂",
    }
