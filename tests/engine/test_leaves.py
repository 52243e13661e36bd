"""离岗与销假: the deputy stands in exactly so long, for exactly these posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.desk.people import NotAllowed, PersonUnknown, authorised_signer
from engine.rules.words import PostKind
from engine.staff.leaves import LeaveRefused, add, end, leave_lines
from engine.store.database import Database
from engine.store.directory import load_directory
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, history, verify
from engine.store.tables import Leave, Person, Post
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    LEADER,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    post,
    race,
    register_list,
)

LAST = date(2023, 4, 14)
DAY = timedelta(days=1)


def away(world: World, name: str = CONTACT, by: str = OFFICE, **given):
    with world.desk() as desk:
        return add(desk, name, given.pop("first", TODAY), given.pop("last", LAST), by, **given)


def contacts(world: World, day: date = TODAY) -> list[str]:
    unit = world.row("2023-01").lead_unit_id
    with world.database.read() as session:
        found = load_directory(session, day, {unit}).find(PostKind.CONTACT, unit, None)
        return [person.name for person in found]


def post_of(world: World, holder: str, kind: PostKind) -> int:
    with world.database.read() as session:
        query = select(Post.id).join(Person, Post.holder_id == Person.id)
        return session.scalars(query.where(Person.name == holder, Post.kind == kind)).one()


def test_the_deputy_stands_in_from_the_first_day_to_the_last(registered: World) -> None:
    away(registered)
    days = (TODAY - DAY, TODAY, LAST, LAST + DAY)
    assert [contacts(registered, day) for day in days] == [
        [CONTACT],
        [DEPUTY],
        [DEPUTY],
        [CONTACT],
    ]


def test_a_leave_from_one_post_leaves_the_others(database: Database) -> None:
    world = World(database)
    chief = post("市教育局", PostKind.SECTION, CONTACT, "科长", deputy=HEAD)
    register_list(world, replace(LIST, posts=(*LIST.posts, chief)))
    away(world, post_id=post_of(world, CONTACT, PostKind.CONTACT))
    unit = world.row("2023-01").lead_unit_id
    with world.database.read() as session:
        directory = load_directory(session, TODAY, {unit})
    assert [p.name for p in directory.find(PostKind.CONTACT, unit, None)] == [DEPUTY]
    assert [p.name for p in directory.find(PostKind.SECTION, unit, None)] == [CONTACT]


def test_a_signer_away_from_another_post_gives_no_authority(registered: World) -> None:
    other = post_of(registered, LEADER, PostKind.LEADER)
    with registered.database.begin() as session:
        row = session.get_one(Post, other)
        row.deputy_id = session.scalars(select(Person.id).where(Person.name == SIGNER)).one()
    away(registered, SIGNER, post_id=other)
    with registered.refuses(NotAllowed, "没有签发权限") as desk:
        authorised_signer(desk.session, LEADER, TODAY)


def test_a_leave_is_recorded_with_its_scope_and_author(registered: World) -> None:
    told = away(registered, by=HEAD, reason="休假", last=None)
    assert told.warnings == ()
    with registered.desk() as desk:
        (line,) = leave_lines(desk)
    assert (line.person, line.post, line.ends_on, line.recorded_by) == (CONTACT, "", None, HEAD)
    with registered.database.read() as session:
        assert verify(session) == []
        (event,) = history(session, PEOPLE_CHAIN)
    assert (event.kind, event.actor) == (EventKind.LEAVE_SET, HEAD)
    assert event.data == {
        "leave": told.number,
        "person": CONTACT,
        "post": None,
        "from": "2023-04-03",
        "to": None,
        "reason": "休假",
    }


def test_when_holder_and_deputy_are_away_at_once_it_is_said(registered: World) -> None:
    away(registered, DEPUTY, first=date(2023, 4, 10), last=None)
    (warning,) = away(registered).warnings
    assert warning == (
        "市教育局“科员”的A角和B角2023年4月10日至2023年4月14日同时离岗，期间无人顶岗，"
        "通知将逐级上送，请另行安排"
    )
    assert contacts(registered, LAST) == []


def test_all_that_is_wrong_with_a_leave_is_told_at_once(registered: World) -> None:
    away(registered)
    says = "结束日期2023年4月4日早于开始日期2023年4月5日；马晓明不在岗位 99 上，其岗位有：.*科员"
    with registered.refuses(LeaveRefused, says) as desk:
        add(desk, CONTACT, date(2023, 4, 5), date(2023, 4, 4), OFFICE, post_id=99)
    with registered.refuses(LeaveRefused, f"离岗已由{OFFICE}登记（编号 1），日期重叠") as desk:
        add(desk, CONTACT, LAST, None, OFFICE)
    with registered.refuses(LeaveRefused, "已经过去，无需登记") as desk:
        add(desk, DEPUTY, TODAY - 9 * DAY, TODAY - DAY, OFFICE)
    with registered.refuses(PersonUnknown, "通讯录中没有“谁”") as desk:
        add(desk, "谁", TODAY, LAST, OFFICE)


def test_leaves_of_one_person_from_two_posts_do_not_get_in_each_others_way(
    registered: World,
) -> None:
    mine = post_of(registered, DEPUTY, PostKind.CONTACT)
    standing_by = post_of(registered, CONTACT, PostKind.CONTACT)
    away(registered, DEPUTY, post_id=mine)
    away(registered, DEPUTY, post_id=standing_by)
    with registered.refuses(LeaveRefused, "日期重叠") as desk:
        add(desk, DEPUTY, TODAY, LAST, OFFICE)


def test_a_stranger_records_no_leave_and_no_deputy_sends_the_signer_away(
    registered: World,
) -> None:
    with registered.refuses(NotAllowed, f"{OTHER_CONTACT}不是督查室或{CONTACT}所在单位") as desk:
        add(desk, CONTACT, TODAY, LAST, OTHER_CONTACT)
    with registered.refuses(NotAllowed, f"{LEADER}是{SIGNER}签发岗位的B角") as desk:
        add(desk, SIGNER, TODAY, LAST, LEADER)
    away(registered, SIGNER, SIGNER)
    with registered.desk() as desk:
        assert authorised_signer(desk.session, LEADER, TODAY) == LEADER


def test_who_comes_back_early_is_there_at_once(registered: World) -> None:
    number = away(registered, first=TODAY - 3 * DAY, last=None).number
    with registered.desk() as desk:
        end(desk, number, CONTACT)
    assert contacts(registered) == [CONTACT]
    with registered.database.read() as session:
        assert session.get_one(Leave, number).ends_on == TODAY - DAY
        event = history(session, PEOPLE_CHAIN)[-1]
    assert (event.kind, event.data["back"]) == (EventKind.LEAVE_ENDED, "2023-04-03")


def test_a_leave_that_has_not_begun_is_dropped(registered: World) -> None:
    number = away(registered, first=TODAY + DAY).number
    with registered.desk() as desk:
        end(desk, number, OFFICE)
        assert leave_lines(desk, all_=True) == []
    assert contacts(registered, LAST) == [CONTACT]
    with registered.refuses(LeaveRefused, f"没有编号为 1 的离岗登记，{OFFICE}已办理销假") as desk:
        end(desk, number, OFFICE)


def test_a_leave_that_is_over_needs_no_end(registered: World) -> None:
    number = away(registered, first=TODAY, last=TODAY).number
    with registered.refuses(LeaveRefused, "到2023年4月3日为止，无需销假", LAST) as desk:
        end(desk, number, OFFICE)
    with registered.refuses(LeaveRefused, "没有编号为 7 的离岗登记$") as desk:
        end(desk, 7, OFFICE)


def test_of_two_who_record_one_leave_at_once_one_wins(registered: World) -> None:
    told = race(
        registered,
        lambda desk: add(desk, CONTACT, TODAY, LAST, OFFICE),
        lambda desk: add(desk, CONTACT, TODAY, None, SECOND_OFFICER),
    )
    (lost,) = [error for error in told if error]
    assert f"离岗已由{SECOND_OFFICER if told[0] else OFFICE}登记" in str(lost)


def test_of_two_who_end_one_leave_at_once_one_wins(registered: World) -> None:
    number = away(registered, first=TODAY - DAY).number
    told = race(
        registered,
        lambda desk: end(desk, number, OFFICE),
        lambda desk: end(desk, number, SECOND_OFFICER),
    )
    (lost,) = [error for error in told if error]
    assert f"，{SECOND_OFFICER if told[0] else OFFICE}已办理销假" in str(lost)


@pytest.mark.parametrize(("all_", "count"), [(False, 1), (True, 2)])
def test_the_list_shows_what_is_and_comes_and_on_demand_all(
    registered: World, all_: bool, count: int
) -> None:
    away(registered, first=TODAY, last=TODAY)
    away(registered, HEAD)
    with registered.desk(LAST) as desk:
        assert len(leave_lines(desk, all_=all_)) == count
