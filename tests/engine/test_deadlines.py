from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from engine.dates.deadlines import (
    DeadlineNotOpen,
    cancel,
    meet,
    move,
    new_deadline,
    pending,
    set_deadlines,
)
from engine.desk.outbox import enqueue
from engine.desk.transition import find_project
from engine.rules.words import DeadlineKind, DeadlineState, NoticeKind, NoticeState, PostKind
from engine.store.directory import Recipient
from engine.store.event_kinds import EventKind
from engine.store.tables import Delivery, DeliveryState, Milestone, Person
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    HEAD,
    OFFICE,
    TODAY,
    World,
    draft_notice,
)

COMPLETION = DeadlineKind.COMPLETION


def test_a_date_that_touches_an_unpublished_year_is_provisional(registered: World) -> None:
    with registered.desk() as desk:
        sure = new_deadline(desk, 1, COMPLETION, date(2023, 12, 29), "办结")
        unsure = new_deadline(desk, 1, COMPLETION, date(2031, 1, 5), "办结")
    assert (sure["provisional"], unsure["provisional"]) == (False, True)


def test_only_a_running_date_is_looked_at(registered: World) -> None:
    with registered.desk() as desk:
        running = new_deadline(desk, 1, COMPLETION, date(2023, 12, 29), "办结")
        waiting = new_deadline(desk, 1, COMPLETION, date(2023, 12, 29), "办结", running=False)
    assert (running["next_check_on"], waiting["next_check_on"]) == (TODAY, None)


def test_setting_no_dates_writes_nothing(registered: World) -> None:
    before = registered.snapshot()
    with registered.desk() as desk:
        set_deadlines(desk, [], OFFICE)
        meet(desk, [], OFFICE)
        cancel(desk, [])
    assert registered.snapshot() == before


def test_pending_dates_are_told_by_kind_and_slot_in_their_order(registered: World) -> None:
    with registered.desk() as desk:
        number = find_project(desk, "2023-01").id
        steps = pending(desk, number, (DeadlineKind.MILESTONE,))
        assert [step.slot for step in steps] == ["1", "2"]
        (second,) = pending(desk, number, (DeadlineKind.MILESTONE,), "2")
        assert second.name == "主体完工"
        meet(desk, [second], OFFICE)
        assert pending(desk, number, (DeadlineKind.MILESTONE,), "2") == []


def test_a_date_that_no_longer_binds_cannot_move(registered: World) -> None:
    with registered.desk() as desk:
        (end,) = pending(desk, find_project(desk, "2023-01").id, (COMPLETION,))
        meet(desk, [end], OFFICE)
    with registered.refuses(DeadlineNotOpen, "“办结”已完成，不能再调整") as desk:
        row = desk.session.merge(end, load=False)
        move(desk, row, date(2023, 12, 29), OFFICE, "为何")


def test_a_date_without_a_next_day_is_looked_at_again_once_it_moves(underway: World) -> None:
    """No rule had anything more to say about the old date; the new one starts afresh."""
    with underway.desk() as desk:
        (end,) = pending(desk, find_project(desk, "2023-01").id, (COMPLETION,))
        end.next_check_on = None
        moved = move(desk, end, date(2023, 12, 29), OFFICE, "为何")
        assert moved.next_check_on == desk.day


def test_moving_a_step_moves_the_plan(registered: World) -> None:
    with registered.desk() as desk:
        (step,) = pending(desk, find_project(desk, "2023-01").id, (DeadlineKind.MILESTONE,), "2")
        move(desk, step, date(2023, 10, 31), OFFICE, "为何")
    with registered.database.read() as session:
        due = session.scalars(select(Milestone.due).where(Milestone.position == 2)).one()
    assert due == date(2023, 10, 31)


def post_to(world: World, name: str, *notices: int) -> None:
    """One message with these notices waits in the outbox."""
    with world.desk() as desk:
        person = desk.session.scalars(select(Person).where(Person.name == name)).one()
        to = Recipient(person.id, name, person.email, PostKind.CONTACT)
        enqueue(desk, [(number, to) for number in notices])


