"""A text cut into its sentences, and these into the clauses that may each name a target."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from engine.ledger.figures import BUILDING, Figure, figures_in, has_figures, plain_figures
from engine.ledger.wholes import is_whole, says_all
from engine.ledger.wording import split_outside_parentheses, without_parentheses

# Numbers of a list in one cell, before its sentences and clauses.
_LIST_NUMBER = re.compile(
    r"^(?:\d{1,2}(?:\)|、|\.(?!\d))|[一二三四五六七八九十]{1,3}[是、]|[-—·•*](?!\d))\s*"
)
_OF_WHICH = re.compile(r"其中(?:主要)?(?:包括|包含|含)?[:,]?\s*")
_ENDS = ";。\n"
_VERBS = re.compile(rf"(?:(?:{BUILDING})、?)+")
_ENDED = re.compile("[;。,:、]$")
_REST = re.compile(rf"(?!{BUILDING})\D{{0,2}}\d")


@dataclass(frozen=True)
class Clause:
    """What may name a target.

    Attributes:
        text: as it is written.
        mark: what sets it apart from the clause before: ``,``, ``:`` or ``、``; nothing where a
            sentence begins.
        before: the words of the clause before, which name a figure that stands alone.
    """

    text: str
    mark: str = ""
    before: str = ""

    @cached_property
    def plain(self) -> str:
        """The text without its remarks in parentheses."""
        return _LIST_NUMBER.sub("", without_parentheses(self.text))

    @cached_property
    def figures(self) -> list[Figure]:
        """Its figures, from the left."""
        return figures_in(self.plain)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, its figures in one form, lines that only fit a cell joined."""
    lines = _lines([line.strip() for line in plain_figures(text).split("\n")])
    found = split_outside_parentheses("\n".join(lines), _ENDS)
    return tuple(_LIST_NUMBER.sub("", sentence) for sentence in found)


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence in their order."""
    apart = _OF_WHICH.sub(",其中", sentence)
    found: list[Clause] = []
    for stretch in split_outside_parentheses(apart, ","):
        for place, part in enumerate(split_outside_parentheses(stretch, ":")):
            for number, text in enumerate(_strung(part)):
                mark = "、" if number else ":" if place else ","
                before = found[-1].plain if found else ""
                found.append(Clause(text, mark if found else "", before))
    return found


def _strung(part: str) -> list[str]:
    """The texts between 、, but 新建、改建学校15所 in one: its first half counts nothing."""
    found: list[list[str]] = []
    for text in reversed(split_outside_parentheses(part, "、")):
        if found and not has_figures(text) and _is_shared(text, found[-1]):
            found[-1].insert(0, text)
        else:
            found.append([text])
    return ["、".join(texts) for texts in reversed(found)]


def _is_shared(before: str, texts: list[str]) -> bool:
    """Whether a text goes with those after it, the last of which counts something."""
    if not has_figures(texts[-1]) or says_all(before):
        return False
    return _VERBS.fullmatch(before) is not None or not _VERBS.match(texts[0])


def _lines(lines: list[str]) -> list[str]:
    joined: list[str] = []
    for line in filter(None, lines):
        if joined and _goes_on(joined[-1], line):
            # A figure torn apart stays so, to be told.
            torn = joined[-1][-1].isdigit() and line[0].isdigit()
            joined[-1] += f" {line}" if torn else line
        else:
            joined.append(line)
    return joined


def _goes_on(above: str, line: str) -> bool:
    """Whether a line break only fits a sentence into its cell."""
    if _ENDED.search(above) or _LIST_NUMBER.match(line) or is_whole(above):
        return False
    if above[-1].isdigit():
        return True
    return not re.search(r"\d", above) and _REST.match(line) is not None
