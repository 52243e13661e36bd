"""A sheet as offices expect it: a title, ruled cells, wrapped text, a page that prints.

No text of a user can become a formula: every text is stored as text, and marked so that a program
which edits it again keeps it as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | date | None

A4 = 9
LONGEST = 32_000
"""Characters; a cell holds a few more."""
DAY_FORMAT = 'yyyy"年"m"月"d"日"'
LINE = 15.0
"""Height of a line of text, in points."""
_RISKY = re.compile(r"^[=+\-@\t\r]")
_THIN = Side(style="thin", color="000000")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEADING_FILL = PatternFill("solid", fgColor="E7EEF7")
TITLE_FONT, HEAD_FONT = Font(name="黑体", size=18), Font(name="仿宋", size=12)
HEADING_FONT, BODY_FONT = Font(name="黑体", size=11), Font(name="仿宋", size=11)
BOLD_FONT = Font(name="黑体", size=11)
WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)


def new_workbook(title: str) -> Workbook:
    """An empty workbook with its first sheet taken away."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "督办"
    workbook.properties.title = clean(title)
    return workbook


def clean(text: str) -> str:
    """A text that a cell can hold."""
    kept = ILLEGAL_CHARACTERS_RE.sub("", text)
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1] + "…"


def put(cell: Any, value: Value) -> None:
    """Write a value; a text stays a text, whatever it begins with."""
    if isinstance(value, str):
        value = clean(value)
        cell.value = value
        cell.data_type = "s"
        if _RISKY.match(value):
            cell.quotePrefix = True
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = DAY_FORMAT


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading and its width in characters; ``centred`` for short contents."""

    text: str
    width: float
    centred: bool = False


class Page:
    """Writes a sheet from the top down."""

    def __init__(self, workbook: Workbook, name: str, columns: int) -> None:
        self.sheet: Worksheet = workbook.create_sheet(_sheet_name(name))
        self.columns = columns
        self.row = 1

    def banner(self, text: str, font: Font = HEAD_FONT, *, centred: bool = False) -> None:
        """A text over the whole width."""
        self.sheet.merge_cells(
            start_row=self.row, end_row=self.row, start_column=1, end_column=self.columns
        )
        cell = self.sheet.cell(self.row, 1)
        put(cell, text)
        cell.font, cell.alignment = font, CENTRED if centred else WRAPPED
        lines = text.count("\n") + 1
        self.sheet.row_dimensions[self.row].height = 40 if centred else 20 * lines
        self.row += 1

    def headings(self, headings: Sequence[Heading]) -> None:
        """The heading row; it is repeated on each printed page and stays in sight."""
        for column, heading in enumerate(headings, 1):
            cell = self.sheet.cell(self.row, column)
            rule(cell, HEADING_FONT, CENTRED)
            put(cell, heading.text)
            cell.fill = HEADING_FILL
            self.sheet.column_dimensions[get_column_letter(column)].width = heading.width
        self.sheet.row_dimensions[self.row].height = 32
        self.sheet.print_title_rows = f"{self.row}:{self.row}"
        self.sheet.freeze_panes = f"A{self.row + 1}"
        self.row += 1

    def line(
        self, values: Sequence[Value], headings: Sequence[Heading], font: Font = BODY_FONT
    ) -> None:
        """One row of the table, as high as its longest text needs."""
        for column, (value, heading) in enumerate(zip(values, headings, strict=True), 1):
            cell = self.sheet.cell(self.row, column)
            rule(cell, font, CENTRED if heading.centred else WRAPPED)
            put(cell, value)
        texts = zip(values, (heading.width for heading in headings), strict=True)
        lines = max((lines_of(value, width) for value, width in texts), default=1)
        self.sheet.row_dimensions[self.row].height = max(LINE * lines + 5, 22)
        self.row += 1

    def merge(self, first: int, last: int, column: int, end_column: int | None = None) -> None:
        """Merge cells downwards, or over several columns."""
        end = end_column or column
        if last > first or end > column:
            # Written down only: `merge_cells` would rule cells anew that are ruled already.
            self.sheet.merged_cells.add(
                CellRange(min_row=first, max_row=last, min_col=column, max_col=end)
            )

    def finish(self, paper: int = A4) -> None:
        """Set the page: the paper across, as wide as it is, pages numbered."""
        set_page(self.sheet, paper)


def rule(cell: Any, font: Font, alignment: Alignment) -> None:
    """The looks of a cell of a table, by a style of the workbook: openpyxl takes long to find out
    whether it has met a font or a border before. It comes before what is put into the cell: a
    style takes back the format of a date and the mark of a text."""
    place = "居中" if alignment is CENTRED else "左齐"
    name = f"{font.name}{font.size:g}{place}"
    styles = cell.parent.parent
    if name not in styles.named_styles:
        style = NamedStyle(name, font=font, alignment=alignment, border=BORDER)
        styles.add_named_style(style)
    cell.style = name


def set_page(sheet: Any, paper: int = A4) -> None:
    """The paper across, as wide as it is and as long as need be, with page numbers."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.75
    sheet.page_margins.footer = 0.4
    if sheet.oddFooter is not None and sheet.oddFooter.center is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def lines_of(value: object, width: float) -> int:
    """How many lines a value takes in a cell of this width; Chinese characters take two columns."""
    room = max(width - 1, 2)
    texts = (str(value) if value is not None else "").split("\n")
    return sum(max(1, -int(-_width(text) // room)) for text in texts)


def _width(text: str) -> float:
    # 11 points are a little wider than the column unit.
    return 1.1 * sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "", clean(name)).strip("'")[:31] or "表"


def joined(texts: Iterable[str]) -> str:
    """Clauses in one cell."""
    return "；".join(filter(None, texts))
