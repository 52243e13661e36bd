"""What came in goes out alike, and coming in again it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.ledger import Ledger, read_ledger
from engine.ledger.layout import Layout, layout_from_data
from engine.outcomes import Outcome
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light
from engine.sheets.ledger import write_ledger
from tests.ledger.workbooks import CONTACT, CONTACT_HEADINGS, HEADINGS, ITEM, PREAMBLE, Row, Save

EXAMPLES = sorted((Path(__file__).parents[2] / "config" / "examples").glob("*/ledger.*"))
DAY = date(2023, 9, 1)
SECTIONS: list[Row] = [
    *PREAMBLE,
    ["序号", "实事项目", "目标任务", "牵头单位", "完成时限"],
    ["一、教育方面", None, None, None, None],
    [1, "新建学校", "新建学校15所", "市教育局", "11月底前"],
    ["二、交通方面", None, None, None, None],
    [2, "农村公路", "改造29条68公里农村公路", "市交通局、市财政局", "三季度末"],
]
TWO_ROWS: list[Row] = [
    *PREAMBLE,
    ["序号", "实事项目", "目标", None, "责任", None, "完成时限"],
    [None, None, "指标名称", "目标值", "牵头单位", "配合单位", None],
    [1, "新建学校", "学校", "15所", "市教育局", "市财政局", "11月底前"],
    [None, None, "学位", "7500个", None, None, None],
]
OWN_COLUMNS: list[Row] = [
    *PREAMBLE,
    [*HEADINGS, "总投资（万元）", "联系电话", "完成情况"],
    [*ITEM, "1200", "0953-1234567", "已开工"],
    [2, "教育", "新增校车", "新增校车20辆", "市教育局", "年底前", None, "300", None, None],
]
LAYOUTS: dict[str, tuple[list[Row], tuple[str, ...]]] = {
    "sections": (SECTIONS, ("A5:E5", "A7:E7")),
    "two rows of headings": (
        TWO_ROWS,
        ("A4:A5", "B4:B5", "C4:D4", "E4:F4", "G4:G5", "A6:A7", "B6:B7", "E6:E7", "F6:F7", "G6:G7"),
    ),
    "columns of its own": (OWN_COLUMNS, ()),
    "plain": ([*PREAMBLE, HEADINGS, ITEM], ()),
}


def layout_of(ledger: Ledger) -> Layout | None:
    return layout_from_data(ledger.layout) if ledger.layout else None


def again(ledger: Ledger, folder: Path, outcomes: dict[Any, Outcome] | None = None) -> Path:
    """The ledger written out."""
    path = folder / "out.xlsx"
    write_ledger(ledger, layout_of(ledger), outcomes or {}, DAY).save(path)
    return path


def sheet(path: Path) -> Worksheet:
    return load_workbook(path).worksheets[0]


def texts(row: Sequence[Any]) -> list[Any]:
    return [cell.value for cell in row]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.suffix}")
def test_the_examples_come_out_and_in_again_unchanged(path: Path, tmp_path: Path) -> None:
    ledger = read_ledger(path)
    assert read_ledger(again(ledger, tmp_path)) == ledger


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_comes_out_and_in_again_unchanged(name: str, save: Save) -> None:
    rows, merged = LAYOUTS[name]
    ledger = read_ledger(
        save(rows, [CONTACT_HEADINGS, CONTACT] if name == "plain" else None, merged)
    )
    out = again(ledger, save.folder)
    once = read_ledger(out)
    assert once == ledger
    assert read_ledger(again(once, save.folder)) == ledger
    first, second = layout_of(once), layout_of(read_ledger(again(once, save.folder)))
    assert first == second  # nothing is added twice


@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_keep_their_order_and_names_and_results_stand_behind(name: str, save: Save) -> None:
    rows, merged = LAYOUTS[name]
    source = save(rows, merge=merged)
    heading = 5 if name == "two rows of headings" else 4
    before = [text for text in texts(sheet(source)[heading]) if text]
    out = sheet(again(read_ledger(source), save.folder))
    after = [text for text in texts(out[heading]) if text]
    assert after[: len(before)] == before
    every = [text for row in (4, 5) for text in texts(out[row]) if text]
    assert {"完成情况", "办理状态", "灯色", "现时限", "原定时限", "办理附注"} <= set(every)
    assert every.count("完成情况") == 1


def test_dates_steps_and_own_columns_keep_the_words_of_the_file(save: Save) -> None:
    out = sheet(again(read_ledger(save(OWN_COLUMNS)), save.folder))
    heading = texts(out[4])
    row = dict(zip(heading, texts(out[5]), strict=True))
    assert row["完成时限"] == "11月底前"
    assert row["节点"].startswith("6月底前主体完工")
    assert (row["总投资（万元）"], row["联系电话"]) == ("1200", "0953-1234567")
    assert row["完成情况"] is None  # is for the system to fill in
    second = dict(zip(heading, texts(out[6]), strict=True))
    assert (second["总投资（万元）"], second["联系电话"]) == ("300", None)


def test_merged_cells_are_merged_again(save: Save) -> None:
    rows, merged = LAYOUTS["two rows of headings"]
    out = sheet(again(read_ledger(save(rows, merge=merged)), save.folder))
    areas = {str(area) for area in out.merged_cells.ranges}
    assert set(merged) - {"A4:A5"} <= areas


def test_what_has_changed_since_takes_the_place_of_what_was_said(save: Save) -> None:
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, ITEM]))
    item = ledger.projects[0]
    moved = replace(item, due=date(2023, 10, 31), milestones=item.milestones[:1])
    changed = replace(ledger, issuer="某市人民政府办公室", projects=(moved,))
    out = again(changed, save.folder)
    assert read_ledger(out) == changed
    assert "发文机关：某市人民政府办公室" in str(sheet(out)["A3"].value)


def test_results_stand_beside_the_promises(save: Save) -> None:
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, ITEM]))
    target = ledger.projects[0].targets[0]
    outcome = Outcome(
        code="2023-01",
        state=ProjectState.UNDERWAY,
        light=Light.YELLOW,
        results={(target.metric, target.unit): "完成6所，为承诺的40%"},
        due=date(2023, 12, 15),
        original_due=date(2023, 11, 30),
        done_on=None,
        timeliness=None,
        notes=("限期整改1项，未完成1项",),
    )
    out = sheet(again(ledger, save.folder, {(1,): outcome}))
    row = dict(zip(texts(out[4]), texts(out[5]), strict=True))
    assert "完成6所，为承诺的40%" in row["完成情况"]
    assert (row["办理状态"], row["灯色"]) == ("推进中", "黄灯")
    assert (row["现时限"].date(), row["原定时限"].date()) == (
        date(2023, 12, 15),
        date(2023, 11, 30),
    )
    assert row["办理附注"] == "限期整改1项，未完成1项"


@pytest.mark.parametrize("risky", ["=1+1", "+8613800000000", "-5", "@SUM(A1)", '=HYPERLINK("x")'])
def test_no_text_can_become_a_formula(risky: str, save: Save) -> None:
    rows = [*PREAMBLE, [*HEADINGS, "备注"], [*ITEM, "x"]]
    ledger = read_ledger(save(rows))
    item = replace(ledger.projects[0], remark=risky, title=risky)
    out = again(replace(ledger, projects=(item,)), save.folder)
    cells = [cell for row in sheet(out).iter_rows() for cell in row if cell.value == risky]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    assert read_ledger(out).projects[0].remark == risky


def test_the_page_prints_across_with_its_heading_on_every_page(save: Save) -> None:
    out = sheet(again(read_ledger(save([*PREAMBLE, HEADINGS, ITEM])), save.folder))
    assert (out.page_setup.orientation, out.page_setup.paperSize) == ("landscape", 9)
    assert out.print_title_rows == "$4:$4"
    assert out.freeze_panes == "D5"
    fit = out.sheet_properties.pageSetUpPr
    assert out.page_setup.fitToWidth == 1 and fit is not None and fit.fitToPage


def test_a_text_too_long_or_with_control_characters_is_written_all_the_same(save: Save) -> None:
    ledger = read_ledger(save([*PREAMBLE, HEADINGS, ITEM]))
    item = replace(ledger.projects[0], content="甲\x07乙" + "丙" * 40_000)
    out = sheet(again(replace(ledger, projects=(item,)), save.folder))
    text = str(out["D5"].value)
    assert text.startswith("甲乙丙") and text.endswith("…")
