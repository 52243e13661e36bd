"""SIGKILL at each named point of each sweep: nothing is lost, and nothing is issued twice."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from engine.rules.words import Cadence
from engine.store.database import Database
from engine.store.tables import Delivery, DeliveryState, Notice, RunState, SweepRun
from engine.sweeps import checking, weekly
from tests.crash.workers import sweep_in_a_process
from tests.engine.sweeping import HOURS, City, at
from tests.stores import Fill, lend

DAYS = {
    Cadence.DAILY: date(2023, 4, 20),  # reminders of the step
    Cadence.WEEKLY: date(2023, 4, 17),
    Cadence.MONTHLY: date(2023, 12, 4),  # lights, warnings, the brief and the November gate
    Cadence.QUARTERLY: date(2023, 7, 5),
}
MONTHS = (date(2023, 4, 4), date(2023, 5, 5))
"""Two monthly sweeps that find every project behind, for the quarter to speak of."""
POINTS = [
    *((Cadence.DAILY, point) for point in ("claimed", "written:2", "batch:1", "finished")),
    *((Cadence.WEEKLY, point) for point in ("claimed", "written:2", "batch:1", "finished")),
    # Of a month, the third writing and the third batch are the last ones of the projects, and
    # the fourth writing is that of the papers.
    *((Cadence.MONTHLY, point) for point in ("claimed", "written:2", "batch:3", "finished")),
    (Cadence.MONTHLY, "written:4"),
    (Cadence.QUARTERLY, "written"),
]


def begun(database: Database) -> City:
    """Six projects of three units, under way."""
    return City(database).found(projects=6, units=3).begin_work()


def behind(database: Database) -> None:
    """The same, after two months found wanting."""
    city = begun(database)
    for month in MONTHS:
        city.sweep(Cadence.MONTHLY, month)


def eve_of(cadence: Cadence) -> Fill:
    """What a sweep begins with."""
    return behind if cadence is Cadence.QUARTERLY else begun


@pytest.fixture(scope="module")
def pictures() -> dict[tuple[str, Cadence], dict[str, Any]]:
    """What an undisturbed sweep leaves behind, by database and cadence, once it was needed."""
    return {}


@pytest.fixture
def city(store, cadence) -> Iterator[City]:
    """The city on the eve of a sweep."""
    with lend(store, eve_of(cadence)) as database:
        yield City(database)


@pytest.fixture
def left_alone(store, pictures) -> Callable[[Cadence], dict[str, Any]]:
    def picture(cadence: Cadence) -> dict[str, Any]:
        key = (type(store).__name__, cadence)
        if key not in pictures:
            with lend(store, eve_of(cadence)) as database:
                city = City(database)
                city.sweep(cadence, DAYS[cadence])
                pictures[key] = city.picture()
        return pictures[key]

    return picture


@pytest.mark.parametrize(("cadence", "point"), POINTS)
def test_a_sweep_killed_and_run_again_ends_like_one_that_was_left_alone(
    city, left_alone, cadence, point, monkeypatch
):
    day = DAYS[cadence]
    url = city.database.engine.url.render_as_string(hide_password=False)
    start = at(day, HOURS[cadence].hour, HOURS[cadence].minute)
    code = sweep_in_a_process(url, cadence, day, start, f"sweep.{point}")
    assert code == -signal.SIGKILL
    run = city.rows(SweepRun, SweepRun.as_of == start)[0]
    assert run.state is RunState.RUNNING
    letters = city.rows(Delivery, Delivery.run_id == run.id)
    assert {letter.state for letter in letters} <= {DeliveryState.GATHERING}

    monkeypatch.setattr(checking, "BATCH", 2)
    monkeypatch.setattr(weekly, "UNITS", 1)
    # Who goes on holds it to the moment that the first one had begun with.
    assert city.sweep(cadence, day, start + timedelta(seconds=61)).claimed

    assert city.picture() == left_alone(cadence)
    assert city.faults() == []
    assert city.rows(Notice, Notice.run_id == run.id)


@pytest.mark.parametrize("cadence", [Cadence.DAILY])
def test_a_sweep_in_a_process_that_nobody_kills_ends_well(city, cadence):
    """Otherwise the test above would prove nothing."""
    url = city.database.engine.url.render_as_string(hide_password=False)
    day = DAYS[cadence]
    assert sweep_in_a_process(url, cadence, day, at(day, 9)) == 0
    assert len(city.rows(Notice, Notice.as_of == day)) == 6
