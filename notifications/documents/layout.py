"""Laying out: what a document says becomes a .docx, each part in its place and style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.rules.contents import (
    DRAFT_MARK,
    Annex,
    Block,
    Content,
    Form,
    Paragraph,
    Table,
    numbered,
)
from notifications.documents import page
from notifications.documents.blank import blank
from notifications.documents.markup import (
    KEEP,
    KEEP_END,
    KEEP_WHOLE,
    form,
    indent,
    paragraph,
    record,
    spacing,
    table,
)
from notifications.documents.printed import code_line, number_line
from notifications.documents.titles import break_title, width

_SEALED_AFTER = 1.5  # empty lines before the issuer, where the upper half of the seal lies
_SEALED, _PLAIN = 4, 2  # characters between date or issuer and the edge
_BEHIND = "　　"  # how far behind the issuer the date begins
_LINE = page.twips(page.WIDE) / page.EM  # characters
_SHORT = 5 * page.CHARACTERS  # characters of a paragraph that is not split before a signature
_SPACE = paragraph("Space")
_HAIR = spacing(line=20)
"""The paragraph that has to follow a table, so low that a form which fills its page ends on it."""


def lay_out(content: Content, code: str) -> bytes:
    """The .docx of a document; the same content gives the same bytes.

    Args:
        code: its code; empty for a draft, which has none.
    """
    return blank(content.kind.is_letter).pack("".join(_sheet(content, code)))


def _sheet(content: Content, code: str) -> Iterator[str]:
    yield from _head(content, code)
    yield from _title(content)
    yield from _blocks(content.body, _end(content))
    yield from _annex_note(content.annex_note)
    yield from _signature(content)
    yield from (paragraph("Note", f"（{note}）") for note in content.notes)
    for place, annex in enumerate(content.annexes, 1):
        yield from _annex(annex, f"附件{place}" if len(content.annexes) > 1 else "附件")
    yield from _record(content, code)


def _head(content: Content, code: str) -> Iterator[str]:
    """What stands above the title: urgency, mark, number, red rule."""
    above = [content.urgency] * bool(content.urgency) + [DRAFT_MARK] * content.is_draft
    flags = [paragraph("Urgency", line) for line in above]
    number = number_line(content, code)
    if content.kind.is_letter:
        yield _mark("LetterMark", content.head, page.SMALL_MARK, 0)
        yield paragraph("LetterNumber", number)
        yield from flags
    elif content.kind.is_form:
        yield from flags
        yield _mark("Mark", content.head, page.SMALL_MARK, 0)
        yield paragraph("Number", number, spacing(before=0))
    else:
        yield from flags
        down = page.twips(page.HEAD_AT) - len(flags) * page.LINE
        yield _mark("Mark", content.head, page.MARK_SIZES[1], down)
        yield paragraph("Number", number)


def _mark(style: str, text: str, largest: int, before: int) -> str:
    """The mark in one line, as large as it may be and goes on the line."""
    fitting = int(page.WIDE / 25.4 * 72 / max(width(text), 1))
    size = max(page.MARK_SIZES[0], min(largest, fitting))
    above = max(before - round(size * 20 * page.MARK_GAP), 0)
    room = spacing(before=above, line=round(size * 20 * page.MARK_LINE))
    return paragraph(style, text, room, 2 * size)


def _title(content: Content) -> Iterator[str]:
    """The title, broken by its sense, and whom it is for."""
    lines = "\n".join(break_title(content.title, page.TITLE_ROOM, content.names))
    is_form = content.kind.is_form
    yield paragraph("Title", lines, spacing(before=page.LINE) if is_form else "")
    if not content.addressee:
        yield _SPACE
        return
    addressee = f"{content.addressee}："
    yield paragraph("Addressee", addressee, spacing(before=0) if is_form else "")


def _end(content: Content) -> str:
    """How the end of the text stays with the signature: no page bears the seal alone (不得出现空白
    印章页). A long end may split; where annexes are named below it, those stay instead."""
    last = content.body[-1]
    if not content.signature:
        return ""
    if isinstance(last, Paragraph) and len(last.text) > _SHORT:
        return "" if content.annexes else KEEP_END
    return KEEP


def _blocks(blocks: Sequence[Block], end: str = "") -> Iterator[str]:
    """The text; ``end`` is what keeps the last of it where it belongs."""
    last = len(blocks) - 1
    for place, (block, number) in enumerate(numbered(blocks)):
        kept = end if place == last else ""
        match block:
            case Paragraph(text, level):
                style = f"Level{level}" if level else "Text"
                yield paragraph(style, number + text, kept)
            case Form():
                yield from (_SPACE, form(block, kept), paragraph("Space", "", kept + _HAIR))
            case Table():
                yield from (_SPACE, table(block, kept), paragraph("Space", "", kept))


def _annex_note(note: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(note):
        first = place == 0
        hang = indent(hanging=3 * page.EM) if first else ""
        yield paragraph(
            "AnnexNote", line, KEEP + (spacing(before=page.LINE) if first else "") + hang
        )


def _signature(content: Content) -> Iterator[str]:
    """署名 and 成文日期, where the seal is put: one paragraph, so that no page parts them."""
    if not content.signature:
        return
    sealed = content.kind.is_sealed
    issuer, day = content.signature.split("\n")
    text = content.signature if sealed else f"{issuer}\n{_BEHIND}{day}"
    sides = (_centred if sealed else _flush)(width(issuer), width(day))
    above = spacing(before=round((_SEALED_AFTER if sealed else 1) * page.LINE))
    keep = KEEP if content.notes else KEEP_WHOLE
    align = f'<w:jc w:val="{"center" if sealed else "left"}"/>'
    yield paragraph("Signature", text, keep + above + sides + align)


def _centred(issuer: float, day: float) -> str:
    """With a seal: the date four characters from the edge, the issuer centred over it."""
    return _from(_LINE - max(day + 2 * _SEALED, issuer + 1))


def _flush(issuer: float, day: float) -> str:
    """Without one: the issuer two characters from the edge, the date beginning two behind it;
    a date that is longer lies two characters from the edge instead."""
    return _from(_LINE - _PLAIN - max(issuer, day + len(_BEHIND)))


def _from(left: float) -> str:
    """From there to the edge of the text, so that nothing breaks where digits are wide."""
    return indent(left=round(max(left, 0) * page.EM))


def _annex(annex: Annex, mark: str) -> Iterator[str]:
    yield paragraph("AnnexMark", mark, "<w:pageBreakBefore/>")
    yield paragraph("AnnexTitle", "\n".join(break_title(annex.title, page.TITLE_ROOM)))
    yield from _blocks(annex.blocks)


def _record(content: Content, code: str) -> Iterator[str]:
    """版记, at the foot of the last page; that of a letter has neither rules nor printer, and a
    form has none."""
    printed = content.printed_line.replace("　", "\t")
    said = (content.public_line, content.copy_line, printed, code_line(content, code))
    lines = [line for line in said if line]
    if lines:
        yield from (_SPACE, record(lines, ruled=not content.kind.is_letter), _SPACE)
