"""Worlds at three stages: registered, given to the units, and under way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.assigning import assignment
from engine.desk.transition import find_project
from engine.store.database import Database
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    OTHER_CONTACT,
    World,
    assign_all,
    register_list,
)
from tests.stores import Store, lend


def register_all(database: Database) -> None:
    register_list(World(database))


def give_out(database: Database) -> None:
    register_all(database)
    assign_all(World(database), "2023-01", "2023-02", "2023-03")


def begin(database: Database) -> None:
    give_out(database)
    with World(database).desk(ASSIGNED_ON) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
        assignment.sign_for(desk, find_project(desk, "2023-02"), OTHER_CONTACT)


@pytest.fixture
def registered(store: Store) -> Iterator[World]:
    with lend(store, register_all) as database:
        yield World(database)


@pytest.fixture
def assigned(store: Store) -> Iterator[World]:
    with lend(store, give_out) as database:
        yield World(database)


@pytest.fixture
def underway(store: Store) -> Iterator[World]:
    """Signed for on the day of assignment."""
    with lend(store, begin) as database:
        yield World(database)
