"""Throttles: never more than the rate in any window, and never slower than it allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.throttles import Rate, longest, next_time, room

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
TWENTY = (Rate(20, 60),)
FEISHU = (Rate(100, 60), Rate(5, 1))

rates_ = st.lists(
    st.builds(Rate, st.integers(1, 8), st.integers(1, 30)), min_size=1, max_size=3
).map(tuple)
waits = st.lists(st.integers(0, 20), max_size=25)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_without_a_rate_there_is_no_limit():
    assert room((), [NOON] * 1000, NOON) is None
    assert next_time((), [NOON] * 1000, NOON) == NOON


def test_a_robot_speaks_twenty_times_a_minute():
    assert room(TWENTY, [NOON] * 19, after(1)) == 1
    assert room(TWENTY, [NOON] * 20, after(59)) == 0
    assert next_time(TWENTY, [NOON] * 20, after(5)) == after(60)
    assert room(TWENTY, [NOON] * 20, after(60)) == 20


def test_the_narrower_of_two_rates_counts():
    assert room(FEISHU, [NOON] * 5, NOON) == 0
    assert room(FEISHU, [NOON] * 5, after(1)) == 5
    assert room(FEISHU, [NOON] * 98, after(2)) == 2
    assert next_time(FEISHU, [NOON] * 100, after(2)) == after(60)


def test_more_than_allowed_already_leaves_no_room():
    assert room(TWENTY, [NOON] * 50, NOON) == 0
    assert longest(FEISHU) == timedelta(seconds=60)


@given(rates_, waits)
def test_whoever_keeps_to_the_room_keeps_to_every_rate(rates, waits):
    past: list[datetime] = []
    now = NOON
    for wait in waits:
        now += timedelta(seconds=wait)
        past += [now] * (room(rates, past, now) or 0)
        for rate in rates:
            for moment in past:
                inside = [p for p in past if moment <= p < moment + rate.window]
                assert len(inside) <= rate.count


@given(rates_, waits)
def test_the_next_time_is_the_first_at_which_there_is_room(rates, waits):
    past = [NOON + timedelta(seconds=sum(waits[:place])) for place in range(len(waits))]
    now = past[-1] if past else NOON
    first = next_time(rates, past, now)
    assert room(rates, past, first)
    if first > now:
        assert room(rates, past, first - timedelta(microseconds=1)) == 0


@given(rates_, waits)
def test_room_only_grows_while_nothing_is_sent(rates, waits):
    past = [after(second) for second in range(3)]
    moments = [after(3 + sum(waits[:place])) for place in range(len(waits))]
    for before, later in pairwise(moments):
        assert (room(rates, past, before) or 0) <= (room(rates, past, later) or 0)
