"""台账: the list as it was laid out when it came in, with results, lights and dates beside it.

What goes out can be read in again and changes nothing: the columns that the system fills in are
not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from engine.ledger.blocks import LEVELS
from engine.ledger.layout import Column, Layout
from engine.ledger.values import Ledger
from engine.outcomes import Outcome, Path
from engine.rules.conditions import written
from engine.rules.numerals import numeral
from engine.sheets.blocks import ROW_ROLES, Block, block_of
from engine.sheets.columns import DEFAULTS, completed, default_layout, head_of
from engine.sheets.contacts import write_contacts
from engine.sheets.page import (
    A4,
    BODY_FONT,
    CENTRED,
    HEAD_FONT,
    HEADING_FILL,
    HEADING_FONT,
    LINE,
    TITLE_FONT,
    WRAPPED,
    Page,
    Value,
    lines_of,
    new_workbook,
    put,
    rule,
)

SHORT = {"number", "due", "sponsor", "urgency", "state", "light", "now", "first", "succession"}


def write_ledger(
    ledger: Ledger, layout: Layout | None, outcomes: Mapping[Path, Outcome], day: date
) -> Workbook:
    """The workbook of a list, or of one batch of it, as it stands on ``day``."""
    given = layout or default_layout(ledger)
    given = completed(given, ledger)
    blocks = [
        block_of(item, (item.number,), ledger.year, given, outcomes) for item in ledger.projects
    ]
    workbook = new_workbook(ledger.title)
    page = Page(workbook, given.sheet, len(given.columns))
    for place, text in enumerate(head_of(given, ledger)):
        page.banner(text, HEAD_FONT if place else TITLE_FONT, centred=not place)
    _headings(page, given.columns)
    fields = [item.field for item in ledger.projects]
    _body(page, given, fields, blocks)
    page.banner(f"注：完成情况、办理状态、灯色、时限和附注由督办系统填列，截至{written(day)}。")
    page.finish(given.paper or A4)
    write_contacts(workbook, ledger, given)
    return workbook


def _headings(page: Page, columns: Sequence[Column]) -> None:
    """One row, or two where the file had names over several columns."""
    two = any(column.upper for column in columns)
    first, last = page.row, page.row + int(two)
    sheet = page.sheet
    for place, column in enumerate(columns, 1):
        for row in range(first, last + 1):
            rule(sheet.cell(row, place), HEADING_FONT, CENTRED)
            sheet.cell(row, place).fill = HEADING_FILL
        put(sheet.cell(last if column.upper else first, place), column.heading)
        if two and not column.upper:
            page.merge(first, last, place)
        width = column.width or DEFAULTS.get(column.role, ("", 14.0))[1]
        sheet.column_dimensions[get_column_letter(place)].width = width
    place = 1
    for upper, group in groupby(columns, key=lambda column: column.upper):
        count = len(list(group))
        if upper:
            put(sheet.cell(first, place), upper)
            page.merge(first, first, place, place + count - 1)
        place += count
    for row in range(first, last + 1):
        sheet.row_dimensions[row].height = 36
    sheet.print_title_rows = f"{first}:{last}"
    page.row = last + 1
    frozen = next((n for n, column in enumerate(columns, 1) if column.role == "title"), 1)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{page.row}"


def _body(page: Page, layout: Layout, fields: Sequence[str], blocks: Sequence[Block]) -> None:
    places = {column.role: n for n, column in enumerate(layout.columns, 1) if column.role}
    pairs = list(zip(fields, blocks, strict=True))
    for number, (name, group) in enumerate(groupby(pairs, key=lambda pair: pair[0]), 1):
        if layout.sections and name:
            page.banner(f"{numeral(number)}、{name}")
        first = page.row
        for _, block in group:
            _write(page, layout, places, block)
        if "field" in places:
            put(page.sheet.cell(first, places["field"]), name)
            page.merge(first, page.row - 1, places["field"])


def _write(page: Page, layout: Layout, places: Mapping[str, int], block: Block) -> None:
    """A block's own rows, then its parts; what it is called goes down beside all of them."""
    first, depth = page.row, len(block.path)
    own = range(first, first + len(block.rows))
    for place, column in enumerate(layout.columns, 1):
        for row, values in zip(own, block.rows, strict=True):
            cell = page.sheet.cell(row, place)
            rule(cell, BODY_FONT, _alignment(column))
            if column.role in ROW_ROLES or column.role in values:
                put(cell, _or_nothing(values.get(column.role)))
    for place, value in _once(layout, block):
        put(page.sheet.cell(first, place), value)
        page.merge(own[0], own[-1], place)
    _set_heights(page, layout, block, own)
    page.row = own[-1] + 1
    for part in block.parts:
        _write(page, layout, places, part)
    for role, value in _names(block, depth):
        put(page.sheet.cell(first, places[role]), value)
        page.merge(first, page.row - 1, places[role])


def _names(block: Block, depth: int) -> Iterator[tuple[str, Value]]:
    if depth == 1:
        yield "number", block.path[0]
        yield "title", block.title
    else:
        yield LEVELS[depth - 2], block.title


def _once(layout: Layout, block: Block) -> Iterator[tuple[int, Value]]:
    """What stands once for all own rows of a block, by column."""
    names = {"number", "title", "field", *LEVELS, *ROW_ROLES, *block.rows[0]}
    for place, column in enumerate(layout.columns, 1):
        if column.role and column.role not in names:
            yield place, _or_nothing(block.shared.get(column.role))
        elif not column.role and len(block.path) == 1:
            yield place, _or_nothing(column.cells.get(str(block.path[0])))


def _or_nothing(value: Value) -> Value:
    return None if value == "" else value


def _alignment(column: Column) -> Alignment:
    return CENTRED if column.role in SHORT else WRAPPED


def _set_heights(page: Page, layout: Layout, block: Block, own: range) -> None:
    """High enough for the longest text; one that is merged over several rows shares them."""
    tall = 1.0
    for place, value in _once(layout, block):
        tall = max(tall, lines_of(value, _width(page, place)) / len(own))
    if len(block.path) == 1 and not block.parts:
        title = next((c for c in layout.columns if c.role == "title"), None)
        width = (title.width if title else 0) or 20
        tall = max(tall, lines_of(block.title, width) / len(own))
    for row in own:
        lines = [
            lines_of(page.sheet.cell(row, place).value, _width(page, place))
            for place, column in enumerate(layout.columns, 1)
            if column.role in ROW_ROLES
        ]
        page.sheet.row_dimensions[row].height = LINE * max([tall, *lines]) + 6


def _width(page: Page, place: int) -> float:
    width: float = page.sheet.column_dimensions[get_column_letter(place)].width
    return width
