from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.desk.people import NotAllowed, PersonUnknown, acting, authorised_signer, find_person
from engine.desk.transition import find_project
from engine.rules.steps import Role
from engine.rules.words import PostKind
from engine.store.database import Database
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    LEADER,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    SIGNER,
    TODAY,
    World,
    post,
    register_list,
)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (OFFICE, Role.OFFICE),
        (LEADER, Role.LEADER),
        (SIGNER, Role.LEADER),
        (CONTACT, Role.UNIT),
        (DEPUTY, Role.UNIT),
        (HEAD, Role.UNIT),
    ],
)
def test_a_post_allows_its_role(registered: World, name: str, role: Role) -> None:
    with registered.desk() as desk:
        assert acting(desk.session, name, role, find_project(desk, "2023-01")) == name


@pytest.mark.parametrize(
    ("name", "role", "says"),
    [
        (CONTACT, Role.OFFICE, "不在督查室岗位"),
        (LEADER, Role.OFFICE, "不在督查室岗位"),
        (OFFICE, Role.LEADER, "不在领导岗位"),
        (HEAD, Role.LEADER, "不在领导岗位"),
        (OTHER_CONTACT, Role.UNIT, "不在该事项牵头单位"),
        (OFFICE, Role.UNIT, "不在该事项牵头单位"),
    ],
)
def test_what_no_post_allows_is_denied(registered: World, name: str, role: Role, says: str) -> None:
    with registered.refuses(NotAllowed, f"{name}{says}") as desk:
        acting(desk.session, name, role, find_project(desk, "2023-01"))


def test_the_principal_may_act_as_a_leader(database: Database) -> None:
    world = World(database)
    principal = post("市政府", PostKind.PRINCIPAL, "市长乙", "市长（主要领导）")
    register_list(world, replace(LIST, posts=(*LIST.posts, principal)))
    with world.desk() as desk:
        assert acting(desk.session, "市长乙", Role.LEADER) == "市长乙"
    with world.refuses(NotAllowed, "市长乙没有签发权限") as desk:
        authorised_signer(desk.session, "市长乙", TODAY)


def test_a_further_lead_unit_may_act_and_a_support_unit_may_not(registered: World) -> None:
    with registered.desk() as desk:
        assert acting(desk.session, OTHER_CONTACT, Role.UNIT, find_project(desk, "2023-03"))
    with registered.refuses(NotAllowed, "牵头单位") as desk:
        acting(desk.session, OTHER_CONTACT, Role.UNIT, find_project(desk, "2023-01"))


def test_a_deputy_from_another_unit_may_act_for_the_unit(database: Database) -> None:
    world = World(database)
    posts = [replace(p, deputy=OFFICE) if p.holder == OTHER_CONTACT else p for p in LIST.posts]
    register_list(world, replace(LIST, posts=tuple(posts)))
    with world.desk() as desk:
        assert acting(desk.session, OFFICE, Role.UNIT, find_project(desk, "2023-02")) == OFFICE


@pytest.mark.parametrize("name", ["无此人", "", f"{CONTACT}@市卫健局"])
def test_nobody_of_that_name_is_told(registered: World, name: str) -> None:
    with registered.refuses(PersonUnknown, "通讯录中没有“.*”，请核对姓名") as desk:
        find_person(desk.session, name)


def test_of_two_with_one_name_the_unit_tells_which(database: Database) -> None:
    world = World(database)
    namesake = post("市卫健局", PostKind.CONTACT, CONTACT, "主任科员")
    register_list(world, replace(LIST, posts=(*LIST.posts, namesake)))
    with world.refuses(PersonUnknown, "有2人名为“马晓明”，请写成“姓名@单位”") as desk:
        find_person(desk.session, CONTACT)
    with world.desk() as desk:
        project = find_project(desk, "2023-02")
        assert acting(desk.session, f"{CONTACT}@市卫健局", Role.UNIT, project) == CONTACT
    with world.refuses(NotAllowed, "牵头单位") as desk:
        project = find_project(desk, "2023-02")
        acting(desk.session, f"{CONTACT}@市教育局", Role.UNIT, project)


def test_only_a_post_with_authority_may_sign(registered: World) -> None:
    with registered.desk() as desk:
        assert authorised_signer(desk.session, SIGNER, TODAY) == SIGNER
    for name in (OFFICE, HEAD, LEADER):
        with registered.refuses(NotAllowed, f"{name}没有签发权限.*请由有签发权的领导签发") as desk:
            authorised_signer(desk.session, name, TODAY)


@pytest.mark.parametrize("until", [None, TODAY])
def test_a_deputy_may_sign_while_the_holder_is_away(registered: World, until: date | None) -> None:
    registered.absent(SIGNER, TODAY, until)
    with registered.desk() as desk:
        assert authorised_signer(desk.session, LEADER, TODAY) == LEADER
    with registered.refuses(NotAllowed, "没有签发权限") as desk:
        authorised_signer(desk.session, LEADER, TODAY - timedelta(days=1))
