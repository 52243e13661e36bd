from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.desk.transition import find_project
from engine.listing import project_lines
from engine.lists.levels import UnitUnknown, find_unit, flat, tree, units_below
from engine.lists.registering import compare
from engine.rules.words import UnitLevel
from engine.store.database import Database
from engine.store.tables import Unit
from tests.engine.builders import LIST, World, register_list, with_project
from tests.engine.test_breaking_down import COUNTY, SECOND, TOWN, a_measure, levelled
from tests.stores import Store, lend

TOWN_PART = a_measure("镇上建设", TOWN)
COUNTY_MEASURE = a_measure("县区建设", COUNTY, measures=(TOWN_PART,))
OTHERS_MEASURE = replace(SECOND, number=2)
ITEMS = levelled(with_project(LIST, 1, measures=(COUNTY_MEASURE, OTHERS_MEASURE)))


def with_tree(database: Database) -> None:
    register_list(World(database), ITEMS)


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with lend(store, with_tree) as database:
        yield World(database)


def seen(world: World, unit: str) -> list[str]:
    with world.database.read() as session:
        return [line.code for line in project_lines(session, unit=unit)]


def test_the_list_shows_each_item_with_its_parts_behind_it(world: World) -> None:
    everything = ["2023-01", "2023-01-1", "2023-01-1-1", "2023-01-2", "2023-02", "2023-03"]
    assert seen(world, "") == everything


def test_the_higher_sees_the_lower_and_never_the_reverse(world: World) -> None:
    assert seen(world, TOWN) == ["2023-01-1-1"]
    assert seen(world, COUNTY) == ["2023-01-1", "2023-01-1-1"]
    assert seen(world, "市政府") == seen(world, "")


def test_a_lead_unit_sees_all_that_its_item_became_and_a_support_unit_its_item(
    world: World,
) -> None:
    assert seen(world, "市教育局") == [
        "2023-01",
        "2023-01-1",
        "2023-01-1-1",
        "2023-01-2",
        "2023-03",
    ]
    assert seen(world, "市卫健局") == ["2023-01", "2023-01-2", "2023-02", "2023-03"]


def test_a_unit_that_is_not_there_is_told(world: World) -> None:
    with world.database.read() as session, pytest.raises(UnitUnknown, match="没有名为“某局”的单位"):
        project_lines(session, unit="某局")


def test_units_stand_below_one_another_as_the_file_says(world: World) -> None:
    with world.database.read() as session:
        county = find_unit(session, COUNTY)
        assert county.level is UnitLevel.COUNTY
        names = {session.get_one(Unit, n).name for n in units_below(session, county.id)}
    assert names == {COUNTY, TOWN}


def test_a_changed_level_is_a_difference_and_an_unsaid_one_is_none(world: World) -> None:
    with world.database.read() as session:
        assert compare(session, ITEMS) == []
        units = [
            replace(u, level=UnitLevel.COUNTY, parent="市教育局") if u.name == TOWN else u
            for u in ITEMS.units
        ]
        assert compare(session, replace(ITEMS, units=tuple(units))) == [
            f"{TOWN} 层级：乡级 → 县级",
            f"{TOWN} 上级单位：{COUNTY} → 市教育局",
        ]
        unsaid = [replace(unit, level=None, parent="") for unit in ITEMS.units]
        assert compare(session, replace(ITEMS, units=tuple(unsaid))) == []


def test_a_tree_shows_units_and_levels_of_all_parts(world: World) -> None:
    with world.desk() as desk:
        top = tree(desk.session, find_project(desk, "2023-01"), desk.day)
    assert [(depth, line.code, line.units, line.level) for depth, line in flat(top)] == [
        (0, "2023-01", ("市教育局",), UnitLevel.CITY),
        (1, "2023-01-1", (COUNTY,), UnitLevel.COUNTY),
        (2, "2023-01-1-1", (TOWN,), UnitLevel.TOWN),
        (1, "2023-01-2", ("市卫健局",), UnitLevel.CITY),
    ]
    assert top.support == ("市卫健局",)
