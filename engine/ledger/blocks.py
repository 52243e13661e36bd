"""Rows of a sheet that break an item down: 工作措施, within them 分解任务, and 县市任务.

Cells merged over several measures, and cells of rows above the first measure, are the item's;
all others are the measure's whose rows they stand in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from engine.ledger.draft import Entry

LEVELS = ("measure", "part", "local")
WRITTEN_ONCE = ("content", "lead_units", "support_units", "due", "sponsor", "urgency")
"""What an office writes beside the first measure alone holds for the item and all of them; support
units only where the lead unit does."""

Origin = tuple[int, int]


class Sheet(Protocol):
    """What is asked of a table here."""

    def entry(self, row: int, role: str) -> Entry: ...

    def origin(self, row: int, role: str) -> Origin: ...

    def same(self, row: int, other: int, role: str) -> bool: ...


@dataclass(slots=True)
class Extent:
    """The rows of an item or a measure, and those of what it is broken down into.

    Attributes:
        above: what it is a part of.
        depth: which column breaks it down.
    """

    rows: list[int]
    above: Extent | None = None
    parts: list[Extent] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.above.depth + 1 if self.above else 0

    def own(self, sheet: Sheet, role: str) -> list[int]:
        """The rows whose cell of a role belongs to this and not to a part of it, or to what it
        is a part of. When there is none, the role has nothing to say here."""
        if self.above is not None and self.above._has_from_first(sheet, role):
            return []
        mine = self._held(sheet, role)
        if not self._is_divided:
            return mine
        if self._has_from_first(sheet, role):
            return self.parts[0].rows
        of_parts = {row for part in self.parts for row in part._held(sheet, role)}
        return [row for row in mine if row not in of_parts]

    def _held(self, sheet: Sheet, role: str) -> list[int]:
        """The rows whose cell does not reach out of them: this one's, or a part's."""
        around = {sheet.origin(row, role) for row in self._outside}
        return [row for row in self.rows if sheet.origin(row, role) not in around]

    @property
    def _outside(self) -> list[int]:
        """The rows of what it is a part of that are not its own."""
        if self.above is None:
            return []
        return self.above._outside + [row for row in self.above.rows if row not in self.rows]

    @property
    def _is_divided(self) -> bool:
        """A lone measure beside its item shares its cells with it."""
        return bool(self.parts) and self.parts[0].rows != self.rows

    def _has_from_first(self, sheet: Sheet, role: str) -> bool:
        """Whether the text beside the first of several parts, and only there, is the whole's."""
        if role not in WRITTEN_ONCE or len(self.parts) < 2:
            return False
        if role == "support_units" and not self._has_from_first(sheet, "lead_units"):
            return False
        of_parts = [part._held(sheet, role) for part in self.parts]
        inside = {row for rows in of_parts for row in rows}
        first, *others = (_says(sheet, rows, role) for rows in of_parts)
        rest = [row for row in self._held(sheet, role) if row not in inside]
        return first and not any(others) and not _says(sheet, rest, role)


def extent_of(sheet: Sheet, rows: list[int], above: Extent | None = None) -> Extent:
    """The item, or the part of one, that stands in these rows, broken down as its columns say."""
    extent = Extent(rows, above)
    if extent.depth < len(LEVELS):
        blocks = _blocks(sheet, rows, LEVELS[extent.depth])
        extent.parts = [extent_of(sheet, block, extent) for block in blocks]
    return extent


def _blocks(sheet: Sheet, rows: list[int], column: str) -> list[list[int]]:
    """The rows of each part; rows above the first part are the whole's."""
    blocks: list[list[int]] = []
    for row in rows:
        if sheet.entry(row, column).text and not (
            blocks and sheet.same(row, blocks[-1][-1], column)
        ):
            blocks.append([row])
        elif blocks:
            blocks[-1].append(row)
    return blocks


def _says(sheet: Sheet, rows: list[int], role: str) -> bool:
    return any(sheet.entry(row, role).text for row in rows)
