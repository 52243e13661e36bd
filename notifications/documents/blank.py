"""The blank sheets: python-docx's own template without what no official document needs.

Its styles alone are 788 KB of XML, read and written again with every document; what is left here
is made by code, once, and kept. A sheet is packed with fixed times, so that the same document is
the same to the byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml import parse_xml
from docx.section import Section

from notifications.documents import page, parts

_BODY = "word/document.xml"
_NEEDED = {KIND.STYLES, KIND.SETTINGS, KIND.FONT_TABLE, KIND.HEADER, KIND.FOOTER}
_NEVER = (1980, 1, 1, 0, 0, 0)  # the earliest moment that an archive can name


@dataclass(frozen=True, slots=True)
class Blank:
    """A sheet with its page, styles and footers.

    Attributes:
        before, after: its XML on both sides of where the text comes.
        others: the other parts, as they are packed.
    """

    before: str
    after: str
    others: tuple[tuple[str, bytes], ...]

    def pack(self, written: str) -> bytes:
        """The finished .docx: the same text gives the same bytes."""
        body = f"{self.before}{written}{self.after}".encode()
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, content in (*self.others, (_BODY, body)):
                archive.writestr(ZipInfo(name, _NEVER), content, ZIP_DEFLATED)
        return packed.getvalue()


@cache
def blank(letter: bool) -> Blank:
    """The blank sheet of a letter (信函格式) or of a paper (文件格式)."""
    document = Document()
    _trim(document)
    _set_up(document, letter)
    saved = BytesIO()
    document.save(saved)
    with ZipFile(saved) as archive:
        names = sorted(name for name in archive.namelist() if name != _BODY)
        others = tuple((name, archive.read(name)) for name in names)
        before, mark, after = archive.read(_BODY).decode().partition("<w:sectPr")
    return Blank(before, mark + after, others)


def _trim(document: Docx) -> None:
    """Leave only the parts that are needed, with our own styles, settings and fonts."""
    package, part = document.part.package, document.part
    assert package is not None
    for relations, kept in ((package.rels, {KIND.OFFICE_DOCUMENT}), (part.rels, _NEEDED)):
        for number in [n for n, relation in relations.items() if relation.reltype not in kept]:
            del relations[number]
    part._styles_part._element = parse_xml(parts.styles())
    part._settings_part._element = parse_xml(parts.settings())
    part.part_related_by(KIND.FONT_TABLE)._blob = parts.fonts().encode()


def _set_up(document: Docx, letter: bool) -> None:
    ours = parse_xml(parts.section(letter))
    old = document.sections[0]._sectPr
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, ours)
    section = document.sections[0]
    _fill(section.footer, parts.page_number("PageOdd", letter))
    _fill(section.even_page_footer, parts.page_number("PageEven", letter))
    if letter:
        _fill(section.first_page_footer, parts.paragraph("LetterFoot"))
        _push_down(section)


def _push_down(section: Section) -> None:
    """A letter begins 30 mm from the edge; the heads of its further pages are as high as to let
    those begin at 37 mm, like every other page."""
    for header in (section.header, section.even_page_header):
        _fill(header, parts.paragraph("Space", page.twips(page.TOP - page.HEADER)))
    _fill(section.first_page_header, parts.paragraph("Space"))


def _fill(header: BaseHeader, paragraph: str) -> None:
    element = header._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(paragraph))


class BaseHeader(Protocol):
    """A header or footer of python-docx, which has no public way to be emptied."""

    @property
    def _element(self) -> Any: ...
