"""Leasing letters and writing back what became of them, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.rules.words import Reason
from engine.store.event_kinds import EventKind
from engine.store.tables import DeliveryState
from notifications.channels import Accepted, Deferred, InDoubt, Pace, Refused
from notifications.outbox import count_due, lease
from notifications.receipts import Fate, Returned, settle
from notifications.retry import SCHEDULE
from tests.engine.builders import RULEBOOK

A, B, C = "a@duban.example", "b@duban.example", "c@duban.example"
HOLD = timedelta(minutes=5)


@pytest.fixture
def take(outbox, compose, clock):
    """Lease what is due now."""

    def take(limit=100, channel="email", compose=compose):
        with outbox.database.begin() as session:
            desk = Desk(session, RULEBOOK, clock())
            return lease(desk, channel, compose, clock() + HOLD, limit)

    return take


@pytest.fixture
def mark(outbox, clock):
    """Write outcomes back under a lease, by delivery id."""

    def mark(held, **outcomes):
        receipts = {int(name.removeprefix("n")): outcome for name, outcome in outcomes.items()}
        with outbox.database.begin() as session:
            return settle(Desk(session, RULEBOOK, clock()), held.until, receipts)

    return mark


def addresses(held):
    return [letter.address for letter in held.letters]


class TestLease:
    """Taking letters."""

    def test_due_letters_are_taken_oldest_first_and_no_more_than_the_limit(
        self, outbox, take, clock
    ):
        outbox.put(A)
        outbox.put(B, next_attempt_at=clock() - timedelta(seconds=1))
        outbox.put(C, next_attempt_at=clock() + timedelta(seconds=1))
        assert addresses(take(limit=1)) == [B]
        assert addresses(take()) == [A]
        assert take().letters == ()

    def test_a_letter_is_finished_and_stored_before_it_is_held(self, outbox, take, clock):
        outbox.put(A)
        [letter] = take().letters
        row = outbox.row(A)
        assert row.state is DeliveryState.SENDING
        assert row.lease_until == clock() + HOLD
        assert (row.message, row.message_id) == (letter.message, letter.message_id)

    def test_a_letter_once_written_is_never_written_again(self, outbox, take, clock):
        outbox.put(A)
        first = take()
        clock.forward(minutes=5)

        def rewrite(session, deliveries):
            raise AssertionError("written twice")

        assert take(compose=rewrite).letters == first.letters

    def test_only_letters_that_may_go_are_taken(self, outbox, take, clock):
        outbox.put(A, state=DeliveryState.GATHERING)
        outbox.put(B, state=DeliveryState.CANCELLED)
        outbox.put(C, channel="board")
        assert take().letters == ()
        assert addresses(take(channel="board")) == [C]

    def test_a_held_letter_is_taken_again_only_when_its_lease_has_run_out(
        self, outbox, take, clock
    ):
        outbox.put(A)
        take()
        clock.forward(minutes=4, seconds=59)
        assert take().letters == ()
        clock.forward(seconds=1)
        assert addresses(take()) == [A]

    def test_a_letter_that_cannot_be_written_fails_alone_and_is_journalled(
        self, outbox, take, compose, clock
    ):
        outbox.put(A, B, C)
        notice = outbox.put_notice(2)

        def poisoned(session, deliveries):
            if any(row.address == B for row in deliveries):
                raise DubanError("模板缺少事项名称")
            return compose(session, deliveries)

        held = take(compose=poisoned)
        assert addresses(held) == [A, C]
        assert held.failed == 1
        row = outbox.row(B)
        assert (row.state, row.error) == (
            DeliveryState.FAILED,
            "邮件无法生成：模板缺少事项名称",
        )
        [event] = outbox.events()
        assert event.kind is EventKind.DELIVERY_FAILED
        assert event.at == clock()
        assert event.data["delivery"] == row.id
        assert event.data["notices"] == [notice]

    def test_a_letter_left_out_by_the_composer_fails_visibly(self, outbox, take):
        outbox.put(A)
        assert take(compose=lambda session, deliveries: {}).failed == 1
        assert outbox.row(A).error == "邮件无法生成：没有内容"

    def test_a_database_that_is_away_is_no_letters_fault(self, outbox, take):
        outbox.put(A)

        def away(session, deliveries):
            raise OperationalError("select", {}, Exception("connection lost"))

        with pytest.raises(OperationalError):
            take(compose=away)
        assert outbox.states() == {A: "queued"}

    def test_what_an_outage_kept_back_waits_for_the_morning_and_says_why(self, outbox, take, clock):
        outbox.put(A, B)
        take(limit=1)  # and its dispatcher crashes
        clock.forward(hours=13)  # 22:00
        assert take().taken == 2
        assert take().taken == 0
        for row in (outbox.row(A), outbox.row(B)):
            assert (row.state, row.held) == (DeliveryState.QUEUED, Reason.OUTSIDE_HOURS)
            assert row.next_attempt_at == clock() + timedelta(hours=10, minutes=30)
        clock.forward(hours=10, minutes=30)
        assert addresses(take()) == [A, B]
        assert outbox.row(A).held is None

    def test_a_night_is_told_in_the_journal_and_its_letters_are_neither_sent_nor_failed(
        self, outbox, take, clock
    ):
        outbox.put(A)
        notice = outbox.put_notice(1)
        clock.forward(hours=13)
        held = take()
        assert (held.letters, held.failed) == ((), 0)
        [event] = outbox.events()
        assert (event.kind, event.at) == (EventKind.LETTERS_HELD, clock())
        assert (event.data["reason"], event.data["notices"]) == ("outside_hours", [notice])

    def test_due_letters_are_counted_by_channel(self, outbox, clock):
        outbox.put(A)
        outbox.put(B, channel="robot")
        outbox.put(C, channel="robot", next_attempt_at=clock() + timedelta(seconds=1))
        with outbox.database.read() as session:
            assert count_due(session, clock()) == {"email": 1, "robot": 1}


class TestSettle:
    """Writing back."""

    def test_an_accepted_letter_is_sent(self, outbox, take, mark, clock):
        outbox.put(A)
        held = take()
        clock.forward(seconds=3)
        assert mark(held, n1=Accepted())[Fate.SENT] == 1
        row = outbox.row(A)
        assert (row.state, row.sent_at, row.attempts) == (DeliveryState.SENT, clock(), 1)

    @pytest.mark.parametrize(
        ("outcome", "seconds"),
        [
            (Deferred("忙", Pace.QUICK), 10),
            (Deferred("满", Pace.SLOW), 60),
            (InDoubt("没有答复"), 10),
        ],
    )
    def test_a_letter_not_taken_waits_as_its_reply_deserves(
        self, outbox, take, mark, clock, outcome, seconds
    ):
        outbox.put(A)
        assert mark(take(), n1=outcome)[Fate.DEFERRED] == 1
        row = outbox.row(A)
        assert (row.state, row.attempts, row.error) == (DeliveryState.QUEUED, 1, outcome.reply)
        assert row.next_attempt_at == clock() + timedelta(seconds=seconds)

    def test_a_letter_put_off_for_too_long_is_given_up_and_journalled(
        self, outbox, take, mark, clock
    ):
        outbox.put(A)
        for wait in SCHEDULE[Pace.QUICK]:
            mark(take(), n1=Deferred("服务器忙", Pace.QUICK))
            assert outbox.states() == {A: "queued"}
            clock.forward(seconds=wait)
        assert mark(take(), n1=Deferred("服务器忙", Pace.QUICK))[Fate.FAILED] == 1
        assert outbox.states() == {A: "failed"}
        assert outbox.row(A).error == "已尝试 6 次，不再重试：服务器忙"
        assert [event.kind for event in outbox.events()] == [EventKind.DELIVERY_FAILED]

    def test_a_fault_of_the_channel_counts_against_no_letter(self, outbox, take, mark, clock):
        outbox.put(A)
        for _ in range(10):
            mark(take(), n1=Returned("服务器连不上"))
            clock.forward(seconds=60)
        row = outbox.row(A)
        assert (row.state, row.attempts, row.error) == (DeliveryState.QUEUED, 0, "服务器连不上")

    def test_a_refused_letter_fails_and_a_good_address_stays(self, outbox, take, mark):
        outbox.put(A)
        mark(take(), n1=Refused("550 像垃圾邮件", address_is_bad=False))
        assert outbox.states() == {A: "failed"}
        assert outbox.persons()[A].email_fault == ""
        assert [event.kind for event in outbox.events()] == [EventKind.DELIVERY_FAILED]

    def test_a_refused_address_is_disabled_once_and_journalled(self, outbox, take, mark):
        outbox.put(A, A, B)
        bad = Refused("550 查无此人", address_is_bad=True)
        mark(take(limit=1), n1=bad)
        mark(take(), n2=Refused("550 仍查无此人", address_is_bad=True), n3=Accepted())
        persons = outbox.persons()
        assert persons[A].email_fault == "550 查无此人"
        assert persons[B].email_fault == ""
        disabled = [e for e in outbox.events() if e.kind is EventKind.ADDRESS_DISABLED]
        assert [event.data["person"] for event in disabled] == [persons[A].id]

    def test_an_address_corrected_in_the_meantime_is_spared(self, outbox, take, mark):
        outbox.put(A)
        held = take()
        with outbox.database.begin() as session:
            session.merge(outbox.persons()[A]).email = B
        mark(held, n1=Refused("550 查无此人", address_is_bad=True))
        assert outbox.persons()[B].email_fault == ""

    def test_a_latecomer_does_not_overwrite_who_took_the_letter_over(
        self, outbox, take, mark, clock
    ):
        outbox.put(A)
        late = take()
        clock.forward(minutes=5)
        current = take()
        assert mark(late, n1=Refused("550", address_is_bad=True)) == {Fate.OVERTAKEN: 1}
        assert outbox.states() == {A: "sending"}
        assert outbox.persons()[A].email_fault == ""
        assert mark(current, n1=Accepted())[Fate.SENT] == 1
        assert mark(late, n1=Deferred("忙", Pace.QUICK))[Fate.OVERTAKEN] == 1
        assert outbox.states() == {A: "sent"}
