"""What holds for counting and limits on any day, in any calendar."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar_loader import load_calendar
from engine.rules.calendar import Calendar, DayEntry, Layer, Limit, LimitUnit, Roll

# The suite shares its machine with other work: a slow moment is not a fault.
UNHURRIED = settings(deadline=None)
CALENDAR = load_calendar(["national", "ningxia-2023"])
DAYS = st.dates(date(2006, 1, 1), date(2031, 12, 31))
COUNTS = st.integers(0, 400)
LIMITS = st.one_of(
    st.builds(Limit, st.integers(0, 400), st.just(LimitUnit.WORKING_DAY)),
    st.builds(Limit, st.integers(0, 600), st.just(LimitUnit.CALENDAR_DAY)),
    st.builds(Limit, st.integers(0, 24), st.just(LimitUnit.MONTH)),
)
ENTRIES = st.builds(DayEntry, DAYS, st.booleans(), st.text(max_size=5), st.text(max_size=5))
LAYERS = st.builds(
    Layer,
    st.text(max_size=5),
    st.text(max_size=5),
    st.text(max_size=5),
    st.text(max_size=5),
    st.lists(ENTRIES, max_size=5, unique_by=lambda e: e.day).map(tuple),
    st.frozensets(st.integers(2004, 2035), max_size=5),
)


@UNHURRIED
@given(DAYS, COUNTS)
def test_counting_back_what_was_added_gives_the_same_number(day: date, n: int):
    end = CALENDAR.add_working_days(day, n)
    assert CALENDAR.working_days_between(day, end) == n
    assert sum(note.working for note in CALENDAR.count_days(day, end)) == n


@UNHURRIED
@given(DAYS, COUNTS)
def test_days_taken_off_are_the_days_listed(day: date, n: int):
    end = CALENDAR.add_working_days(day, -n)
    assert sum(note.working for note in CALENDAR.count_days(day, end)) == n


@UNHURRIED
@given(DAYS, COUNTS)
def test_going_forth_and_back_from_a_working_day_returns_to_it(day: date, n: int):
    start = CALENDAR.first_working_day_on_or_after(day)
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.add_working_days(end, -n) == start
    assert CALENDAR.working_days_between(end, start) == -n


@UNHURRIED
@given(DAYS, DAYS)
def test_the_count_between_two_days_is_antisymmetric(a: date, b: date):
    assert CALENDAR.working_days_between(a, b) == -CALENDAR.working_days_between(b, a)


@UNHURRIED
@given(DAYS, DAYS, DAYS)
def test_counts_add_up_over_any_day_between(a: date, b: date, c: date):
    between = CALENDAR.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@UNHURRIED
@given(DAYS, LIMITS)
def test_a_limit_that_rolls_forward_never_ends_on_a_day_off(start: date, limit: Limit):
    assert CALENDAR.is_working(CALENDAR.apply(start, limit))
    assert CALENDAR.apply(start, limit) >= start


@UNHURRIED
@given(DAYS, LIMITS)
def test_the_roll_rules_bracket_the_nominal_day(start: date, limit: Limit):
    ends = [
        CALENDAR.apply(start, Limit(limit.count, limit.unit, rule))
        for rule in (Roll.PREVIOUS, Roll.NONE, Roll.NEXT)
    ]
    assert ends == sorted(ends)
    assert CALENDAR.is_working(ends[0])


@UNHURRIED
@given(DAYS, DAYS, LIMITS)
def test_a_later_start_never_ends_earlier(a: date, b: date, limit: Limit):
    first, second = sorted((a, b))
    assert CALENDAR.apply(first, limit) <= CALENDAR.apply(second, limit)


@UNHURRIED
@given(DAYS, COUNTS)
def test_more_working_days_end_strictly_later(day: date, n: int):
    assert CALENDAR.add_working_days(day, n) < CALENDAR.add_working_days(day, n + 1)


@settings(deadline=None, max_examples=25)
@given(st.lists(LAYERS, max_size=3), st.integers(2004, 2010), st.integers(2030, 2035))
def test_any_calendar_survives_the_round_trip_through_json(
    layers: list[Layer], from_year: int, to_year: int
):
    calendar = Calendar(layers, from_year, to_year)
    copy = Calendar.from_data(json.loads(json.dumps(calendar.to_data())))
    assert copy.to_data() == calendar.to_data()
    assert (copy.layers, copy.version) == (calendar.layers, calendar.version)
