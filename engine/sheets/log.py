"""督办日志 as a workbook, written row by row: a million events take no more memory than ten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from engine.logbook import LogLine
from engine.rules.conditions import written
from engine.sheets.page import (
    BODY_FONT,
    BORDER,
    CENTRED,
    HEADING_FILL,
    HEADING_FONT,
    LINE,
    TITLE_FONT,
    WRAPPED,
    Heading,
    clean,
    lines_of,
    put,
    set_page,
)

TITLE = "督办日志"
HEADINGS = (
    Heading("日志号", 10, centred=True),
    Heading("时间", 18, centred=True),
    Heading("种类", 14, centred=True),
    Heading("事项编号", 14, centred=True),
    Heading("事项", 26),
    Heading("办理人", 14, centred=True),
    Heading("内容", 60),
    Heading("散列值（SHA-256）", 36),
)
HEAD_ROWS = 2
ROWS_PER_SHEET = 1_000_000
"""A sheet of the format holds 1,048,576."""


def write_log(
    lines: Iterable[LogLine], path: Path, day: date, rows_per_sheet: int = ROWS_PER_SHEET
) -> int:
    """Write the events to a file; returns how many."""
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "督办"
    workbook.properties.title = TITLE
    sheet, count = _sheet(workbook, day), 0
    row = _Row(sheet)
    for line in lines:
        if count and count % rows_per_sheet == 0:
            sheet = _sheet(workbook, day)
            row = _Row(sheet)
        at = f"{line.at:%Y-%m-%d %H:%M:%S}"
        texts = (at, line.kind, line.code, line.title, line.actor, line.text, line.hash)
        row.append(line.number, texts)
        count += 1
    workbook.save(path)
    return count


def _sheet(workbook: Workbook, day: date) -> Any:
    number = len(workbook.sheetnames) + 1
    sheet = workbook.create_sheet(TITLE if number == 1 else f"{TITLE}{number}")
    for place, heading in enumerate(HEADINGS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = heading.width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    set_page(sheet)
    sheet.append([_cell(sheet, f"{TITLE}（截至{written(day)}）", TITLE_FONT)])
    cells = [_cell(sheet, heading.text, HEADING_FONT) for heading in HEADINGS]
    for cell in cells:
        cell.alignment, cell.border, cell.fill = CENTRED, BORDER, HEADING_FILL
    sheet.append(cells)
    return sheet


def _cell(sheet: Any, text: str, font: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    put(cell, text)
    cell.font = font
    return cell


class _Row:
    """Cells whose looks are made once; a row is written before the next one fills them."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._number = sheet, HEAD_ROWS
        self._plain = [self._made(sheet, heading) for heading in HEADINGS]
        self._marked = [self._made(sheet, heading) for heading in HEADINGS]
        for cell in self._marked:
            cell.quotePrefix = True

    @staticmethod
    def _made(sheet: Any, heading: Heading) -> Any:
        cell = WriteOnlyCell(sheet)
        cell.font, cell.border = BODY_FONT, BORDER
        cell.alignment = CENTRED if heading.centred else WRAPPED
        return cell

    def append(self, number: int, texts: Sequence[str]) -> None:
        """Write the next row, as high as its texts need."""
        self._number += 1
        widths = (heading.width for heading in HEADINGS[1:])
        lines = max(map(lines_of, texts, widths))
        self._sheet.row_dimensions[self._number].height = LINE * lines + 4
        self._sheet.append(self._cells(number, texts))
        del self._sheet.row_dimensions[self._number]  # or a million rows would stay in memory

    def _cells(self, number: int, texts: Sequence[str]) -> list[Any]:
        self._plain[0].value = number
        row = [self._plain[0]]
        for place, text in enumerate(texts, 1):
            # A text that begins like a formula keeps its mark; see ``page.put``.
            cells = self._marked if text[:1] in _RISKY else self._plain
            cell = cells[place]
            cell.value = clean(text) or None
            if text:
                cell.data_type = "s"
            row.append(cell)
        return row


_RISKY = frozenset("=+-@\t\r")
