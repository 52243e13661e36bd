"""A sheet as a grid of texts, merged cells filled and each text tied to where it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.ledger.errors import file_error

_MAX_ROWS = 5000
# No list is this wide; cells further right are remains of formatting or of other tables.
_MAX_COLUMNS = 100
# What is copied along from web pages.
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
_UNIT_SHOWN = re.compile(r'(?:General|[#0][#0,.]*)[_ ]*"([^"\d]+)"')
# What a number format writes as it stands: quoted and escaped signs, and [colours and languages].
_AS_IT_STANDS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class GridCell:
    """A text and the cell it was typed in; `fault` says why there is no text to be had."""

    text: str
    origin: tuple[int, int]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet by row and column, both from 1; only cells with content. ``widths``
    are those of its columns, in characters, where the sheet says; ``paper`` the number of the
    paper's size, 0 where it does not say; ``hidden`` the rows that are not shown."""

    sheet: str
    index: int
    cells: dict[int, dict[int, GridCell]]
    widths: Mapping[int, float] = field(default_factory=dict)
    paper: int = 0
    hidden: frozenset[int] = frozenset()

    def cell(self, row: int, column: int) -> GridCell:
        """The cell, empty where nothing was typed."""
        return self.cells.get(row, {}).get(column, GridCell("", (row, column)))

    def rows(self) -> list[int]:
        """The rows with content, from the top."""
        return sorted(self.cells)

    def distinct(self, row: int) -> list[GridCell]:
        """The cells of a row from the left, a merged one once."""
        by_origin = {cell.origin: cell for _, cell in sorted(self.cells.get(row, {}).items())}
        return list(by_origin.values())


def read_grids(values: Workbook, formulas: Workbook) -> list[Grid]:
    """The visible worksheets of a workbook. Raises LedgerErrors where one is too long."""
    visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    return [_read_grid(sheet, formulas[sheet.title], i) for i, sheet in enumerate(visible)]


def hidden_sheets(values: Workbook) -> list[str]:
    """The names of the worksheets that are not shown, and so not read, but hold something."""
    hidden = (sheet for sheet in values.worksheets if sheet.sheet_state != "visible")
    return [
        sheet.title
        for sheet in hidden
        if any(cell.value is not None for cell in sheet._cells.values())
    ]


def _read_grid(values: Worksheet, formulas: Worksheet, index: int) -> Grid:
    cells: dict[int, dict[int, GridCell]] = {}
    # iter_rows would create a cell for every blank up to the last formatted one.
    for (row, column), cell in values._cells.items():
        if column > _MAX_COLUMNS or isinstance(cell, MergedCell):
            continue
        found = GridCell(_text(cell), (row, column), _fault(cell, formulas._cells[row, column]))
        if found.text or found.fault:
            cells.setdefault(row, {})[column] = found
    if cells and max(cells) > _MAX_ROWS:
        raise file_error(
            f"工作表“{values.title}”超过{_MAX_ROWS}行",
            "请删去台账下方多余的内容，或分成几个文件导入",
        )
    _fill_merged(values, cells)
    paper = int(values.page_setup.paperSize or 0)
    return Grid(values.title, index, cells, _widths(values), paper, _hidden(values))


def _widths(sheet: Worksheet) -> dict[int, float]:
    return {
        column: dimension.width
        for dimension in sheet.column_dimensions.values()
        if dimension.customWidth and dimension.min and dimension.max
        for column in range(dimension.min, min(dimension.max, _MAX_COLUMNS) + 1)
    }


def _hidden(sheet: Worksheet) -> frozenset[int]:
    """By hand, by a filter or by a collapsed outline."""
    return frozenset(row for row, shown in sheet.row_dimensions.items() if shown.hidden)


def _fill_merged(sheet: Worksheet, cells: dict[int, dict[int, GridCell]]) -> None:
    last = max(cells, default=0)
    for area in sheet.merged_cells.ranges:
        typed = cells.get(area.min_row, {}).get(area.min_col)
        if typed is None:
            continue
        for row in range(area.min_row, min(area.max_row, last) + 1):
            for column in range(area.min_col, min(area.max_col, _MAX_COLUMNS) + 1):
                cells.setdefault(row, {})[column] = typed


def _text(cell: SheetCell) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return _shown_day(value, cell.number_format)
    if isinstance(value, int | float):
        percent = "%" in cell.number_format
        # A workbook calculates in binary, and shows fifteen digits of what comes of it.
        number = Decimal(f"{value:.15g}") * (100 if percent else 1)
        return f"{number.normalize():f}" + ("%" if percent else _shown_after(cell.number_format))
    text = _UNSEEN.sub("", str(value))
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _shown_after(number_format: str) -> str:
    """The unit that a format such as 0"所" shows behind a number."""
    shown = _UNIT_SHOWN.match(number_format)
    return shown.group(1).strip() if shown else ""


def _shown_day(day: date, number_format: str) -> str:
    """Who types 2023年6月 is given the first of the month, shown without its day."""
    shown = _AS_IT_STANDS.sub("", number_format).lower()
    if day.day == 1 and "m" in shown and not re.search("[dh]", shown):
        return f"{day.year}年{day.month}月"
    return day.date().isoformat() if isinstance(day, datetime) else day.isoformat()


def _fault(cell: SheetCell, formula: SheetCell | MergedCell) -> str:
    if cell.data_type == "e":
        return f"单元格的公式出错（{cell.value}）"
    if cell.value is None and formula.data_type == "f":
        return "单元格是没有算出结果的公式"
    return ""
