"""The office's weekly list tells of last week's doubtful reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.notices.explaining import explain
from engine.reports.report_versions import doubts_between
from engine.reports.reporting import Statement, report
from engine.rules.words import Cadence, NoticeKind
from engine.store.tables import Notice, Program, Project
from tests.engine.sweeping import GIVEN, City, at, begun, contact
from tests.stores import Store, lend

WEDNESDAY, MONDAY = date(2023, 4, 12), date(2023, 4, 17)


@pytest.fixture
def city(store: Store) -> Iterator[City]:
    """A list of which one unit reported less than before, and said why."""
    with lend(store, begun) as database:
        city = City(database, clock=at(WEDNESDAY))
        with database.begin() as session:
            project = session.scalars(select(Project).order_by(Project.id).limit(1)).one()
            fallen = Statement("2023-04", percent=Decimal(5))
            report(city.desk(session), project, fallen, contact(1), "重新测算")
        city.clock = at(GIVEN)
        yield city


def test_the_doubts_of_the_week_before_are_on_the_list_and_it_is_explained(city: City) -> None:
    city.sweep(Cadence.WEEKLY, MONDAY)
    (paper,) = city.rows(Notice, Notice.kind == NoticeKind.WEEKLY_LIST)
    (doubt,) = paper.facts["doubts"]
    assert (doubt["unit"], doubt["explanation"]) == ("单位1", "重新测算")
    assert "“形象进度”2023年3月累计15%，本期填5%" in doubt["text"]
    with city.database.read() as session:
        assert explain(session, paper.id).same


def test_only_the_week_before_is_told(city: City) -> None:
    (list_,) = city.rows(Program)
    with city.database.read() as session:
        assert doubts_between(session, [list_.id], date(2023, 4, 3), date(2023, 4, 10)) == {}
        assert doubts_between(session, [list_.id], MONDAY, date(2023, 4, 24)) == {}
        assert doubts_between(session, [list_.id + 1], date(2023, 4, 10), MONDAY) == {}
        assert len(doubts_between(session, [list_.id], date(2023, 4, 10), MONDAY)) == 1
