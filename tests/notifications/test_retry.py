"""Which replies are worth another try, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.channels import Deferred, Pace, Refused
from notifications.retry import SCHEDULE, judge, next_delay


@pytest.mark.parametrize(
    ("code", "text", "pace"),
    [
        (421, "4.3.2 shutting down", Pace.QUICK),
        (432, "4.7.12 a password transition is needed", Pace.QUICK),
        (450, "4.2.0 greylisted, try later", Pace.SLOW),
        (451, "4.7.1 greylisting in action", Pace.SLOW),
        (452, "4.2.2 mailbox full", Pace.SLOW),
        (454, "4.7.0 temporary failure", Pace.QUICK),
        (552, "mailbox full", Pace.SLOW),
        (552, "5.2.2 over quota", Pace.SLOW),
        (550, "5.2.2 over quota", Pace.SLOW),
    ],
)
def test_a_transient_reply_is_tried_again_at_its_own_pace(code, text, pace):
    outcome = judge(code, text, at_recipient=True)
    assert isinstance(outcome, Deferred)
    assert outcome.pace is pace


@pytest.mark.parametrize(
    ("code", "text", "at_recipient", "address_is_bad"),
    [
        (550, "5.1.1 no such user", True, True),
        (550, "no such user here", True, True),
        (551, "user not local", True, True),
        (553, "mailbox name not allowed", True, True),
        (550, "5.2.1 mailbox disabled", True, True),
        (554, "5.1.10 recipient has null MX", True, True),
        (550, "5.7.1 relaying denied", True, False),
        (554, "relay access denied", True, False),
        (503, "bad sequence of commands", True, False),
        (550, "message looks like spam", False, False),
        (554, "5.6.0 bad content", False, False),
        (552, "5.3.4 message too large", False, False),
    ],
)
def test_a_permanent_reply_blames_the_address_only_when_it_says_so(
    code, text, at_recipient, address_is_bad
):
    outcome = judge(code, text, at_recipient=at_recipient)
    assert isinstance(outcome, Refused)
    assert outcome.address_is_bad is address_is_bad


def test_the_reply_is_quoted_on_one_short_line():
    outcome = judge(550, "5.7.1 no\r\n5.7.1 really" + " no" * 500, at_recipient=True)
    assert outcome.reply.startswith("服务器答复 550 5.7.1 no 5.7.1 really no")
    assert len(outcome.reply) < 320


@pytest.mark.parametrize("pace", list(Pace))
def test_waits_grow_until_the_letter_is_given_up(pace):
    waits = [next_delay(pace, attempts) for attempts in range(1, len(SCHEDULE[pace]) + 2)]
    assert waits[-1] is None
    known = [wait for wait in waits[:-1] if wait is not None]
    assert len(known) == len(SCHEDULE[pace])
    assert known == sorted(known)
    assert all(timedelta(seconds=10) <= wait <= timedelta(minutes=30) for wait in known)
