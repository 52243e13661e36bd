"""Units are named in the order in which the list names them, which is the order of protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.assigning.reassigning import reassign
from engine.desk.transition import find_project
from engine.exporting import export_ledger
from engine.inspections.frequency import units_of
from engine.ledger import read_ledger
from engine.ledger.values import Ledger, LedgerUnit
from engine.lists.levels import tree
from engine.lists.preparing import prepare
from engine.lists.registered import registered_ledger
from engine.lists.registering import compare
from engine.lists.revising import revise
from engine.overseeing.people import people_of
from engine.publicity.reading import public_state
from engine.rules.words import PostKind
from engine.store.database import Database
from tests.engine.builders import (
    LIST,
    OFFICE,
    REGISTERED_ON,
    TODAY,
    World,
    assign_all,
    post,
    program_of,
    register_list,
    with_project,
)
from tests.engine.test_carrying_over import assess_and_pass, carried
from tests.engine.wishes import YEAR
from tests.stores import Store, lend

EDUCATION, HEALTH, SPORT, FINANCE, WATER = (
    "市教育局",
    "市卫健局",
    "市体育局",
    "市财政局",
    "市水务局",
)
LEADS, SUPPORT = (EDUCATION, WATER, FINANCE), (SPORT, HEALTH)
"""Neither by number nor by name, and not the other way round either."""

ITEMS: Ledger = replace(
    with_project(LIST, 1, lead_units=LEADS, support_units=SUPPORT),
    units=(*LIST.units, *(LedgerUnit(name) for name in (SPORT, FINANCE, WATER))),
    posts=(
        *(replace(who, email=f"p{n}@wz.example") for n, who in enumerate(LIST.posts)),
        post(SPORT, PostKind.CONTACT, "田径", "科员", email="sport@wz.example"),
        post(FINANCE, PostKind.CONTACT, "金有余", "科员", email="finance@wz.example"),
        post(WATER, PostKind.CONTACT, "江流", "科员", email="water@wz.example"),
    ),
)


def in_that_order(database: Database) -> None:
    world = World(database)
    register_list(world, ITEMS)
    assign_all(world, "2023-01", "2023-02", "2023-03")


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with lend(store, in_that_order) as database:
        yield World(database)


def listed(world: World) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units of the first item as an exported list names them."""
    with world.desk() as desk:
        names = [unit.name for unit in ITEMS.units]
        item = registered_ledger(desk.session, program_of(desk), names).projects[0]
    return item.lead_units, item.support_units


def test_an_exported_list_names_units_as_the_imported_one_did(world: World, tmp_path: Path) -> None:
    with world.desk() as desk:
        export_ledger(desk.session, program_of(desk), TODAY).save(tmp_path / "list.xlsx")
        ledger = read_ledger(tmp_path / "list.xlsx")
        assert compare(desk.session, ledger) == []
    first = ledger.projects[0]
    assert (first.lead_units, first.support_units) == (LEADS, SUPPORT)
    assert [unit.name for unit in ledger.units] == [unit.name for unit in ITEMS.units]
    assert [person.holder for person in ledger.posts] == [who.holder for who in ITEMS.posts]


def test_a_letter_of_assignment_names_them_so(world: World) -> None:
    terms = world.notice(1).facts["assignment"]
    assert (terms["lead"], terms["support"]) == (list(LEADS), list(SUPPORT))


def test_pages_and_the_public_board_name_them_so(world: World) -> None:
    with world.desk() as desk:
        item = find_project(desk, "2023-01")
        people = [(one.unit, one.role) for one in people_of(desk, item)]
        branch = tree(desk.session, item, TODAY)
        shown = public_state(desk, program_of(desk)).project("2023-01")
        visited = units_of(desk.session, [item.id])[item.id]
    assert [unit for unit, role in people if role != "领办领导"] == [*LEADS, *SUPPORT]
    assert (branch.units, branch.support) == (LEADS, SUPPORT)
    assert shown is not None and (shown.lead, shown.support) == (LEADS, SUPPORT)
    assert [unit.name for unit in visited] == list(LEADS)


def test_next_years_list_is_prefilled_with_them_so(world: World) -> None:
    assess_and_pass(world, carried(world, "2023-01", YEAR))
    with world.database.read() as session:
        (item,) = prepare(session, YEAR).items
    assert (item.lead_units, item.support_units) == (LEADS, SUPPORT)


def test_a_unit_that_takes_over_comes_where_the_other_one_was_named(world: World) -> None:
    with world.desk() as desk:
        item = find_project(desk, "2023-01")
        reassign(desk, item, SPORT, OFFICE, "三定规定调整", instead_of=WATER)
    assert listed(world) == ((EDUCATION, SPORT, FINANCE), (HEALTH,))


def test_a_revised_list_gives_them_its_own_order(database: Database) -> None:
    world = World(database)
    register_list(world, ITEMS)
    leads, support = (EDUCATION, FINANCE, WATER, SPORT), (HEALTH,)
    with world.desk(REGISTERED_ON) as desk:
        ledger = with_project(ITEMS, 1, lead_units=leads, support_units=support)
        revise(desk, program_of(desk), ledger, OFFICE)
    assert listed(world) == (leads, support)
