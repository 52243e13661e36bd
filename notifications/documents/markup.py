"""Paragraphs and tables as XML. Written as text, since a document has hundreds of them: to build
each by python-docx takes longer than all else together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from engine.rules.contents import UNFIT, Form, Table
from notifications.documents import page

_SPECIAL = re.compile(r"[\n\t]")
_WIDE = page.twips(page.WIDE)
_LABEL = 5 * 240 + 2 * page.CELL  # twips: five characters of 12 pt and the margins
_SHORT = 7  # characters of a cell that is centred, as figures are
_GRID = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), "4")
_FLOATING = (
    # By the edge of the page, not by the margin: else some programs do not let it float.
    '<w:tblpPr w:vertAnchor="margin" w:horzAnchor="page" '
    f'w:tblpX="{page.twips(page.LEFT)}" w:tblpYSpec="bottom"/>'
)
_NO_MARGINS = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
)
KEEP = "<w:keepNext/><w:keepLines/>"
"""What stays whole, and with the paragraph below."""
KEEP_WHOLE = "<w:keepLines/>"
KEEP_END = "<w:keepNext/>"
"""What may split over pages, but whose end stays with the paragraph below."""


def paragraph(style: str, text: str = "", properties: str = "", size: int = 0) -> str:
    """A paragraph.

    Args:
        text: its line breaks and tabs are kept.
        properties: what differs from the style, in the order that the schema asks for.
        size: half points, where they differ from the style.
    """
    own = f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>' if size else ""
    run = f"<w:r>{own}{_text(text)}</w:r>" if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{run}</w:p>'


def spacing(**twips: int) -> str:
    """Spacing that differs from the style."""
    return f"<w:spacing {_attributes({k: str(v) for k, v in twips.items()})}/>"


def indent(**twips: int) -> str:
    """Indents that differ from the style."""
    return f"<w:ind {_attributes({k: str(v) for k, v in twips.items()})}/>"


def form(given: Form, keep: str) -> str:
    """A form: labels on the left, what stands against them on the right; ``keep`` is what keeps
    its last row where it belongs."""
    widths = (_LABEL, _WIDE - _LABEL)
    last = len(given.fields) - 1
    by_hand = range(last - page.BY_HAND + 1, last)
    rows = [
        (("Label", [field.label]), ("Value", [*field.lines, *[""] * field.room]))
        for field in given.fields
    ]
    return _table(
        widths,
        [
            _row(widths, row, KEEP if n in by_hand else keep if n == last else "")
            for n, row in enumerate(rows)
        ],
    )


def table(given: Table, keep: str) -> str:
    """A table with a heading, which is repeated on every page; short cells are centred."""
    whole, last = sum(given.widths), len(given.rows) - 1
    widths = [_WIDE * share // whole for share in given.widths]
    heading = _row(widths, [("Column", [text]) for text in given.heading], "", "<w:tblHeader/>")
    rows = (
        _row(widths, [_cell(text) for text in row], keep if place == last else "")
        for place, row in enumerate(given.rows)
    )
    return _table(widths, [heading, *rows])


def record(lines: Sequence[str], ruled: bool) -> str:
    """版记: a table that lies on the lower edge of the type area, under the end of the text."""
    rows = [_row((_WIDE,), [("Record", [line])]) for line in lines]
    return _table((_WIDE,), rows, page.RULES if ruled else {}, _FLOATING, _NO_MARGINS)


def _table(
    widths: Sequence[int],
    rows: Iterable[str],
    rules: Mapping[str, str] = _GRID,
    place: str = "",
    margins: str = "",
) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for edge, size in rules.items()
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    align = "" if place else '<w:jc w:val="center"/>'
    return (
        f'<w:tbl><w:tblPr>{place}<w:tblW w:w="{_WIDE}" w:type="dxa"/>{align}'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    widths: Sequence[int],
    cells: Iterable[tuple[str, Sequence[str]]],
    keep: str = "",
    properties: str = "",
) -> str:
    """A row that does not split over pages."""
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{''.join(paragraph(style, line, keep) for line in lines or [''])}</w:tc>"
        for width, (style, lines) in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{written}</w:tr>"


def _cell(text: str) -> tuple[str, list[str]]:
    lines = text.split("\n")
    is_short = all(len(line) <= _SHORT for line in lines)
    return "Figure" if is_short else "Cell", lines


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f'w:{name}="{value}"' for name, value in values.items())


def _text(text: str) -> str:
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = _SPECIAL.split(UNFIT.sub("", text))
    between = [marks[mark] for mark in _SPECIAL.findall(text)]
    written = [f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces]
    return "".join(a + b for a, b in zip(written, [*between, ""], strict=True))
