"""改派: who may, to whom, which clocks run anew, and who is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.assigning.reassigning import reassign
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.ledger.values import LedgerUnit
from engine.notices import signing
from engine.notices.explaining import explain_notice
from engine.notices.signing import SignatureRefused
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, DeadlineState, NoticeKind, NoticeState, PostKind
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.tables import DeliveryState, Notice, ProjectUnit, Unit
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    DEPUTY,
    HEAD,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    RULEBOOK,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    assign_all,
    check_draft,
    draft_notice,
    post,
    race,
    register_list,
    with_post,
)

EDUCATION, HEALTH, SPORT = "市教育局", "市卫健局", "市体育局"
WHY = "编制部门明确由卫健部门承担"


def give(world: World, unit: str = HEALTH, code: str = "2023-01", **given: str) -> None:
    with world.desk() as desk:
        reassign(desk, find_project(desk, code), unit, OFFICE, WHY, **given)


def send_back(world: World, by: str = CONTACT, code: str = "2023-01") -> None:
    with world.desk() as desk:
        assignment.send_back(desk, find_project(desk, code), by, "不属本局")


def leads(world: World, code: str = "2023-01") -> tuple[list[str], list[str]]:
    """The lead units and the support units."""
    row = world.row(code)
    with world.database.read() as session:
        units = {u.id: u.name for u in session.scalars(select(Unit))}
        query = select(ProjectUnit).where(ProjectUnit.project_id == row.id)
        others = session.scalars(query.order_by(ProjectUnit.position)).all()
    first = units[row.lead_unit_id]
    return (
        [first, *(units[o.unit_id] for o in others if o.leads)],
        [units[o.unit_id] for o in others if not o.leads],
    )


def notices(world: World, kind: NoticeKind) -> list[Notice]:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
        return list(session.scalars(query))


@pytest.fixture
def three(database: Database) -> World:
    """A list with a third unit, all given out."""
    world = World(database)
    more = post(SPORT, PostKind.CONTACT, "田径", "科员")
    units = (*LIST.units, LedgerUnit(SPORT), LedgerUnit("市档案馆"))
    register_list(world, replace(LIST, posts=(*LIST.posts, more), units=units))
    assign_all(world, "2023-01", "2023-02", "2023-03")
    return world


def test_a_returned_item_goes_to_another_unit_which_signs_for_it(assigned: World) -> None:
    send_back(assigned)
    give(assigned, document="吴政督〔2023〕8号")
    row = assigned.row("2023-01")
    assert (row.state, row.assigned_on) == (ProjectState.ASSIGNED, TODAY)
    assert row.assigned_by_document == "吴政督〔2023〕8号"
    assert leads(assigned) == ([HEALTH], [])
    with assigned.refuses(NotAllowed, f"{CONTACT}不在该事项牵头单位") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), OTHER_CONTACT)
    assert assigned.row("2023-01").state is ProjectState.UNDERWAY


def test_a_reassignment_is_kept_in_the_journal_with_both_units(assigned: World) -> None:
    give(assigned)
    (event,) = [e for e in assigned.journal("2023-01") if e.kind is EventKind.REASSIGNED]
    assert event.actor == OFFICE
    assert event.data == {
        "from": "assigned",
        "to": "assigned",
        "reason": WHY,
        "before": EDUCATION,
        "unit": HEALTH,
    }


def test_the_clocks_of_the_assignment_run_anew_and_promises_keep_their_dates(
    underway: World,
) -> None:
    before = underway.pending("2023-01")
    give(underway)
    after = underway.pending("2023-01")
    assert after[DeadlineKind.SIGN_FOR, "2"] == date(2023, 4, 4)
    assert after[DeadlineKind.FIRST_REPORT, "2"] == date(2023, 4, 7)
    assert after[DeadlineKind.PLAN, "2"] == date(2023, 4, 18)
    (old,) = underway.dates("2023-01", DeadlineKind.FIRST_REPORT)
    assert old.state is DeadlineState.CANCELLED
    kinds = (DeadlineKind.REPORT, DeadlineKind.MILESTONE, DeadlineKind.COMPLETION)
    promises = {key: day for key, day in before.items() if key[0] in kinds}
    assert promises == {key: day for key, day in after.items() if key[0] in kinds}


def test_the_new_unit_is_told_and_the_old_one_that_it_is_relieved(assigned: World) -> None:
    give(assigned)
    new, relief = (
        notices(assigned, NoticeKind.ASSIGNMENT)[-1],
        notices(assigned, NoticeKind.RELIEF)[0],
    )
    assert new.reply_by == date(2023, 4, 4)
    assert assigned.mail_readers(new.id) == {OTHER_CONTACT}
    assert assigned.mail_readers(relief.id) == {CONTACT}
    assert relief.facts["assignment"] == {
        "document": "",
        "lead": [HEALTH],
        "support": [],
        "before": EDUCATION,
        "reason": WHY,
    }
    with assigned.database.read() as session:
        assert all(explain_notice(session, n, RULEBOOK).same for n in (new, relief))


def test_what_waits_to_reach_the_old_unit_is_withdrawn(registered: World) -> None:
    assign_all(registered, "2023-01")
    give(registered)
    assert Counter((name, state) for name, state, _ in registered.mails()) == {
        (CONTACT, DeliveryState.CANCELLED): 1,
        (OTHER_CONTACT, DeliveryState.QUEUED): 2,
        (CONTACT, DeliveryState.QUEUED): 1,
    }


def test_a_message_on_the_item_as_a_whole_is_withdrawn_from_the_old_unit_alone(
    underway: World,
) -> None:
    number = draft_notice(
        underway,
        "2023-01",
        NoticeKind.SUMMONS_PROPOSAL,
        [PostKind.UNIT_HEAD, PostKind.LEADER],
        None,
    )
    check_draft(underway, number)
    with underway.desk() as desk:
        signing.sign(desk, number, SIGNER, "批示")
    give(underway)
    states = {name: state for name, state, _ in underway.mails() if name in (HEAD, "李副市长")}
    assert states == {HEAD: DeliveryState.CANCELLED, "李副市长": DeliveryState.QUEUED}


def test_criticism_of_the_old_unit_that_waits_for_a_signature_is_not_signed_any_more(
    underway: World,
) -> None:
    number = draft_notice(underway, "2023-01", NoticeKind.SUMMONS_PROPOSAL, [PostKind.UNIT_HEAD])
    give(underway)
    assert underway.notice(number).state is NoticeState.CANCELLED
    with underway.refuses(SignatureRefused, "已取消") as desk:
        signing.sign(desk, number, SIGNER, "批示")


def test_a_unit_does_not_pass_an_item_on_by_itself(database: Database) -> None:
    world = World(database)
    register_list(world, with_post(LIST, HEAD, deputy=OFFICE))
    assign_all(world, "2023-01")
    with world.refuses(NotAllowed, f"{CONTACT}不在督查室岗位") as desk:
        reassign(desk, find_project(desk, "2023-01"), HEALTH, CONTACT, WHY)
    with world.refuses(NotAllowed, f"{OFFICE}在{EDUCATION}任职，不得自行转办") as desk:
        reassign(desk, find_project(desk, "2023-01"), HEALTH, OFFICE, WHY)
    with world.desk() as desk:
        reassign(desk, find_project(desk, "2023-01"), HEALTH, SECOND_OFFICER, WHY)


def test_all_that_is_wrong_with_a_reassignment_is_told_at_once(three: World) -> None:
    with three.refuses(StepRefused, "请写明理由；该事项现由市教育局牵头，请改派其他单位") as desk:
        reassign(desk, find_project(desk, "2023-01"), EDUCATION, OFFICE, " ")
    with three.refuses(StepRefused, "没有名为“市教育厅”的单位，请核对全称") as desk:
        reassign(desk, find_project(desk, "2023-01"), "市教育厅", OFFICE, WHY)
    with three.refuses(StepRefused, "请写明改派给哪个单位") as desk:
        reassign(desk, find_project(desk, "2023-01"), " ", OFFICE, WHY)
    with three.refuses(StepRefused, "市档案馆没有岗位人员，无人签收") as desk:
        reassign(desk, find_project(desk, "2023-01"), "市档案馆", OFFICE, WHY)


def test_no_unit_gets_back_what_it_has_returned(three: World) -> None:
    send_back(three)
    give(three)
    send_back(three, OTHER_CONTACT)
    with three.refuses(StepRefused, f"{EDUCATION}已退回过该事项") as desk:
        reassign(desk, find_project(desk, "2023-01"), EDUCATION, OFFICE, WHY)
    give(three, SPORT)
    assert leads(three) == ([SPORT], [])


def test_of_several_lead_units_the_one_that_returned_the_item_is_replaced(three: World) -> None:
    send_back(three, OTHER_CONTACT, "2023-03")
    give(three, SPORT, "2023-03")
    assert leads(three, "2023-03") == ([EDUCATION, SPORT], [])
    (relief,) = notices(three, NoticeKind.RELIEF)
    assert three.mail_readers(relief.id) == {OTHER_CONTACT}
    assert three.mail_readers(notices(three, NoticeKind.ASSIGNMENT)[-1].id) == {CONTACT, "田径"}


def test_the_unit_to_be_relieved_may_be_named(three: World) -> None:
    give(three, SPORT, "2023-03", instead_of=HEALTH)
    assert leads(three, "2023-03") == ([EDUCATION, SPORT], [])
    with three.refuses(
        StepRefused, f"现由{EDUCATION}、{SPORT}牵头（{OFFICE}已办理改派），不是{HEALTH}"
    ) as desk:
        item = find_project(desk, "2023-03")
        reassign(desk, item, "市政府", SECOND_OFFICER, WHY, instead_of=HEALTH)


@pytest.mark.parametrize("state", ["suspended", "completion_requested", "closed"])
def test_an_item_that_rests_is_not_reassigned(underway: World, state: str) -> None:
    with underway.database.begin() as session:
        session.merge(underway.row("2023-01")).state = ProjectState(state)
    with underway.refuses(StepRefused, "不能改派") as desk:
        reassign(desk, find_project(desk, "2023-01"), HEALTH, OFFICE, WHY)


def test_of_two_reassignments_at_once_one_wins_and_the_other_is_told(three: World) -> None:
    def to(unit: str, by: str):
        return lambda desk: reassign(
            desk, find_project(desk, "2023-01"), unit, by, WHY, instead_of=EDUCATION
        )

    told = race(three, to(HEALTH, OFFICE), to(SPORT, SECOND_OFFICER))
    (lost,) = [error for error in told if error]
    winner, unit = (SECOND_OFFICER, SPORT) if told[0] else (OFFICE, HEALTH)
    assert f"{winner}办理了改派" in str(lost) or f"{winner}已办理改派" in str(lost)
    assert leads(three)[0] == [unit]


def test_an_item_signed_for_meanwhile_is_still_reassigned_or_the_signer_is_told(
    assigned: World,
) -> None:
    told = race(
        assigned,
        lambda desk: reassign(desk, find_project(desk, "2023-01"), HEALTH, OFFICE, WHY),
        lambda desk: assignment.sign_for(desk, find_project(desk, "2023-01"), DEPUTY),
    )
    assert told.count(None) >= 1
    if told[0] is None:
        assert assigned.row("2023-01").state is ProjectState.ASSIGNED
        assert (DeadlineKind.SIGN_FOR, "2") in assigned.pending("2023-01")
    assigned.journal("2023-01")


def test_support_units_hear_of_the_new_lead_unit(three: World) -> None:
    give(three, SPORT)
    last = notices(three, NoticeKind.SUPPORT_NOTICE)[-1]
    assert last.facts["assignment"]["lead"] == [SPORT]
    assert three.mail_readers(last.id) == {OTHER_CONTACT}
    assert last.as_of == TODAY != ASSIGNED_ON
