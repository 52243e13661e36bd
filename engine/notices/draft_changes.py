"""What the versions of a draft have changed, word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise

from engine.rules.words import Word
from engine.store.tables import DraftVersion

FIELDS = {"title": "标题", "remark": "补充说明", "ask": "要求"}


class Piece(Word):
    """What became of some words."""

    KEPT = "kept", "未变"
    GONE = "gone", "删去"
    NEW = "new", "新增"


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a text, and what became of them."""

    piece: Piece
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a version changed in one field."""

    name: str
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a draft; ``changes`` are those from the version before, none for the first."""

    number: int
    author: str
    at: datetime
    changes: tuple[FieldChange, ...]


def version_lines(versions: Sequence[DraftVersion]) -> list[VersionLine]:
    """The versions, the latest first."""
    first = [VersionLine(v.number, v.author, v.at, ()) for v in versions[:1]]
    later = [
        VersionLine(after.number, after.author, after.at, tuple(_changes(before, after)))
        for before, after in pairwise(versions)
    ]
    return [*reversed(later), *first]


def _changes(before: DraftVersion, after: DraftVersion) -> Iterator[FieldChange]:
    for field, name in FIELDS.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield FieldChange(name, tuple(_words(was, now)))


def _words(was: str, now: str) -> Iterator[Words]:
    for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            yield Words(Piece.KEPT, was[a:b])
            continue
        if b > a:
            yield Words(Piece.GONE, was[a:b])
        if d > c:
            yield Words(Piece.NEW, now[c:d])
