"""Fields are named in the order in which the list names them, as the public board names them."""

from __future__ import annotations

from dataclasses import replace

from engine.overseeing.choice import Choice, fields, lists_by_year
from engine.overseeing.lights import lights_of_year
from engine.overseeing.wall import Grouping, wall_items
from engine.store.database import Database
from tests.engine.builders import LIST, TODAY, World, register_list, with_project

LISTED = ("教育", "卫生", "为老", "就业")
"""Neither by name nor the other way round."""

ITEM = LIST.projects[1]
ITEMS = with_project(
    replace(
        LIST,
        projects=tuple(
            replace(ITEM, number=number, field=field, title=f"第{number}项")
            for number, field in enumerate((*LISTED[:2], "", *LISTED[2:], LISTED[0]), start=1)
        ),
    ),
    5,
    measures=(replace(ITEM, number=1, field=LISTED[3]),),
)
"""The part of the fifth item is a first one too."""


def test_the_overview_the_wall_and_the_filter_name_fields_as_the_list_does(
    database: Database,
) -> None:
    register_list(World(database), ITEMS)
    with database.read() as session:
        counted = lights_of_year(session, None, TODAY).fields
        assert [(one.name, one.total) for one in counted] == [
            ("教育", 2),
            ("卫生", 1),
            ("为老", 1),
            ("就业", 2),
            ("", 1),
        ]
        offered = fields(session, lists_by_year(session)[2023])
        wall = wall_items(session, Choice(), Grouping.FIELD, TODAY, 0, 10)
        rest = wall_items(session, Choice(), Grouping.FIELD, TODAY, 4, 10)
    assert tuple(offered) == LISTED
    assert [item.group for item in wall] == ["教育", *LISTED, "就业", ""]
    assert wall[4:] == rest


def test_where_years_stand_together_the_newest_list_says_the_order(database: Database) -> None:
    world = World(database)
    register_list(world, LIST)
    turned = with_project(LIST, 1, field="卫生")
    register_list(world, replace(with_project(turned, 2, field="交通"), title="次年", year=2024))
    with database.read() as session:
        years = lists_by_year(session)
        both = fields(session, [*years[2023], *years[2024]])
        wall = wall_items(session, Choice(), Grouping.FIELD, TODAY, 0, 10)
    assert both[0] == "卫生"
    assert list(dict.fromkeys(item.group for item in wall)) == both
