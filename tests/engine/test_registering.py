from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.lists.references import find_program
from engine.lists.registering import compare, notes_on, register
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, PostKind
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.store.tables import Person, Post, Project, ProjectUnit, Target, Unit
from tests.engine.builders import (
    CONTACT,
    LEADER,
    LIST,
    REGISTERED_ON,
    SCHOOLS,
    World,
    milestone,
    post,
    register_list,
    with_post,
    with_project,
)


def differences(world: World, ledger=LIST) -> list[str] | None:
    with world.database.read() as session:
        return compare(session, ledger)


def test_a_list_that_is_not_there_yet_has_nothing_to_be_compared_with(database: Database) -> None:
    assert differences(World(database)) is None


def test_a_new_list_tells_how_its_contact_sheet_alters_the_posts_that_are_there(
    registered: World,
) -> None:
    following = replace(LIST, title="明年民生实事", year=2024)
    newcomer = post("市教育局", PostKind.CONTACT, "新来的", "法规科长")
    successor = with_post(following, CONTACT, holder="接任者", email="")
    with registered.database.read() as session:
        assert notes_on(session, following) == ()
        assert notes_on(session, replace(following, posts=(*LIST.posts, newcomer))) == ()
        [note] = notes_on(session, successor)
    assert note.startswith(f"联系表将改动库中的岗位：市教育局 科员 姓名：{CONTACT} → 接任者")


def test_a_registered_list_says_what_its_file_says(registered: World) -> None:
    assert differences(registered) == []
    project = registered.row("2023-01")
    assert (project.state, project.title) == (ProjectState.REGISTERED, "新增学位")
    with registered.database.read() as session:
        query = select(Target).where(Target.project_id == project.id).order_by(Target.position)
        targets = session.scalars(query).all()
        assert [(t.metric, t.planned) for t in targets] == [
            ("学位", Decimal(7500)),
            ("幼儿园", Decimal(6)),
        ]
        leads = session.execute(select(ProjectUnit.leads, Unit.name).join(Unit)).all()
        assert sorted(leads) == [(False, "市卫健局"), (True, "市卫健局")]
        leader = session.get_one(Post, project.leader_post_id)
        assert session.get_one(Person, leader.holder_id).name == LEADER


def test_dates_are_set_but_no_clock_runs_before_assignment(registered: World) -> None:
    assert registered.pending("2023-01") == {
        (DeadlineKind.MILESTONE, "1"): date(2023, 5, 31),
        (DeadlineKind.MILESTONE, "2"): date(2023, 9, 28),
        (DeadlineKind.COMPLETION, ""): date(2023, 12, 15),
    }
    rows = registered.dates("2023-01", DeadlineKind.COMPLETION)
    assert [row.next_check_on for row in rows] == [None]


def test_registration_is_told_in_the_journal(registered: World) -> None:
    events = registered.journal("2023-01")
    assert [event.kind for event in events] == [EventKind.PROJECT_REGISTERED] + [
        EventKind.DEADLINE_SET
    ] * 3
    assert events[0].data == {"title": "新增学位", "basis": LIST.basis}
    with registered.database.read() as session:
        (imported,) = history(session, program_chain(registered.program().id))
    assert imported.kind is EventKind.PROGRAM_IMPORTED
    assert imported.data["projects"] == 3


def test_nothing_is_registered_without_a_basis(database: Database) -> None:
    with World(database).refuses(StepRefused, "缺少立项依据，请填写决定或文件") as desk:
        register(desk, replace(LIST, basis="  "), "督查室")


def test_a_support_unit_that_also_leads_is_no_difference(database: Database) -> None:
    world = World(database)
    ledger = with_project(LIST, 1, support_units=("市教育局", "市卫健局"))
    register_list(world, ledger)
    assert differences(world, ledger) == []


def test_a_person_with_two_posts_needs_the_address_only_once(database: Database) -> None:
    world = World(database)
    second = post("市政府", PostKind.SIGNER, LEADER, "常务副市长", email="")
    ledger = replace(LIST, posts=(*LIST.posts, second))
    register_list(world, ledger)
    assert differences(world, ledger) == []
    with world.database.read() as session:
        person = session.scalars(select(Person).where(Person.name == LEADER)).one()
        assert person.email == f"{LEADER}@wz.example"


def test_a_deputy_of_another_unit_is_found(database: Database) -> None:
    world = World(database)
    ledger = with_post(LIST, CONTACT, deputy="苏丽")
    register_list(world, ledger)
    assert differences(world, ledger) == []


@pytest.mark.parametrize("sponsor", ["副市长", LEADER])
def test_a_leader_is_found_by_title_or_by_name(database: Database, sponsor: str) -> None:
    world = World(database)
    register_list(world, with_project(LIST, 1, sponsor=sponsor))
    assert world.row("2023-01").leader_post_id == world.row("2023-02").leader_post_id is not None


def test_a_list_of_another_year_is_another_program(registered: World) -> None:
    with registered.desk() as desk:
        assert find_program(desk.session, replace(LIST, year=2024)) is None
        assert find_program(desk.session, LIST) is not None


def test_an_item_without_steps_has_its_promised_date_alone(database: Database) -> None:
    world = World(database)
    register_list(world, replace(LIST, projects=(replace(SCHOOLS, milestones=()),)))
    assert set(world.pending("2023-01")) == {(DeadlineKind.COMPLETION, "")}


def test_a_failed_registration_leaves_no_item_behind(database: Database) -> None:
    """The second item names a unit that the list does not have."""
    world = World(database)
    ledger = with_project(LIST, 2, lead_units=("没有的局",))
    with pytest.raises(KeyError), world.desk(REGISTERED_ON) as desk:
        register(desk, ledger, "督查室")
    with world.database.read() as session:
        assert session.scalars(select(Project)).all() == []


def test_steps_may_carry_no_share(database: Database) -> None:
    world = World(database)
    ledger = with_project(LIST, 1, milestones=(milestone("全部开工", date(2023, 5, 31)),))
    register_list(world, ledger)
    assert differences(world, ledger) == []