@pytest.fixture
def chase(registered: World) -> int:
    """A chase on the completion of the first project."""
    return draft_notice(
        registered,
        "2023-01",
        NoticeKind.CHASE,
        (PostKind.CONTACT,),
        state=NoticeState.ISSUED,
    )


def meet_completion(world: World) -> None:
    with world.desk() as desk:
        meet(desk, pending(desk, find_project(desk, "2023-01").id, (COMPLETION,)), OFFICE)


def test_a_queued_message_about_a_met_date_is_withdrawn_and_that_is_told(
    registered: World, chase: int
) -> None:
    post_to(registered, CONTACT, chase)
    post_to(registered, HEAD, chase)
    meet_completion(registered)
    assert {state for _, state, _ in registered.mails()} == {DeliveryState.CANCELLED}
    last = registered.journal("2023-01")[-1]
    assert last.kind is EventKind.NOTICE_CANCELLED
    assert last.data == {"notice": chase, "unsent_to": [CONTACT, HEAD], "why": "时限已完成"}


def test_a_message_that_speaks_of_another_date_too_goes_out(registered: World, chase: int) -> None:
    other = draft_notice(
        registered,
        "2023-02",
        NoticeKind.CHASE,
        (PostKind.CONTACT,),
        state=NoticeState.ISSUED,
    )
    post_to(registered, CONTACT, chase, other)
    meet_completion(registered)
    assert registered.mails() == [(CONTACT, DeliveryState.QUEUED, 2)]
    assert EventKind.NOTICE_CANCELLED not in registered.kinds("2023-01", 99)


def test_a_message_that_was_tried_is_left_alone(registered: World, chase: int) -> None:
    post_to(registered, CONTACT, chase)
    with registered.database.begin() as session:
        session.execute(update(Delivery).values(attempts=1))
    mails = registered.mails()
    meet_completion(registered)
    assert registered.mails() == mails


def test_what_a_run_still_gathers_is_taken_out_of_the_message_and_that_is_told(
    registered: World, chase: int
) -> None:
    """The run may add to the message yet, so it stays; it has lost only what is no longer so."""
    other = draft_notice(
        registered, "2023-02", NoticeKind.CHASE, (PostKind.CONTACT,), state=NoticeState.ISSUED
    )
    post_to(registered, CONTACT, chase, other)
    post_to(registered, HEAD, chase)
    with registered.database.begin() as session:
        session.execute(update(Delivery).values(state=DeliveryState.GATHERING))
    meet_completion(registered)
    gathering = DeliveryState.GATHERING
    assert registered.mails() == [(CONTACT, gathering, 1), (HEAD, gathering, 0)]
    last = registered.journal("2023-01")[-1]
    assert last.kind is EventKind.NOTICE_CANCELLED
    assert last.data == {"notice": chase, "unsent_to": [CONTACT, HEAD], "why": "时限已完成"}
    assert EventKind.NOTICE_CANCELLED not in registered.kinds("2023-02", 99)


def test_what_is_cancelled_binds_no_more_and_cannot_be_met(registered: World) -> None:
    with registered.desk() as desk:
        ends = pending(desk, find_project(desk, "2023-01").id, (COMPLETION,))
        cancel(desk, ends)
    (row,) = registered.dates("2023-01", COMPLETION)
    assert (row.state, row.next_check_on) == (DeadlineState.CANCELLED, None)
    assert (COMPLETION, "") not in registered.pending("2023-01")


def test_a_met_date_tells_the_day_it_was_met_on(registered: World) -> None:
    with registered.desk() as desk:
        ends = pending(desk, find_project(desk, "2023-01").id, (COMPLETION,))
        meet(desk, ends, CONTACT, ASSIGNED_ON)
    last = registered.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.DEADLINE_MET, CONTACT)
    assert last.data == {
        "kind": "completion",
        "slot": "",
        "due": "2023-12-15",
        "met": "2023-03-29",
    }
    assert last.at == datetime.fromisoformat("2023-04-03T02:00:00+00:00")
