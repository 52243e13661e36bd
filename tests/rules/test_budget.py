"""The budget of letters: what is held, and until when."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.budget import (
    WaitingLetter,
    letters_to_hold,
    month_of,
    morning_after,
    next_weekly,
)
from engine.rules.periods import is_run_day
from engine.rules.words import Cadence
from engine.rules.zone import ZONE
from tests.rules.builders import CALENDAR, WORKING_HOURS

UNTIL = date(2023, 6, 13)


def letter(number: int, unit: int = 1, severity: int = 1, **given: object) -> WaitingLetter:
    values: dict[str, object] = {"exempt": False, "until": UNTIL, "expires": None}
    return WaitingLetter(number, unit, severity, **(values | given))  # type: ignore[arg-type]


def held(letters: list[WaitingLetter], used: dict[int, int], limit: int = 3) -> list[int]:
    return sorted(one.id for one in letters_to_hold(letters, used, limit))


def test_within_the_budget_all_leave():
    assert held([letter(1), letter(2)], {1: 1}) == []


def test_over_the_budget_the_least_serious_are_held():
    letters = [letter(1, severity=1), letter(2, severity=3), letter(3, severity=2)]
    assert held(letters, {1: 1}) == [1]
    assert held(letters, {1: 2}) == [1, 3]


def test_of_those_equally_serious_the_first_leave_whatever_their_numbers():
    assert held([letter(2), letter(1)], {1: 2}) == [1]


def test_each_unit_has_a_budget_of_its_own():
    assert held([letter(1, unit=1), letter(2, unit=2)], {1: 3}) == [1]


def test_what_is_exempt_leaves_and_counts():
    letters = [letter(1), letter(2, exempt=True)]
    assert held(letters, {1: 3}) == [1]
    assert held(letters, {1: 2}) == [1]
    assert held(letters, {1: 1}) == []


def test_a_letter_that_would_come_too_late_is_not_held():
    assert held([letter(1, expires=UNTIL)], {1: 3}) == []
    assert held([letter(1, expires=date(2023, 6, 14))], {1: 3}) == [1]


letters_ = st.lists(
    st.builds(
        letter,
        st.integers(1, 10_000),
        st.integers(1, 3),
        st.integers(0, 5),
        exempt=st.booleans(),
        expires=st.none() | st.dates(date(2023, 6, 1), date(2023, 6, 30)),
    ),
    unique_by=lambda one: one.id,
    max_size=20,
)
used_ = st.dictionaries(st.integers(1, 3), st.integers(0, 6))


@given(letters_, used_, st.integers(1, 6))
def test_nothing_is_held_that_must_leave_or_has_room(letters, used, limit):
    kept = letters_to_hold(letters, used, limit)
    assert not any(one.must_leave for one in kept)
    leaving = Counter(one.unit for one in letters if one not in kept)
    for unit in {one.unit for one in kept}:
        assert used.get(unit, 0) + leaving[unit] >= limit


@given(letters_, used_, st.integers(1, 6))
def test_only_what_must_leave_goes_over_the_budget(letters, used, limit):
    kept = letters_to_hold(letters, used, limit)
    for unit in {one.unit for one in letters}:
        leaving = [one for one in letters if one.unit == unit and one not in kept]
        must = sum(one.must_leave for one in leaving)
        before = used.get(unit, 0)
        assert before + len(leaving) <= max(limit, before + must)


@given(letters_, used_, st.integers(1, 6), st.randoms(use_true_random=False))
def test_order_decides_only_between_letters_that_weigh_the_same(
    letters, used, limit, random: Random
):
    def held_by_weight(found: list[WaitingLetter]) -> Counter[tuple[int, int]]:
        return Counter((one.unit, one.severity) for one in letters_to_hold(found, used, limit))

    shuffled = list(letters)
    random.shuffle(shuffled)
    assert held_by_weight(letters) == held_by_weight(shuffled)


@given(letters_, used_, st.integers(1, 5))
def test_a_larger_budget_never_holds_more(letters, used, limit):
    assert set(held(letters, used, limit + 1)) <= set(held(letters, used, limit))


def test_a_letter_waits_for_the_next_weekly_run_and_at_most_to_the_morning_after():
    # 12 June 2023 is a Monday, and the weekly run's day.
    assert next_weekly(date(2023, 6, 7), CALENDAR) == date(2023, 6, 12)
    assert next_weekly(date(2023, 6, 12), CALENDAR) == date(2023, 6, 12)
    assert next_weekly(date(2023, 6, 13), CALENDAR) == date(2023, 6, 19)
    # In the week of the National Day only its make-up Saturday and Sunday are worked.
    assert next_weekly(date(2023, 9, 26), CALENDAR) == date(2023, 10, 7)
    morning = morning_after(date(2023, 10, 7), WORKING_HOURS, CALENDAR)
    assert morning == datetime(2023, 10, 8, 8, 30, tzinfo=ZONE)


@given(st.dates(date(2023, 1, 1), date(2026, 10, 31)))
def test_no_weekly_run_is_passed_over(day):
    weekly = next_weekly(day, CALENDAR)
    days = map(date.fromordinal, range(day.toordinal(), weekly.toordinal() + 1))
    assert [one for one in days if is_run_day(Cadence.WEEKLY, one, CALENDAR)] == [weekly]
    morning = morning_after(weekly, WORKING_HOURS, CALENDAR)
    assert morning.date() > weekly
    assert CALENDAR.is_working(morning.date())


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_day_lies_in_its_month_and_months_leave_no_gap(day):
    first, after = month_of(day)
    noon = datetime.combine(day, time(12), ZONE)
    assert first <= noon < after
    assert month_of(after.date())[0] == after
