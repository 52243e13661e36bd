"""When to try again: the reply's class, and the wait before the next attempt.

RFC 5321 §4.2.1 makes 4yz replies transient and 5yz permanent; RFC 3463 adds the detailed code
(such as 5.1.1) that tells a bad address from a refused letter. Times follow §4.5.4.1 in spirit:
a busy server is asked again soon, a full mailbox or a greylisting server more patiently.
"""

from __future__ import annotations

import re
from datetime import timedelta

from notifications.channels import Deferred, Pace, Refused

# Seconds before the second, third … attempt. After the last one the letter has failed.
SCHEDULE = {
    Pace.QUICK: (10, 30, 60, 300, 900),
    Pace.SLOW: (60, 300, 600, 900, 1800, 1800, 1800, 1800),
}

# A fault of the channel counts against no letter; this only keeps the queue from spinning.
CHANNEL_FAULT_DELAY = timedelta(seconds=60)

_DETAIL = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_SLOW_CODES = frozenset({450, 451, 452, 552})
_MAILBOX_FULL = "5.2.2"
_TOO_LARGE = "5.3.4"
_BAD_ADDRESS_DETAILS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_BAD_ADDRESS_CODES = frozenset({550, 551, 553})


def quote(code: int, text: str) -> str:
    """A server's reply as users read it: on one line, and no longer than they need."""
    return f"服务器答复 {code} {' '.join(text.split())[:300]}".strip()


def judge(code: int, text: str, *, at_recipient: bool) -> Deferred | Refused:
    """Class a server's negative reply.

    Args:
        code: the three-figure SMTP reply code.
        text: the reply's text, which may begin with a detailed code.
        at_recipient: whether the server was answering RCPT, where it speaks of the address.
    """
    found = _DETAIL.match(text)
    detail = found[1] if found else ""
    reply = quote(code, text)
    if detail == _MAILBOX_FULL or (code in _SLOW_CODES and detail != _TOO_LARGE):
        return Deferred(reply, Pace.SLOW)
    if code < 500:
        return Deferred(reply, Pace.QUICK)
    bad = is_bad_address(detail) if detail else code in _BAD_ADDRESS_CODES
    return Refused(reply, address_is_bad=at_recipient and bad)


def is_bad_address(detail: str) -> bool:
    """Whether a detailed code says that nothing sent to this address will ever arrive."""
    return detail in _BAD_ADDRESS_DETAILS


def next_delay(pace: Pace, attempts: int) -> timedelta | None:
    """The wait after the given number of attempts, at least one; None means to give up."""
    waits = SCHEDULE[pace]
    return timedelta(seconds=waits[attempts - 1]) if attempts <= len(waits) else None
