"""Layers of the calendar: what one authority declares working or off, and where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One day that a document declares working or off, with the festival's Chinese name.

    `source` names the document of this day where it differs from the layer's own.
    """

    day: date
    working: bool
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """The arrangements of one authority. `years` are those whose arrangement is published.

    Only the national layer publishes years; a provincial or own layer changes single days.
    """

    id: str
    title: str
    source: str
    url: str = ""
    entries: tuple[DayEntry, ...] = ()
    years: frozenset[int] = frozenset()

    def to_data(self) -> dict[str, Any]:
        """The layer as JSON values; `from_data` gives an equal layer."""
        return {
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "url": self.url,
            "years": sorted(self.years),
            "entries": [[e.day.isoformat(), e.working, e.name, e.source] for e in self.entries],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Layer:
        """The layer that `to_data` described."""
        return cls(
            id=data["id"],
            title=data["title"],
            source=data["source"],
            url=data["url"],
            entries=tuple(
                DayEntry(date.fromisoformat(day), working, name, source)
                for day, working, name, source in data["entries"]
            ),
            years=frozenset(data["years"]),
        )
