"""A document as the console shows it: the same content that the .docx is laid out from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.rules.contents import DRAFT_MARK, Block, Content, Form, Paragraph, Table, numbered
from notifications.documents.printed import code_line, number_line


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A paragraph or a table; ``level`` is that of a heading, 0 for text."""

    text: str = ""
    level: int = 0
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PaperAnnex:
    """附件."""

    name: str
    title: str
    parts: tuple[PaperPart, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """A document from top to bottom."""

    flags: tuple[str, ...]
    head: str
    number: str
    title: str
    addressee: str
    parts: tuple[PaperPart, ...]
    annex_note: tuple[str, ...]
    signature: str
    notes: tuple[str, ...]
    annexes: tuple[PaperAnnex, ...]
    foot: tuple[str, ...]


def paper_view(content: Content, code: str = "") -> PaperView:
    """What a document shows.

    Args:
        code: its code; empty for one that was not made yet.
    """
    several = len(content.annexes) > 1
    above = (content.urgency, DRAFT_MARK if content.is_draft else "")
    feet = (content.public_line, content.copy_line, content.printed_line, code_line(content, code))
    return PaperView(
        flags=tuple(filter(None, above)),
        head=content.head,
        number=number_line(content, code),
        title=content.title,
        addressee=content.addressee,
        parts=tuple(_parts(content.body)),
        annex_note=content.annex_note,
        signature=content.signature,
        notes=content.notes,
        annexes=tuple(
            PaperAnnex(f"附件{n}" if several else "附件", annex.title, tuple(_parts(annex.blocks)))
            for n, annex in enumerate(content.annexes, 1)
        ),
        foot=tuple(filter(None, feet)),
    )


def _parts(blocks: Sequence[Block]) -> Iterator[PaperPart]:
    for block, number in numbered(blocks):
        match block:
            case Paragraph(text, level):
                yield PaperPart(number + text, level)
            case Form(fields):
                yield PaperPart(rows=tuple((f.label, "\n".join(f.lines)) for f in fields))
            case Table(heading, rows):
                yield PaperPart(heading=heading, rows=rows)
