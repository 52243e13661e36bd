"""Lays a YAML ledger out as an .xlsx workbook the way offices do.

    python config/examples/build_ledger.py config/examples/wuzhong-2023/ledger.yaml

writes ledger.xlsx beside it: a title over the whole width, the basis under it, merged cells for
fields and items, targets on rows of their own, and a second sheet with the contacts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

# Heading, key and width in characters of each column.
LEDGER_COLUMNS = (
    ("序号", "number", 6),
    ("领域", "field", 14),
    ("实事项目", "title", 18),
    ("目标任务", "content", 32),
    ("指标名称", "metric", 20),
    ("目标值", "value", 20),
    ("指标说明", "note", 18),
    ("牵头单位", "lead_units", 16),
    ("配合单位", "support_units", 20),
    ("领办领导", "sponsor", 14),
    ("完成\n时限", "due", 14),
    ("节点\n（累计进度）", "steps", 38),
    ("备注", "remark", 24),
)
MEASURE_COLUMNS = (
    ("工作措施", "measure", 22),
    ("分解任务", "part", 20),
    ("县市任务", "local", 20),
)
OF_ITEMS = ("number", "title", "content", "sponsor")
"""Columns whose cells reach down over all that an item is broken down into."""
HEAD_LINES = (
    ("发文机关", "issuer"),
    ("年度", "year"),
    ("文号", "document"),
    ("批准机关", "approver"),
    ("批准日期", "approved_on"),
    ("批次", "batch"),
)
CONTACT_COLUMNS = (
    ("单位", "unit", 24),
    ("类别", "kind", 12),
    ("岗位", "post", 14),
    ("姓名", "holder", 18),
    ("职务", "title", 28),
    ("邮箱", "email", 34),
    ("可签发", "may_sign", 10),
    ("AB角", "deputy", 18),
)
UNIT_COLUMNS = (("单位", "name", 30), ("层级", "level", 14), ("上级单位", "parent", 30))
Columns = Sequence[tuple[str, str, int]]
TARGET_KEYS = frozenset({"metric", "value", "note"})
CENTRED = frozenset({"number", "sponsor", "due", "post", "kind", "may_sign"})

THIN = Side(style="thin", color="000000")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADING_FILL = PatternFill("solid", fgColor="E7EEF7")
A3, A4 = 8, 9
# A saved workbook names the time of its making; a fixed one keeps rebuilt files comparable.
MADE_AT = datetime(2023, 1, 31)


def build(source: Path) -> Path:
    """Write the workbook beside `source` and return its path."""
    ledger = yaml.safe_load(source.read_text(encoding="utf-8"))
    workbook = Workbook()
    workbook.properties.creator = "督办"
    workbook.properties.title = ledger["title"]
    workbook.properties.created = MADE_AT
    sheet = workbook.worksheets[0]
    sheet.title = "民生实事台账"
    _write_ledger(sheet, ledger)
    _write_contacts(workbook.create_sheet("责任单位联系表"), ledger["posts"])
    if "units" in ledger:
        _write_units(workbook.create_sheet("单位层级"), ledger["units"])
    target = source.with_suffix(".xlsx")
    workbook.save(target)
    return target


def _write_ledger(sheet: Worksheet, ledger: dict[str, Any]) -> None:
    columns = _columns(ledger)
    width = len(columns)
    _banner(sheet, 1, width, ledger["title"], Font(name="黑体", size=22), "center")
    small = Font(name="仿宋", size=14)
    _banner(sheet, 2, width, f"依据：{ledger['basis']}", small, "left")
    _banner(sheet, 3, width, "\n".join(_head(ledger)), small, "left")
    _headings(sheet, 4, columns)
    row = 5
    for _, members in groupby(ledger["projects"], key=lambda project: project["field"]):
        first = row
        for project in members:
            row = _write_item(sheet, row, project, columns)
        _merge(sheet, first, row - 1, 2)
    _finish(sheet, columns, first=5, last=row - 1, paper=A3)


def _head(ledger: dict[str, Any]) -> Iterable[str]:
    """The labelled lines under the basis; those that the list does not have are left out."""
    return (f"{label}：{ledger[key]}" for label, key in HEAD_LINES if key in ledger)


def _columns(ledger: dict[str, Any]) -> Columns:
    """The columns of a list; one that breaks its items down has a column for each level."""
    depth = max(map(_depth, ledger["projects"]))
    place = [key for _, key, _ in LEDGER_COLUMNS].index("content") + 1
    return (*LEDGER_COLUMNS[:place], *MEASURE_COLUMNS[:depth], *LEDGER_COLUMNS[place:])


def _depth(item: dict[str, Any]) -> int:
    return max((1 + _depth(part) for part in item.get("measures", ())), default=0)


def _write_item(
    sheet: Worksheet, row: int, item: dict[str, Any], columns: Columns, depth: int = 0
) -> int:
    """Write an item, or a part of one, with its own rows first; returns the row below it."""
    targets = item.get("targets", [])
    below = row + max(len(targets), 1)
    end = below
    for part in item.get("measures", ()):
        end = _write_item(sheet, end, part, columns, depth + 1)
    levels = [key for _, key, _ in MEASURE_COLUMNS]
    over_all = OF_ITEMS if depth == 0 else (levels[depth - 1],)
    for column, (_, key, _) in enumerate(columns, start=1):
        if key in TARGET_KEYS:
            for offset, target in enumerate(targets):
                sheet.cell(row + offset, column).value = target.get(key)
        elif key in over_all:
            said = item.get("title" if key in levels else key)
            sheet.cell(row, column).value = _cell_value(said, key)
            _merge(sheet, row, end - 1, column)
        elif key not in (*OF_ITEMS, *levels, "field"):
            sheet.cell(row, column).value = _cell_value(item.get(key), key)
            _merge(sheet, row, below - 1, column)
        elif key == "field" and depth == 0:
            sheet.cell(row, column).value = item[key]
    stands_alone = depth == 0 and end == below
    whole = 150.0 if stands_alone else 66.0
    for number in range(row, below):
        sheet.row_dimensions[number].height = max(44.0, whole / (below - row))
    return end


def _cell_value(value: Any, key: str) -> str | int | date | None:
    if isinstance(value, list):
        return ("；\n" if key == "steps" else "、").join(value)
    if isinstance(value, str | int | date) or value is None:
        return value
    raise TypeError(f"{key}: {value!r}")


def _write_contacts(sheet: Worksheet, posts: list[dict[str, Any]]) -> None:
    title = "责任单位联系表（姓名、职务、邮箱均为示例）"
    _banner(sheet, 1, len(CONTACT_COLUMNS), title, Font(name="黑体", size=20), "center")
    _headings(sheet, 2, CONTACT_COLUMNS)
    row = 3
    for _, members in groupby(posts, key=lambda post: post["unit"]):
        first = row
        for post in members:
            for column, (_, key, _) in enumerate(CONTACT_COLUMNS, start=1):
                value = post.get(key)
                sheet.cell(row, column).value = "是" if value is True else value
            row += 1
        _merge(sheet, first, row - 1, 1)
        _merge(sheet, first, row - 1, 2)
    _finish(sheet, CONTACT_COLUMNS, first=3, last=row - 1, paper=A4)


def _write_units(sheet: Worksheet, units: list[dict[str, Any]]) -> None:
    _banner(sheet, 1, len(UNIT_COLUMNS), "单位层级", Font(name="黑体", size=20), "center")
    _headings(sheet, 2, UNIT_COLUMNS)
    for row, unit in enumerate(units, start=3):
        for column, (_, key, _) in enumerate(UNIT_COLUMNS, start=1):
            sheet.cell(row, column).value = unit.get(key)
    _finish(sheet, UNIT_COLUMNS, first=3, last=len(units) + 2, paper=A4)


def _banner(sheet: Worksheet, row: int, width: int, text: str, font: Font, side: str) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    cell = sheet.cell(row, 1)
    cell.value, cell.font = text, font
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 42 if side == "center" else 24 * len(text.split("\n"))


def _headings(sheet: Worksheet, row: int, columns: Columns) -> None:
    for column, (heading, _, width) in enumerate(columns, start=1):
        cell = sheet.cell(row, column)
        cell.value, cell.font, cell.fill = heading, Font(name="黑体", size=12), HEADING_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = BORDER
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[row].height = 36
    sheet.print_title_rows = f"{row}:{row}"
    sheet.freeze_panes = f"D{row + 1}"


def _merge(sheet: Worksheet, first: int, last: int, column: int) -> None:
    # A merge hides all but its first cell, so what the others hold must not be kept unseen.
    for row in range(first + 1, last + 1):
        sheet.cell(row, column).value = None
    if last > first:
        sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def _finish(sheet: Worksheet, columns: Columns, first: int, last: int, paper: int) -> None:
    for row in sheet.iter_rows(min_row=first, max_row=last, max_col=len(columns)):
        for cell, (_, key, _) in zip(row, columns, strict=True):
            cell.font = Font(name="仿宋", size=11)
            cell.border = BORDER
            side = "center" if key in CENTRED else "left"
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
            if isinstance(cell.value, date):
                cell.number_format = 'yyyy"年"m"月"d"日"'
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def main(arguments: Iterable[str]) -> None:
    """Build the workbook of each YAML file named."""
    for argument in arguments:
        print(f"已生成 {build(Path(argument))}")


if __name__ == "__main__":
    main(sys.argv[1:])
