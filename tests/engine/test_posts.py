"""岗位: a change of holder loses nothing that is open, and nobody gives themself a signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.desk.people import NotAllowed, acting
from engine.desk.transition import find_project
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind, PostKind
from engine.staff.post_list import post_lines
from engine.staff.posts import PostRefused, hold, set_deputy
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import PEOPLE_CHAIN, history, verify
from engine.store.tables import Delivery, Person, Post
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
    assign_all,
    post,
    race,
    register_list,
    with_project,
)

NEW = "新联系"
EMAIL = "xin@wz.example"


def number_of(world: World, holder: str, kind: PostKind = PostKind.CONTACT) -> int:
    with world.database.read() as session:
        query = select(Post.id).join(Person, Post.holder_id == Person.id)
        return session.scalars(query.where(Person.name == holder, Post.kind == kind)).one()


def take_over(world: World, number: int, name: str = NEW, by: str = OFFICE, **given: str):
    given = {"replaces": CONTACT, "email": EMAIL} | given
    with world.desk() as desk:
        return hold(desk, number, name, by, **given)


def people_events(world: World) -> list[tuple[EventKind, str, dict]]:
    with world.database.read() as session:
        assert verify(session) == []
        return [(e.kind, e.actor, dict(e.data)) for e in history(session, PEOPLE_CHAIN)]


def addresses(world: World) -> list[tuple[str, str]]:
    with world.database.read() as session:
        query = select(Person.name, Delivery.address).join(Person).order_by(Delivery.id)
        return [(name, address) for name, address in session.execute(query)]


def test_a_new_holder_takes_the_post_with_all_that_is_open(assigned: World) -> None:
    before = assigned.pending("2023-01")
    number = number_of(assigned, CONTACT)
    told = take_over(assigned, number, title="副科长")
    assert (told.readdressed, told.items, told.warnings) == (1, (), ())
    assert assigned.pending("2023-01") == before
    with assigned.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), NEW)
    assert (DeadlineKind.SIGN_FOR, "1") not in assigned.pending("2023-01")
    with assigned.database.read() as session:
        person = session.scalars(select(Person).where(Person.name == NEW)).one()
    assert (person.title, person.email) == ("副科长", EMAIL)


def test_messages_that_wait_for_the_old_holder_go_to_the_new_one(assigned: World) -> None:
    take_over(assigned, number_of(assigned, CONTACT))
    assert addresses(assigned)[0] == (NEW, EMAIL)
    told = assigned.journal("2023-01")[-1]
    assert (told.kind, told.actor) == (EventKind.READDRESSED, OFFICE)
    assert told.data == {"notice": 1, "from": CONTACT, "to": NEW}


def test_what_was_tried_once_keeps_its_address(assigned: World) -> None:
    with assigned.database.begin() as session:
        for row in session.scalars(select(Delivery)):
            row.attempts = 1
    assert take_over(assigned, number_of(assigned, CONTACT)).readdressed == 0
    assert addresses(assigned)[0] == (CONTACT, f"{CONTACT}@wz.example")


def test_a_message_of_one_who_serves_two_units_is_parted(database: Database) -> None:
    world = World(database)
    both = [
        replace(p, holder=f"{CONTACT}", unit="市卫健局") if p.holder == OTHER_CONTACT else p
        for p in LIST.posts
    ]
    register_list(world, replace(LIST, posts=tuple(both)))
    with world.database.begin() as session:
        query = select(Person).where(Person.name == CONTACT).order_by(Person.id)
        first, second = session.scalars(query).all()
        row = session.scalars(select(Post).where(Post.holder_id == second.id)).one()
        row.holder_id = first.id
        session.delete(second)
    assign_all(world, "2023-01", "2023-02")
    assert world.mails()[0][2] == 3
    with world.database.read() as session:
        posts = select(Post.id).where(Post.title == "科员").order_by(Post.id)
        number = session.scalars(posts).all()[-1]
    assert take_over(world, number).readdressed == 1
    assert [(name, count) for name, _, count in world.mails()] == [(CONTACT, 1), (NEW, 2)]


def test_open_items_that_name_their_leader_by_name_name_the_new_one(database: Database) -> None:
    world = World(database)
    register_list(world, with_project(LIST, 1, sponsor=LEADER))
    number = number_of(world, LEADER, PostKind.LEADER)
    told = take_over(world, number, "王副市长", replaces=LEADER)
    assert told.items == ("2023-01",)
    row = world.row("2023-01")
    assert (row.sponsor, row.leader_post_id) == ("王副市长", number)
    assert world.row("2023-02").sponsor == "副市长"
    with world.desk() as desk:
        assert acting(desk.session, "王副市长", Role.LEADER) == "王副市长"


def test_somebody_of_another_unit_may_take_a_post_beside_their_own(registered: World) -> None:
    take_over(registered, number_of(registered, CONTACT), f"{OTHER_CONTACT}@市卫健局", email="")
    with registered.desk() as desk:
        assert acting(desk.session, OTHER_CONTACT, Role.UNIT, find_project(desk, "2023-01"))


def test_a_deputy_who_takes_the_post_stands_in_for_nobody(registered: World) -> None:
    number = number_of(registered, CONTACT)
    take_over(registered, number, DEPUTY, email="")
    with registered.database.read() as session:
        row = session.get_one(Post, number)
        assert session.get_one(Person, row.holder_id or 0).name == DEPUTY
        assert row.deputy_id is None


def test_all_that_is_wrong_with_a_new_holder_is_told_at_once(registered: World) -> None:
    number = number_of(registered, CONTACT)
    with registered.refuses(PostRefused, "没有编号为 99 的岗位，请用 duban post list") as desk:
        hold(desk, 99, NEW, OFFICE)
    says = f"（接替的写 --replaces {CONTACT}）；请写明邮箱.*；姓名有51个字"
    with registered.refuses(PostRefused, says) as desk:
        hold(desk, number, "新" * 51, OFFICE, replaces=HEAD)
    with registered.refuses(PostRefused, "请写明新任人员的姓名；邮箱“甲”格式不对") as desk:
        hold(desk, number, "", OFFICE, replaces=CONTACT, email="甲")
    with registered.refuses(PostRefused, f"{CONTACT}现已担任该岗位") as desk:
        hold(desk, number, CONTACT, OFFICE, replaces=CONTACT)


def test_only_the_office_changes_posts_and_nobody_gives_themself_a_signature(
    registered: World,
) -> None:
    number = number_of(registered, SIGNER, PostKind.SIGNER)
    with registered.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        hold(desk, number, NEW, HEAD, replaces=SIGNER, email=EMAIL)
    with registered.refuses(NotAllowed, f"{OFFICE}不得为自己登记有签发权的岗位") as desk:
        hold(desk, number, f"{OFFICE}@督查室", OFFICE, replaces=SIGNER)
    with registered.refuses(NotAllowed, f"{OFFICE}不得为自己登记有签发权的岗位") as desk:
        set_deputy(desk, number, f"{OFFICE}@督查室", OFFICE, replaces=LEADER)


def test_of_two_who_fill_a_post_at_once_one_wins_and_the_other_is_told(registered: World) -> None:
    number = number_of(registered, CONTACT)

    def fill(name: str, by: str):
        return lambda desk: hold(desk, number, name, by, replaces=CONTACT, email=EMAIL)

    told = race(registered, fill("甲", OFFICE), fill("乙", SECOND_OFFICER))
    (lost,) = [error for error in told if error]
    winner, name = (SECOND_OFFICER, "乙") if told[0] else (OFFICE, "甲")
    assert f"现由{name}担任（{winner}登记）" in str(lost)
    assert [e[:2] for e in people_events(registered)] == [(EventKind.POST_HELD, winner)]


def test_a_deputy_is_named_replaced_and_taken_away(registered: World) -> None:
    number = number_of(registered, HEAD, PostKind.UNIT_HEAD)
    with registered.desk() as desk:
        assert set_deputy(desk, number, DEPUTY, OFFICE) == ()
    with registered.refuses(
        PostRefused, f"B角为{DEPUTY}（{OFFICE}登记），请看过再登记（接替的写"
    ) as desk:
        set_deputy(desk, number, CONTACT, OFFICE)
    with registered.refuses(PostRefused, f"{HEAD}担任该岗位，不能做自己的B角") as desk:
        set_deputy(desk, number, HEAD, OFFICE, replaces=DEPUTY)
    with registered.refuses(PostRefused, "通讯录中没有“谁”") as desk:
        set_deputy(desk, number, "谁", OFFICE, replaces=DEPUTY)
    with registered.desk() as desk:
        set_deputy(desk, number, "", OFFICE, replaces=DEPUTY)
    events = people_events(registered)
    assert [(kind, data["before"], data["now"]) for kind, _, data in events] == [
        (EventKind.DEPUTY_SET, "", DEPUTY),
        (EventKind.DEPUTY_SET, DEPUTY, ""),
    ]


def test_of_two_who_name_a_deputy_at_once_one_wins(registered: World) -> None:
    number = number_of(registered, HEAD, PostKind.UNIT_HEAD)
    told = race(
        registered,
        lambda desk: set_deputy(desk, number, DEPUTY, OFFICE),
        lambda desk: set_deputy(desk, number, CONTACT, SECOND_OFFICER),
    )
    (lost,) = [error for error in told if error]
    assert "接替的写 --replaces" in str(lost)


@pytest.mark.parametrize("until", [None, date(2023, 4, 10)])
def test_a_deputy_who_is_away_at_the_same_time_is_warned_of(
    registered: World, until: date | None
) -> None:
    registered.absent(HEAD, TODAY, until)
    registered.absent(DEPUTY, date(2023, 4, 6))
    with registered.desk() as desk:
        (warning,) = set_deputy(
            desk, number_of(registered, HEAD, PostKind.UNIT_HEAD), DEPUTY, OFFICE
        )
    span = "2023年4月6日至2023年4月10日" if until else "2023年4月6日起"
    assert f"市教育局“局长”的A角和B角{span}同时离岗，期间无人顶岗" in warning


def test_the_list_says_who_answers_today(registered: World) -> None:
    registered.absent(CONTACT, TODAY, TODAY)
    with registered.desk() as desk:
        lines = post_lines(desk, "市教育局")
    assert [(line.kind, line.holder, line.deputy, line.today) for line in lines] == [
        (PostKind.CONTACT, CONTACT, DEPUTY, DEPUTY),
        (PostKind.CONTACT, DEPUTY, "", DEPUTY),
        (PostKind.UNIT_HEAD, HEAD, "", HEAD),
    ]


def test_a_section_stands_between_contact_and_head_in_the_list(database: Database) -> None:
    world = World(database)
    section = post("市教育局", PostKind.SECTION, "科长甲", "基教科长")
    register_list(world, replace(LIST, posts=(*LIST.posts, section)))
    with world.desk() as desk:
        kinds = [line.kind for line in post_lines(desk, "市教育局")]
        assert len(post_lines(desk)) == len(LIST.posts) + 1
    assert kinds[-2:] == [PostKind.SECTION, PostKind.UNIT_HEAD]
