"""A long list stands on several pages, so that the first of them opens at once on any telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.rules.public_facts import PublicProject

LENGTH = 200
"""Items on one page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some items of a list, on a page of their own; ``number`` counts from 1."""

    number: int
    href: str
    items: Sequence[PublicProject]


@dataclass(frozen=True, slots=True)
class Sheets:
    """All pages of a list, at least one.

    Attributes:
        fields: where each field of the list begins.
    """

    all: Sequence[Sheet]
    fields: dict[str, str]

    def beside(self, sheet: Sheet, by: int) -> Sheet | None:
        """The page before (-1) or after (1) one; None where there is none."""
        place = sheet.number - 1 + by
        return self.all[place] if 0 <= place < len(self.all) else None


def sheets_of(items: Sequence[PublicProject], home: str) -> Sheets:
    """Spread a list over pages, of which the first is its home."""
    parts = [items[at : at + LENGTH] for at in range(0, max(1, len(items)), LENGTH)]
    found = [Sheet(number, _href(home, number), part) for number, part in enumerate(parts, start=1)]
    fields: dict[str, str] = {}
    for sheet in found:
        for item in sheet.items:
            fields.setdefault(item.field, sheet.href)
    return Sheets(found, fields)


def _href(home: str, number: int) -> str:
    return home if number == 1 else f"{home.removesuffix('.html')}-p{number}.html"
