"""Worlds at three stages: registered, given to the units, and under way."""

from __future__ import annotations

import pytest

from engine import assignment
from engine.store.database import Database
from engine.transition import find_project
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    OTHER_CONTACT,
    World,
    assign_all,
    register_list,
)


@pytest.fixture
def registered(database: Database) -> World:
    world = World(database)
    register_list(world)
    return world


@pytest.fixture
def assigned(registered: World) -> World:
    assign_all(registered, "2023-01", "2023-02", "2023-03")
    return registered


@pytest.fixture
def underway(assigned: World) -> World:
    """Signed for on the day of assignment."""
    with assigned.desk(ASSIGNED_ON) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
        assignment.sign_for(desk, find_project(desk, "2023-02"), OTHER_CONTACT)
    return assigned
