"""A sheet read by role: the cells below its heading row, and the rows of people and units."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from engine.ledger.draft import Entry, PostDraft, UnitDraft
from engine.ledger.errors import Faults, Place
from engine.ledger.figures import is_unit
from engine.ledger.grid import GridCell
from engine.ledger.headings import Header
from engine.ledger.wording import WordingError, compact, one_line, read_integer

_TOTAL = re.compile(r"^(?:合计|总计|小计|共计)")
_TOTAL_OF = re.compile(r"(?:合计|总计|小计|共计)$")
_CHINESE = re.compile(r"[一二三四五六七八九十]+[、.．]?")
_FOOTNOTE = re.compile(r"^(?:注|备注|说明|填表|制表|审核|填报|联系人|联系电话|单位负责人)")
NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）、.．]+")


class Table:
    """Reads the cells of a sheet by role; a cell without a text to be had becomes a fault."""

    def __init__(self, header: Header, faults: Faults) -> None:
        self._header = header
        self._faults = faults

    def has(self, role: str) -> bool:
        """Whether the sheet has a column for `role`."""
        return role in self._header.columns

    def body(self) -> list[int]:
        """The rows below the heading, without totals, footnotes and repeated headings."""
        return [
            row for row in self._header.grid.rows() if row > self._header.row and self._is_body(row)
        ]

    def notes(self) -> list[str]:
        """Rows that nobody sees are read like any other, which must not go without a word."""
        hidden = [row for row in self.body() if row in self._header.grid.hidden]
        if not hidden:
            return []
        sheet, rows = self._header.grid.sheet, _runs(hidden)
        return [
            f"工作表“{sheet}”第{rows}行是隐藏的，也已读入。"
            "请取消隐藏（有筛选的，清除筛选）后核对，不要的整行删去"
        ]

    def entry(self, row: int, role: str) -> Entry:
        """The text of one cell; without a column for `role` it is empty."""
        if role not in self._header.columns:
            nowhere = Place(self._header.grid.sheet, row, role)
            self._faults.ignore(nowhere)
            return Entry("", nowhere)
        place = self._header.place(row, role)
        cell = self._cell(row, role)
        if cell.fault:
            self._faults.spoil(place, cell.fault, "请填写文字或数值，或用 Excel 重新计算后保存")
        return Entry(cell.text, place)

    def unit_in_heading(self, role: str) -> str:
        """The unit that a heading such as 目标值（万元） gives for its column."""
        return self._header.remark(role) if is_unit(self._header.remark(role)) else ""

    def entries(self, rows: list[int], role: str) -> list[Entry]:
        """The texts of a role in an item's rows, a merged cell once, without empty ones."""
        first_rows = {self._cell(row, role).origin: row for row in reversed(rows)}
        found = (
            [self.entry(row, role) for row in sorted(first_rows.values())] if self.has(role) else []
        )
        return [entry for entry in found if entry.text]

    def joined(self, rows: list[int], role: str, separator: str) -> Entry:
        """All texts of a role in an item's rows as one, each different text once."""
        found = self.entries(rows, role)
        place = found[0].place if found else self.entry(rows[0], role).place
        return Entry(separator.join(dict.fromkeys(entry.text for entry in found)), place)

    def single(self, rows: list[int], role: str) -> Entry:
        """The one text of a role in an item's rows, on one line; two different ones are a fault."""
        found = [replace(entry, text=one_line(entry.text)) for entry in self.entries(rows, role)]
        for other in found[1:]:
            if other.text != found[0].text:
                self._faults.add(
                    other.place,
                    f"同一事项写了“{found[0].text}”和“{other.text}”",
                    "请统一成一个，或为另一个事项编写序号",
                )
        return found[0] if found else self.entry(rows[0], role)

    def section(self, row: int) -> Entry | None:
        """The name of a section row such as 一、教育方面, which is no item."""
        beside = self._field_beside_number(row)
        if beside is not None:
            return beside
        cells = self._header.grid.distinct(row)
        text = one_line(cells[0].text)
        merged = len(self._header.grid.cells[row]) > 1
        leading = cells[0].origin[1] <= self._header.columns.get("number", 1)
        numbered = leading and NUMBERING.match(text) is not None
        if len(cells) != 1 or _is_number(text) or not (merged or numbered):
            return None
        return Entry(NUMBERING.sub("", text), self._place(row))

    def _field_beside_number(self, row: int) -> Entry | None:
        """教育类 beside 一, and nothing else, where the items are numbered 1 or （一）."""
        cells = self._header.grid.distinct(row)
        columns = [self._header.columns.get(role) for role in ("number", "title")]
        if [cell.origin[1] for cell in cells] != columns or not self._items_have_own_numbers:
            return None
        if _CHINESE.fullmatch(compact(cells[0].text)) is None:
            return None
        return Entry(one_line(cells[1].text), self._place(row))

    @cached_property
    def _items_have_own_numbers(self) -> bool:
        numbers = (compact(self._cell(row, "number").text) for row in self.body())
        return any(re.match(r"[(\d]", number) for number in numbers)

    def _place(self, row: int) -> Place:
        return Place(self._header.grid.sheet, row, order=(self._header.grid.index, row, 0))

    def origins(self, row: int, roles: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Where the texts of some roles in a row were typed."""
        return tuple(self._cell(row, role).origin for role in roles)

    def origin(self, row: int, role: str) -> tuple[int, int]:
        """Where the text of a role in a row was typed."""
        return self._cell(row, role).origin

    def same(self, row: int, other: int, role: str) -> bool:
        """Whether two rows say the same for a role."""
        return _same(self._cell(row, role), self._cell(other, role))

    def continues(self, row: int, previous: int) -> bool:
        """Whether `row` belongs to the same item as the row before it."""
        numbers = self._cell(row, "number"), self._cell(previous, "number")
        titles = self._cell(row, "title"), self._cell(previous, "title")
        same_number = not numbers[0].text or _same(*numbers)
        return same_number and (not titles[0].text or _same(*titles))

    def _cell(self, row: int, role: str) -> GridCell:
        column = self._header.columns.get(role)
        return GridCell("", (row, 0)) if column is None else self._header.grid.cell(row, column)

    def _is_body(self, row: int) -> bool:
        cells = self._header.grid.distinct(row)
        first = compact(cells[0].text)
        if _TOTAL.match(first) or _FOOTNOTE.match(first):
            return False
        # 教育类小计 stands where items have their names; further right a total may be a target.
        if cells[0].origin[1] <= self._header.columns.get("title", 1) and _TOTAL_OF.search(first):
            return False
        heading = [cell.text for cell in self._header.grid.distinct(self._header.row)]
        return [cell.text for cell in cells] != heading


def read_post_rows(table: Table) -> list[PostDraft]:
    """The rows of a contact sheet; a unit written once above its posts is carried down."""
    drafts: list[PostDraft] = []
    for row in table.body():
        unit = table.entry(row, "unit")
        if not unit.text and drafts:
            unit = replace(drafts[-1].unit, place=unit.place)
        drafts.append(
            PostDraft(
                unit=unit,
                kind=table.entry(row, "kind"),
                post=table.entry(row, "post"),
                holder=table.entry(row, "holder"),
                title=table.entry(row, "title"),
                email=table.entry(row, "email"),
                may_sign=table.entry(row, "may_sign"),
                deputy=table.entry(row, "deputy"),
            )
        )
    return drafts


def read_unit_rows(table: Table) -> list[UnitDraft]:
    """What a sheet says of the place of each unit; a merged unit once for each of its rows."""
    return [
        UnitDraft(
            name=table.entry(row, "unit"),
            level=table.entry(row, "level"),
            parent=table.entry(row, "parent"),
        )
        for row in table.body()
        if table.entry(row, "level").text or table.entry(row, "parent").text
    ]


def _runs(rows: list[int]) -> str:
    """6、8至10."""
    known = set(rows)
    starts = [row for row in rows if row - 1 not in known]
    ends = [row for row in rows if row + 1 not in known]
    runs = zip(starts, ends, strict=True)
    return "、".join(f"{a}" if a == b else f"{a}至{b}" for a, b in runs)


def _same(one: GridCell, other: GridCell) -> bool:
    return one.origin == other.origin or (bool(one.text) and one.text == other.text)


def _is_number(text: str) -> bool:
    try:
        read_integer(text)
    except WordingError:
        return False
    return True
