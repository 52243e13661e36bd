"""By which ways, beside letters to persons, notices of an installation reach people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.rules.throttles import Rates


@dataclass(frozen=True, slots=True)
class Group:
    """A work group with a robot; it hears of these units, or of all when none is named."""

    name: str
    units: frozenset[str] = frozenset()

    def hears_of(self, unit: str) -> bool:
        return not self.units or unit in self.units


@dataclass(frozen=True, slots=True)
class Routes:
    """The work groups that robots speak to, and how fast each channel may send."""

    groups: tuple[Group, ...] = ()
    rates: Mapping[str, Rates] = field(default_factory=dict)

    def groups_of(self, unit: str) -> tuple[str, ...]:
        """The names of the groups that hear of a unit."""
        return tuple(group.name for group in self.groups if group.hears_of(unit))


NO_ROUTES = Routes()
