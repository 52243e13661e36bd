"""The address of a unit's calendar feed, and the dates in it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from engine.dates.unit_dates import UnitDate, unit_dates
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.lists.levels import UnitUnknown
from engine.reports.reporting import Statement, report
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind
from engine.staff.feeds import FeedChanged, feed_named, feed_of, renew
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, history
from engine.store.tables import Project
from tests.engine.builders import CONTACT, OFFICE, SECOND_OFFICER, TODAY, World, race

UNIT = "市教育局"


def dates(world: World) -> list[UnitDate]:
    with world.database.read() as session:
        return unit_dates(session, feed_named(session, UNIT).id)


def test_an_address_is_renewed_and_the_journal_tells_by_whom(underway: World) -> None:
    with underway.desk() as desk:
        found = feed_named(desk.session, UNIT)
        assert (found.serial, found.renewed_by) == (1, None)
        assert renew(desk, UNIT, OFFICE, 1) == 2
    with underway.desk() as desk:
        assert renew(desk, UNIT, SECOND_OFFICER, 2) == 3
        again = feed_of(desk.session, found.id)
        assert again is not None
        assert (again.serial, again.renewed_by) == (3, SECOND_OFFICER)
        told = [e for e in history(desk.session, ENGINE_CHAIN) if e.kind is EventKind.FEED_RENEWED]
        assert [(e.actor, e.data["unit"], e.data["version"]) for e in told] == [
            (OFFICE, UNIT, 2),
            (SECOND_OFFICER, UNIT, 3),
        ]


def test_only_the_office_renews_an_address(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在督查室岗位") as desk:
        renew(desk, UNIT, CONTACT, 1)


def test_an_unknown_unit_has_no_feed(underway: World) -> None:
    with underway.refuses(UnitUnknown, "没有名为“市水务局”的单位") as desk:
        renew(desk, "市水务局", OFFICE, 1)
    with underway.desk() as desk:
        assert feed_of(desk.session, 999_999) is None


def test_of_two_who_renew_at_once_one_wins_and_the_other_is_told_who(underway: World) -> None:
    told = race(
        underway,
        lambda desk: renew(desk, UNIT, OFFICE, 1),
        lambda desk: renew(desk, UNIT, SECOND_OFFICER, 1),
    )
    [refused] = [error for error in told if error is not None]
    assert isinstance(refused, FeedChanged)
    winner = (OFFICE, SECOND_OFFICER)[told.index(None)]
    assert f"订阅地址已由{winner}在2023年4月3日更换" in str(refused)


def test_a_feed_has_the_open_dates_of_what_the_unit_leads_alone_or_with_others(
    underway: World,
) -> None:
    found = dates(underway)
    assert {day.code for day in found} == {"2023-01", "2023-03"}
    assert [day.due for day in found] == sorted(day.due for day in found)
    first = next(day for day in found if day.slot == "1" and day.kind is DeadlineKind.MILESTONE)
    assert (first.name, first.due) == ("全部开工", date(2023, 5, 31))
    assert first.promise == ("学位：7500个", "幼儿园：6所")


def test_what_is_done_leaves_the_feed(underway: World) -> None:
    before = dates(underway)
    with underway.desk() as desk:
        statement = Statement("2023-04", text="开工", milestones=("全部开工",))
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)
    gone = {(d.code, d.kind, d.slot) for d in before} - {
        (d.code, d.kind, d.slot) for d in dates(underway)
    }
    assert gone == {
        ("2023-01", DeadlineKind.FIRST_REPORT, ""),
        ("2023-01", DeadlineKind.REPORT, "2023-04"),
        ("2023-01", DeadlineKind.MILESTONE, "1"),
    }


def test_what_has_ended_leaves_the_feed_and_the_last_change_is_told(underway: World) -> None:
    assert max(day.changed_at.date() for day in dates(underway)) <= TODAY
    with underway.database.begin() as session:
        session.execute(update(Project).values(state=ProjectState.TERMINATED))
    assert dates(underway) == []
