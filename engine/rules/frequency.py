"""督查频次: not too often, and never the same twice.

条例 733 art. 15: 严格控制督查频次和时限；严禁重复督查、多头督查. An earlier inspection counts
whoever made it; a re-check of what was found does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.rules.conditions import written
from engine.rules.policy_parts import Frequency


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection as the limits see it.

    Attributes:
        number: its number; 0 for one that is about to be planned.
        first, last: its period.
        places: unit and item, for all it looks at anew (no re-checks).
    """

    number: int
    title: str
    first: date
    last: date
    places: frozenset[tuple[str, str]] = frozenset()

    @property
    def units(self) -> frozenset[str]:
        return frozenset(unit for unit, _ in self.places)

    @property
    def name(self) -> str:
        """How a refusal calls it."""
        days = written(self.first)
        if self.last != self.first:
            days += f"至{written(self.last)}"
        return f"督查{self.number}“{self.title}”（{days}）"


def too_often(planned: Visit, others: Sequence[Visit], limits: Frequency) -> list[str]:
    """Why an inspection may not be planned beside the others, each with the earlier one named.

    Args:
        others: all that are planned, under way or concluded; not those that were cancelled.
    """
    return [*_repeated(planned, others, limits), *_over_count(planned, others, limits)]


def days_apart(one: Visit, other: Visit) -> int:
    """Calendar days from the end of one to the beginning of the other; below 1 they meet."""
    return max((one.first - other.last).days, (other.first - one.last).days)


def _repeated(planned: Visit, others: Sequence[Visit], limits: Frequency) -> Iterator[str]:
    for other in others:
        apart = days_apart(planned, other)
        if apart >= max(limits.repeat_after, 1):
            continue
        for unit, code in sorted(planned.places & other.places):
            how_far = f"相隔{apart}日" if apart > 0 else "期间重叠"
            yield (
                f"{code}（{unit}）已列入{other.name}，{how_far}，"
                f"规则为同一单位同一事项{max(limits.repeat_after, 1)}日内不重复督查"
            )


def _over_count(planned: Visit, others: Sequence[Visit], limits: Frequency) -> Iterator[str]:
    year = planned.first.year
    for unit in sorted(planned.units):
        made = [other for other in others if other.first.year == year and unit in other.units]
        if len(made) >= limits.per_unit_per_year:
            names = "、".join(other.name for other in made)
            yield (
                f"{unit}{year}年已有{len(made)}次督查，达到规则的每年{limits.per_unit_per_year}次："
                f"{names}"
            )
