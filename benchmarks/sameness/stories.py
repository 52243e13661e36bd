"""The years that are lived through: that of Wuzhong, and a seeded one of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.sameness.town import a_list, a_year
from config.scenario import Scenario, load_scenario
from flows.rehearsal.living import cast_of
from flows.rehearsal.scene import Cast
from flows.service import Service

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "wuzhong-2023" / "scenario.yaml"


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario, how its people are put together, and the days that are lived through: on the
    others nobody is there, and no sweep is run."""

    scenario: Scenario
    cast: Callable[[Scenario, Service], Cast]
    days: Sequence[date]


def wuzhong(_: int = 0) -> Story:
    """The shipped example, of 25 projects."""
    scenario = load_scenario(EXAMPLE)
    return Story(scenario, cast_of, _days(scenario))


def seeded(projects: int) -> Story:
    """So many projects, and a year of 2023."""
    ledger = a_list(projects)
    scenario = a_year(ledger)

    def cast(scenario: Scenario, service: Service) -> Cast:
        return Cast(scenario, service.rulebook.calendar, ledger, {})

    return Story(scenario, cast, _days(scenario))


def _days(scenario: Scenario) -> Sequence[date]:
    count = (scenario.last - scenario.first).days + 1
    return [scenario.first + timedelta(days=number) for number in range(count)]


YEARS: dict[str, Callable[[int], Story]] = {"wuzhong": wuzhong, "seeded": seeded}
