"""合计: the classes into which a paper divides its items, and proof that they add up.

A paper whose figures do not add up is never made (33816 of 35062 was once printed as 96.55 %).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.errors import DubanError
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light

STOPPED = (ProjectState.SUSPENDED, ProjectState.TERMINATED)
CLASSES = {
    "green": "绿灯",
    "yellow": "黄灯",
    "red": "红灯",
    "done": "已办结",
    "stopped": "暂停或终止",
}
"""The classes of a count by name: each item is in exactly one."""


class PaperUnsound(DubanError):
    """材料中的合计与分项不符。"""


@dataclass(frozen=True, slots=True)
class FieldCount:
    """One row of a paper's table: so many items, and so many of each class."""

    field: str
    total: int
    green: int
    yellow: int
    red: int
    done: int
    stopped: int = 0

    @property
    def figures(self) -> tuple[int, ...]:
        """The classes in their order."""
        return tuple(getattr(self, name) for name in CLASSES)

    @property
    def done_percent(self) -> Decimal | None:
        """办结率, to a tenth of a percent; None of nothing."""
        if not self.total:
            return None
        share = Decimal(self.done) * 100 / self.total
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def class_of(light: Light, state: ProjectState) -> str:
    """The one class an item is counted in: what stands still is no longer green, nor behind."""
    if state in STOPPED:
        return "stopped"
    return "done" if light is Light.BLUE else light.value


def count(field: str, items: Iterable[tuple[Light, ProjectState]]) -> FieldCount:
    """The row of some items."""
    classes = Counter(class_of(light, state) for light, state in items)
    return FieldCount(field, classes.total(), **{name: classes[name] for name in CLASSES})


def faults_of(total: FieldCount, rows: Sequence[FieldCount] = ()) -> tuple[str, ...]:
    """What does not add up, in Chinese: classes to each row's total, rows to the last row."""
    return tuple(_faults(total, rows))


def _faults(total: FieldCount, rows: Sequence[FieldCount]) -> Iterator[str]:
    for row in (*rows, total):
        if sum(row.figures) != row.total:
            yield f"“{row.field}”共{row.total}件，各类之和为{sum(row.figures)}件"
    if not rows:
        return
    columns = {"total": "件数"} | CLASSES
    for name, label in columns.items():
        parts, whole = sum(getattr(row, name) for row in rows), getattr(total, name)
        if parts != whole:
            yield f"“{label}”合计{whole}件，各行之和为{parts}件"


def check_table(columns: Sequence[str], rows: Sequence[Sequence[int]], sums: Sequence[int]) -> None:
    """Hold the last row of a plain table against the rows above it.

    Raises:
        PaperUnsound: a column does not add up; every such column is named.
    """
    found = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(sums)
    check(
        f"“{name}”合计{whole}，各行之和为{parts}"
        for name, parts, whole in zip(columns, found, sums, strict=True)
        if parts != whole
    )


def check(faults: Iterable[str]) -> None:
    """Refuse a paper with faults.

    Raises:
        PaperUnsound: there are any; all are named.
    """
    found = list(faults)
    if found:
        raise PaperUnsound("合计与分项不符：" + "；".join(found))
