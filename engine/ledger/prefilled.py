"""A list to be filled in: an .xlsx laid out for ``read_ledger``, with what is known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

# Heading and width in characters of each column.
_COLUMNS = (
    ("序号", 6),
    ("领域", 14),
    ("实事项目", 22),
    ("目标任务", 34),
    ("指标名称", 18),
    ("目标值", 12),
    ("牵头单位", 16),
    ("配合单位", 18),
    ("领办领导", 12),
    ("完成时限", 12),
    ("节点（累计进度）", 26),
    ("来源建议", 12),
    ("上年事项", 10),
    ("延续/拓展", 10),
    ("备注", 30),
)
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 16.0, 48.0, 400.0
_METRIC = 5
_HEADING_ROW = 4
_THIN = Side(style="thin", color="000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FILL = PatternFill("solid", fgColor="E7EEF7")
_A3 = 8


@dataclass(frozen=True, slots=True)
class PrefilledItem:
    """One item as far as it is known; last year's metrics are named, their values left open."""

    number: int
    field: str
    title: str
    content: str
    metrics: tuple[str, ...]
    lead_units: tuple[str, ...]
    support_units: tuple[str, ...]
    sponsor: str
    sources: tuple[int, ...]
    follows: str
    succession: str
    remark: str


@dataclass(frozen=True, slots=True)
class PrefilledList:
    """A list, or the next batch of one, before the body that adopts it has met."""

    title: str
    year: int
    batch: int
    issuer: str
    items: tuple[PrefilledItem, ...]


def write_prefilled(path: Path, prepared: PrefilledList) -> None:
    """Write the list as a new workbook. Raises FileExistsError where the file is there already."""
    workbook = prefilled_workbook(prepared)
    with path.open("xb") as file:
        workbook.save(file)


def prefilled_workbook(prepared: PrefilledList) -> Workbook:
    """The list as a workbook."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "民生实事清单"
    _write_head(sheet, prepared)
    row = _HEADING_ROW + 1
    for item in prepared.items:
        row = _write_item(sheet, row, item)
    _set_page(sheet)
    return workbook


def _write_head(sheet: Worksheet, prepared: PrefilledList) -> None:
    batch = f"\n批次：第{prepared.batch}批" if prepared.batch > 1 else ""
    _banner(sheet, 1, prepared.title, Font(name="黑体", size=20), "center")
    small = Font(name="仿宋", size=13)
    _banner(sheet, 2, "依据：\n文号：\n批准机关：\n批准日期：", small, "left")
    _banner(sheet, 3, f"发文机关：{prepared.issuer}\n年度：{prepared.year}{batch}", small, "left")
    for column, (heading, width) in enumerate(_COLUMNS, start=1):
        cell = _text(sheet, _HEADING_ROW, column, heading)
        cell.font, cell.fill = Font(name="黑体", size=12), _FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_item(sheet: Worksheet, row: int, item: PrefilledItem) -> int:
    """Write one item, a row for each metric, and return the row below it."""
    last = row + max(len(item.metrics), 1) - 1
    texts = (
        str(item.number),
        item.field,
        item.title,
        item.content,
        "",
        "",
        "、".join(item.lead_units),
        "、".join(item.support_units),
        item.sponsor,
        "",
        "",
        f"建议{'、'.join(map(str, item.sources))}" if item.sources else "",
        item.follows,
        item.succession,
        item.remark,
    )
    for column, text in enumerate(texts, start=1):
        for line in range(row, last + 1):
            metric = column == _METRIC and item.metrics
            _text(sheet, line, column, item.metrics[line - row] if metric else "")
        if text:
            _text(sheet, row, column, text)
        if last > row and column not in (_METRIC, _METRIC + 1):
            sheet.merge_cells(start_row=row, end_row=last, start_column=column, end_column=column)
    for line in range(row, last + 1):
        sheet.row_dimensions[line].height = _height(texts) / (last - row + 1)
    return last + 1


def _height(texts: Sequence[str]) -> float:
    """Points that the longest text of an item needs in its column: two characters' width each."""
    wrapped = (-(-2 * len(text) // width) for text, (_, width) in zip(texts, _COLUMNS, strict=True))
    return min(max(_LEAST_HEIGHT, _LINE_HEIGHT * (max(wrapped) + 1)), _MOST_HEIGHT)


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell | MergedCell:
    """A cell that holds a text and never a formula, whatever somebody wrote to the hotline."""
    cell = sheet.cell(row, column)
    if text:
        cell.value = text
        cell.data_type = "s"
    cell.font = Font(name="仿宋", size=11)
    cell.border = _BORDER
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _banner(sheet: Worksheet, row: int, text: str, font: Font, side: str) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_COLUMNS))
    cell = sheet.cell(row, 1)
    cell.value, cell.font = text, font
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 36 if side == "center" else 20 * len(text.split("\n"))


def _set_page(sheet: Worksheet) -> None:
    sheet.freeze_panes = f"D{_HEADING_ROW + 1}"
    sheet.print_title_rows = f"{_HEADING_ROW}:{_HEADING_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
