"""Work groups: one message per unit, group and run, of what the rules allow and no criticism."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.rules.routes import Group, Routes
from engine.rules.words import Cadence, NoticeKind
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice
from tests.engine.sweeping import City, rulebook

REMINDED = date(2023, 4, 20)
ROUTES = Routes((Group("单位1群", frozenset({"单位1"})), Group("总群")))


@pytest.fixture
def city(database) -> City:
    rules = replace(rulebook(), routes=ROUTES)
    return City(database, rules=rules).found(4, 2).begin_work()


def to_groups(city: City) -> list[Delivery]:
    return city.rows(Delivery, Delivery.person_id.is_(None))


def test_each_group_hears_of_its_units_once_a_run(city):
    city.sweep(Cadence.DAILY, REMINDED)
    found = to_groups(city)
    assert sorted((row.channel, row.address) for row in found) == [
        ("单位1群", "单位1群"),
        ("总群", "总群"),
        ("总群", "总群"),
    ]
    assert {row.state for row in found} == {DeliveryState.QUEUED}
    assert {row.post_kind for row in found} == {None}
    with city.database.read() as session:
        carried = session.query(DeliveryNotice).filter_by(delivery_id=found[0].id).count()
    assert carried == 2, "a unit leads two of the four items"


def test_only_notices_of_rules_that_name_the_group_go_there(city):
    city.sweep(Cadence.WEEKLY, date(2023, 4, 17))
    assert to_groups(city) == []
    city.sweep_daily(REMINDED, date(2023, 5, 31))
    with city.database.read() as session:
        told = (
            session.query(Notice.kind)
            .join(DeliveryNotice, DeliveryNotice.notice_id == Notice.id)
            .join(Delivery, Delivery.id == DeliveryNotice.delivery_id)
            .filter(Delivery.person_id.is_(None))
            .distinct()
        )
        assert {kind for (kind,) in told} == {NoticeKind.REMINDER}
    assert city.rows(Notice, Notice.kind == NoticeKind.CHASE)


def test_without_routes_no_group_hears_anything(database):
    city = City(database).found(4, 2).begin_work()
    city.sweep(Cadence.DAILY, REMINDED)
    assert to_groups(city) == []
