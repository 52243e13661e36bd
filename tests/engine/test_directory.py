from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.desk.effects import recipients_of
from engine.rules.policy import climb
from engine.rules.words import UNIT_POSTS, PostKind
from engine.store.database import Database
from engine.store.directory import load_directory
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    LEADER,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    OTHER_HEAD,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    post,
    register_list,
    with_post,
    with_project,
)


def reached(world: World, *audience: PostKind, code: str = "2023-01", day: date = TODAY) -> list:
    """The names behind an audience, after climbing past posts that are empty."""
    project = world.row(code)
    with world.database.read() as session:
        directory = load_directory(session, day, {project.lead_unit_id}, [project.id])
        found = recipients_of(directory, project, climb(audience, directory.reachable_of(project)))
        return [person.name for person in found]


def test_each_post_reaches_its_holder(registered: World) -> None:
    assert reached(registered, PostKind.CONTACT) == [CONTACT]
    assert reached(registered, PostKind.UNIT_HEAD) == [HEAD]
    assert reached(registered, PostKind.LEADER) == [LEADER]
    assert reached(registered, PostKind.SIGNER) == [SIGNER]


def test_a_deputy_of_a_present_colleague_gets_nothing_beside_them(registered: World) -> None:
    assert DEPUTY not in reached(registered, PostKind.CONTACT, PostKind.UNIT_HEAD)


def test_of_two_who_stand_in_for_each_other_one_is_reached(registered: World) -> None:
    assert reached(registered, PostKind.OFFICE) == [OFFICE]
    registered.absent(OFFICE, TODAY)
    assert reached(registered, PostKind.OFFICE) == [SECOND_OFFICER]


def test_in_a_ring_of_deputies_somebody_is_reached(database: Database) -> None:
    world = World(database)
    third = post("督查室", PostKind.OFFICE, "丁督查", "副科长", deputy=OFFICE)
    ledger = with_post(LIST, SECOND_OFFICER, deputy="丁督查")
    register_list(world, replace(ledger, posts=(*ledger.posts, third)))
    assert OFFICE in reached(world, PostKind.OFFICE)


@pytest.mark.parametrize(
    ("first", "last", "who"),
    [
        (TODAY, TODAY, DEPUTY),
        (TODAY, None, DEPUTY),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), CONTACT),
        (TODAY + timedelta(days=1), None, CONTACT),
    ],
)
def test_the_deputy_stands_in_exactly_while_the_holder_is_away(
    registered: World, first: date, last: date | None, who: str
) -> None:
    registered.absent(CONTACT, first, last)
    assert reached(registered, PostKind.CONTACT) == [who]


def test_with_holder_and_deputy_away_the_notice_climbs(registered: World) -> None:
    registered.absent(CONTACT, TODAY)
    registered.absent(DEPUTY, TODAY)
    assert reached(registered, PostKind.CONTACT) == [HEAD]


def test_a_refused_address_is_passed_over(registered: World) -> None:
    registered.change_person(CONTACT, email_fault="550 no such user")
    assert reached(registered, PostKind.CONTACT) == [DEPUTY]
    registered.change_person(DEPUTY, email_fault="550 no such user")
    assert reached(registered, PostKind.CONTACT) == [HEAD]
    registered.change_person(HEAD, email="")
    assert reached(registered, PostKind.CONTACT) == [LEADER]


def test_another_unit_and_another_leader_are_not_reached(registered: World) -> None:
    assert reached(registered, PostKind.UNIT_HEAD, code="2023-02") == [OTHER_HEAD]


def test_an_office_that_leads_an_item_is_its_own_contact_and_head(database: Database) -> None:
    world = World(database)
    register_list(world, with_project(LIST, 1, lead_units=("督查室",)))
    assert reached(world, PostKind.CONTACT, PostKind.UNIT_HEAD) == [OFFICE]
    with world.database.read() as session:
        project = world.row("2023-01")
        directory = load_directory(session, TODAY, {project.lead_unit_id}, [project.id])
        assert directory.unfilled(project, UNIT_POSTS) == ()


CHAIN_OF_POSTS = (
    post("市教育局", PostKind.SECTION, "科长甲", "基教科长"),
    post("市政府", PostKind.PRINCIPAL, "市长乙", "市长（主要领导）"),
)
"""What a contact sheet may name beside the posts of the list."""


def test_a_notice_climbs_from_post_to_post_up_to_the_principal(database: Database) -> None:
    world = World(database)
    register_list(world, replace(LIST, posts=(*LIST.posts, *CHAIN_OF_POSTS)))
    climbed = [reached(world, PostKind.CONTACT)]
    for gone in ((CONTACT, DEPUTY), ("科长甲",), (HEAD,), (LEADER,), ("市长乙",)):
        for name in gone:
            world.absent(name, TODAY)
        climbed.append(reached(world, PostKind.CONTACT))
    assert climbed == [[CONTACT], ["科长甲"], [HEAD], [LEADER], ["市长乙"], [OFFICE]]


def test_a_section_without_anybody_is_passed_on_to_the_head(registered: World) -> None:
    assert reached(registered, PostKind.CONTACT, PostKind.SECTION) == [CONTACT, HEAD]


def test_a_post_is_reached_in_every_lead_unit(registered: World) -> None:
    assert reached(registered, PostKind.CONTACT, code="2023-03") == [CONTACT, OTHER_CONTACT]
    assert reached(registered, PostKind.UNIT_HEAD, code="2023-03") == [HEAD, OTHER_HEAD]
    registered.absent(CONTACT, TODAY)
    registered.absent(DEPUTY, TODAY)
    assert reached(registered, PostKind.CONTACT, code="2023-03") == [HEAD, OTHER_CONTACT]


def test_a_support_unit_is_not_reached_as_if_it_led(registered: World) -> None:
    assert reached(registered, PostKind.CONTACT, PostKind.UNIT_HEAD) == [CONTACT, HEAD]


def test_a_post_that_one_of_several_lead_units_leaves_empty_is_named(registered: World) -> None:
    registered.absent(OTHER_CONTACT, TODAY)
    project = registered.row("2023-03")
    with registered.database.read() as session:
        directory = load_directory(session, TODAY, {project.lead_unit_id}, [project.id])
    audience = (PostKind.CONTACT, PostKind.UNIT_HEAD, PostKind.LEADER)
    assert directory.unfilled(project, audience) == (PostKind.CONTACT,)


def test_two_contacts_in_their_own_right_are_both_reached(database: Database) -> None:
    world = World(database)
    register_list(world, with_post(LIST, CONTACT, deputy=None))
    assert reached(world, PostKind.CONTACT) == [CONTACT, DEPUTY]


def test_a_person_in_two_posts_of_an_audience_is_reached_once(database: Database) -> None:
    world = World(database)
    head_too = post("市教育局", PostKind.UNIT_HEAD, CONTACT, "党组书记")
    register_list(world, replace(LIST, posts=(*LIST.posts, head_too)))
    assert reached(world, PostKind.CONTACT, PostKind.UNIT_HEAD) == [CONTACT, HEAD]


def test_nobody_at_all_is_an_empty_audience(registered: World) -> None:
    for name in (CONTACT, DEPUTY, HEAD, LEADER, OFFICE, SECOND_OFFICER):
        registered.change_person(name, email_fault="550")
    assert reached(registered, PostKind.CONTACT) == []
