"""How a ledger was laid out, so that it can go out as it came in (台账原样导出)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from engine.ledger.draft import ProjectDraft
from engine.ledger.headings import Header
from engine.ledger.wording import WordingError, compact, read_integer

RESULTS = {
    "result": ("完成情况", "办理情况", "进展情况", "落实情况", "办理结果"),
    "state": ("办理状态",),
    "light": ("灯色", "亮灯"),
    "now": ("现时限",),
    "first": ("原定时限",),
    "notes": ("办理附注",),
}
"""Columns that the system fills in; the first name is how it calls them. What stands in them is
never read."""
_RESULT_ROLES = {name: role for role, names in RESULTS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        heading: as it is written, with its line breaks.
        role: what it means to the reader or, for a result, to the writer; empty for neither.
        width: in characters; 0 when the file does not say.
        upper: what stands over it in a heading of two rows.
        cells: of a column that means nothing here, its texts by the item's number.
    """

    heading: str
    role: str
    width: float = 0
    upper: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """A ledger workbook without what it says.

    Attributes:
        sheet: the sheet's name.
        head: the texts of the rows above the heading.
        said: what those rows said of the list, by role, to be replaced where it has changed.
        sections: fields stand on rows of their own (一、教育方面).
        written: dates and steps in the words of the file, by item (``3``, ``3-1``) and role.
        contacts: the columns of the contact sheet; empty where there was none.
        paper: the number of the paper's size; 0 where the file did not say.
    """

    sheet: str
    head: tuple[str, ...]
    said: Mapping[str, str]
    columns: tuple[Column, ...]
    sections: bool = False
    written: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    contact_sheet: str = ""
    contact_title: str = ""
    contacts: tuple[Column, ...] = ()
    paper: int = 0

    def to_data(self) -> dict[str, Any]:
        """The layout as JSON values."""
        data: dict[str, Any] = _LAYOUT.dump_python(self, mode="json")
        return data


_LAYOUT = TypeAdapter(Layout)


def layout_from_data(data: Mapping[str, Any]) -> Layout:
    """The exact layout that ``to_data`` wrote."""
    return _LAYOUT.validate_python(data)


def read_layout(
    header: Header, said: Mapping[str, str], items: Sequence[ProjectDraft], contacts: Header | None
) -> Layout:
    """The layout of a sheet that was read."""
    upper = _upper_row(header)
    rows = [row for row in header.grid.rows() if row < header.row and row != upper]
    head = tuple("\n".join(cell.text for cell in header.grid.distinct(row)) for row in rows)
    return Layout(
        sheet=header.grid.sheet,
        head=head,
        said=dict(said),
        columns=_columns(header, upper),
        sections="field" not in header.columns and any(item.field.text for item in items),
        written=dict(_written(items)),
        contact_sheet=contacts.grid.sheet if contacts else "",
        contact_title=_title_over(contacts) if contacts else "",
        contacts=_columns(contacts, None) if contacts else (),
        paper=header.grid.paper,
    )


def _upper_row(header: Header) -> int | None:
    """The upper row of a heading of two: it stands right above and names several columns."""
    above = header.row - 1
    return above if len(header.grid.distinct(above)) >= 3 else None


def _columns(header: Header, upper: int | None) -> tuple[Column, ...]:
    grid = header.grid
    roles = {column: role for role, column in header.columns.items()}
    last = max(column for column in grid.cells[header.row])
    found = []
    for number in range(1, last + 1):
        cell = grid.cell(header.row, number)
        over = grid.cell(upper, number) if upper is not None else cell
        role = roles.get(number) or _RESULT_ROLES.get(compact(cell.text), "")
        found.append(
            Column(
                heading=cell.text,
                role=role,
                width=grid.widths.get(number, 0),
                upper="" if over.origin == cell.origin else over.text,
                cells={} if role else _cells(header, number),
            )
        )
    return tuple(found)


def _cells(header: Header, column: int) -> dict[str, str]:
    """What a column that means nothing here says of each item."""
    texts: dict[str, dict[str, None]] = {}
    number = header.columns.get("number")
    if number is None:
        return {}
    current = ""
    for row in header.grid.rows():
        if row <= header.row:
            continue
        try:
            current = str(read_integer(header.grid.cell(row, number).text))
        except WordingError:
            if header.grid.cell(row, number).text:
                current = ""
        text = header.grid.cell(row, column).text
        if current and text:
            texts.setdefault(current, {})[text] = None
    return {item: "\n".join(found) for item, found in texts.items()}


def _title_over(header: Header) -> str:
    above = [row for row in header.grid.rows() if row < header.row]
    return header.grid.distinct(above[0])[0].text if above else ""


def _written(items: Sequence[ProjectDraft]) -> Iterator[tuple[str, dict[str, str]]]:
    for item in items:
        try:
            number = str(read_integer(item.number.text))
        except WordingError:
            continue
        yield from _written_of(number, item)


def _written_of(path: str, item: ProjectDraft) -> Iterator[tuple[str, dict[str, str]]]:
    texts = {"due": item.due.text, "steps": item.steps_text}
    yield path, {role: text for role, text in texts.items() if text}
    for place, measure in enumerate(item.measures, 1):
        yield from _written_of(f"{path}-{place}", measure)
