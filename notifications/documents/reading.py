"""Reading a .docx that somebody hands in: its paragraphs and the code on it. Nothing of it is
believed, run or fetched; what is no plain document is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from engine.errors import DubanError, cause_of
from engine.rules import codes
from engine.rules.contents import tidy
from notifications.documents.printed import lines_of

LARGEST = 5 * 2**20  # bytes, of the file and of its text
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CODE = re.compile(codes.PATTERN)
_HIDDEN = (f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr")


class NotReadable(DubanError):
    """这个文件读不出公文。"""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy says: the code on it, empty for none, and its paragraphs without that code."""

    code: str
    lines: tuple[str, ...]


def read_copy(path: Path) -> Copy:
    """Read a copy of a document.

    Raises:
        NotReadable: it is no .docx, too large, or damaged.
    """
    lines = [line for line in _paragraphs(_body(path)) if tidy(line)]
    found = [match[0] for line in lines if (match := _CODE.search(line))]
    code = found[-1] if found else ""
    alone = set(map(tidy, lines_of(code))) if code else set()
    return Copy(code, tuple(line for line in lines if tidy(line) not in alone))


def _body(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NotReadable(f"{path} 超过{LARGEST // 2**20}MB，不像公文")
        with ZipFile(path) as archive:
            if archive.getinfo(_BODY).file_size > LARGEST:
                raise NotReadable(f"{path} 的正文超过{LARGEST // 2**20}MB，不像公文")
            return archive.read(_BODY)
    except OSError as error:
        raise NotReadable(f"{path} 打不开：{cause_of(error)}") from error
    except (BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotReadable(f"{path} 不是完好的 .docx 文件，请交来原来的电子文件") from error


def _paragraphs(body: bytes) -> Iterator[str]:
    """All paragraphs in their order, those in tables and text boxes too; each is told once."""
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        raise NotReadable("文件的正文不是公文的写法，不予读取")
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise NotReadable("文件的正文已损坏，请交来原来的电子文件") from error
    for paragraph in tree.iter(f"{_W}p"):
        yield "".join(_text(paragraph))


def _text(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag != f"{_W}p" and child.tag not in _HIDDEN:
            yield from _text(child)
