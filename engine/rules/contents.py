"""What a document says, apart from how it looks: the text that is numbered, hashed and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import chain
from typing import Any

from pydantic import TypeAdapter

from engine.rules.conditions import written
from engine.rules.documents import DocumentKind
from engine.rules.numerals import numeral

DRAFT_MARK = "【拟稿·待签发】"
LEVELS = (1, 2, 3, 4)
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML has not."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text of level 0, or a heading: 1 is 一、, 2 （一）, 3 1. and 4 （1）."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form: a label, what stands against it, lines left empty to be written on."""

    label: str
    lines: tuple[str, ...]
    room: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A table of labels and what stands against them."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading; ``widths`` are shares of the line, and a cell may have many lines."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


Block = Paragraph | Form | Table


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: on a page of its own, with a title."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A document before it is laid out.

    Attributes:
        head: 发文机关标志, printed in red.
        number: 发文字号; empty for what is known by its code alone.
        urgency: 紧急程度, where it is not the ordinary one.
        addressee: 主送机关, without the colon.
        copies: 抄送.
        notes: 附注, each printed in brackets.
        public: 公开属性, where it was reviewed.
        names: names in the title that are not broken between two lines.
    """

    kind: DocumentKind
    head: str
    title: str
    issuer: str
    day: date
    body: tuple[Block, ...]
    number: str = ""
    urgency: str = ""
    is_draft: bool = False
    addressee: str = ""
    annexes: tuple[Annex, ...] = ()
    copies: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    public: str = ""
    names: tuple[str, ...] = ()

    @property
    def annex_note(self) -> tuple[str, ...]:
        """附件说明: what is annexed, without stops at the ends."""
        titles = [annex.title for annex in self.annexes]
        if len(titles) < 2:
            return tuple(f"附件：{title}" for title in titles)
        return tuple(
            f"附件：{place}.{title}" if place == 1 else f"{place}.{title}"
            for place, title in enumerate(titles, 1)
        )

    @property
    def copy_line(self) -> str:
        """抄送 as it is printed; empty for none."""
        return f"抄送：{'，'.join(self.copies)}。" if self.copies else ""

    @property
    def printed_line(self) -> str:
        """印发机关 and 印发日期; letters and forms have none."""
        plain = self.kind.is_letter or self.kind.is_form
        return "" if plain else f"{self.issuer}　{written(self.day)}印发"

    @property
    def signature(self) -> str:
        """署名 and 成文日期; a form has them among its lines."""
        return "" if self.kind.is_form else f"{self.issuer}\n{written(self.day)}"

    @property
    def public_line(self) -> str:
        """公开属性 as it is printed; empty before it was reviewed."""
        return f"公开属性：{self.public}" if self.public else ""


def numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Each block with the number that stands before it: 一、（一）1.（1）; empty for most."""
    counts = dict.fromkeys(LEVELS, 0)
    for block in blocks:
        level = block.level if isinstance(block, Paragraph) else 0
        if level:
            counts[level] += 1
            counts |= {lower: 0 for lower in LEVELS if lower > level}
        yield block, _number(level, counts.get(level, 0))


def _number(level: int, count: int) -> str:
    forms = ("", f"{numeral(count)}、", f"（{numeral(count)}）", f"{count}.", f"（{count}）")
    return forms[level]


def lines(content: Content) -> tuple[str, ...]:
    """All that is printed, in its order, a cell of a table like a paragraph; all but the code."""
    return tuple(filter(None, _lines(content)))


def _lines(content: Content) -> Iterator[str]:
    yield content.urgency
    if content.is_draft:
        yield DRAFT_MARK
    yield from (content.head, content.number, content.title)
    yield f"{content.addressee}：" if content.addressee else ""
    yield from _texts(content.body)
    yield from content.annex_note
    yield content.signature
    yield from (f"（{note}）" for note in content.notes)
    for place, annex in enumerate(content.annexes, 1):
        yield f"附件{place}" if len(content.annexes) > 1 else "附件"
        yield annex.title
        yield from _texts(annex.blocks)
    yield from (content.public_line, content.copy_line, content.printed_line)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block, number in numbered(blocks):
        match block:
            case Paragraph(text):
                yield number + text
            case Form(fields):
                for field in fields:
                    yield from (field.label, *field.lines)
            case Table(heading, rows):
                yield from heading
                for cell in chain.from_iterable(rows):
                    yield from cell.split("\n")


def tidy(line: str) -> str:
    """A line without its blanks, which programs that save a document may change, and without what
    a document cannot hold."""
    return "".join(UNFIT.sub("", line).split())


def digest(printed: Sequence[str]) -> str:
    """SHA-256 of what is printed, blanks and empty lines apart."""
    kept = filter(None, map(tidy, printed))
    return sha256("\n".join(kept).encode()).hexdigest()


_ADAPTER = TypeAdapter(Content)


def to_data(content: Content) -> dict[str, Any]:
    """A document's content as JSON values."""
    data: dict[str, Any] = _ADAPTER.dump_python(content, mode="json")
    return data


def from_data(data: dict[str, Any]) -> Content:
    """The exact content that ``to_data`` wrote."""
    return _ADAPTER.validate_python(data)
