"""节流: how many messages may pass in how many seconds, counted over a sliding window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in any ``seconds`` seconds."""

    count: int
    seconds: int

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.seconds)


Rates = tuple[Rate, ...]
"""All of them hold together."""


def longest(rates: Rates) -> timedelta:
    """How far back the past matters."""
    return max((rate.window for rate in rates), default=timedelta())


def room(rates: Rates, past: Sequence[datetime], now: datetime) -> int | None:
    """How many messages may leave now; None without a limit.

    Args:
        past: when messages left, in any order; what is on its way counts as leaving now.
    """
    if not rates:
        return None
    return min(max(rate.count - _within(rate, past, now), 0) for rate in rates)


def next_time(rates: Rates, past: Sequence[datetime], now: datetime) -> datetime:
    """The first moment, from ``now`` on, at which one more message may leave."""
    at = now
    for rate in rates:
        recent = sorted(moment for moment in past if moment > now - rate.window)
        if len(recent) >= rate.count:
            at = max(at, recent[-rate.count] + rate.window)
    return at


def _within(rate: Rate, past: Sequence[datetime], now: datetime) -> int:
    return sum(moment > now - rate.window for moment in past)
