"""The class of a completion: the first promise is never forgotten, nor that a result fell."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.timeliness import timeliness
from engine.rules.words import Timeliness
from tests.rules.builders import CALENDAR

DAYS = st.dates(date(2023, 1, 2), date(2024, 12, 20))
OVERTURNED = st.lists(st.sampled_from(Timeliness), min_size=1, max_size=3)
RANK = {
    Timeliness.EARLY: 0,
    Timeliness.ON_TIME: 1,
    Timeliness.EXTENDED: 2,
    Timeliness.REWORKED: 3,
    Timeliness.LATE: 4,
}


@given(DAYS, DAYS, DAYS)
def test_after_the_date_in_force_and_the_first_promise_it_is_late(done, original, due):
    how = timeliness(done, original, due, CALENDAR)
    assert (how is Timeliness.LATE) == (done > max(original, due))


@given(DAYS, DAYS, DAYS, OVERTURNED)
def test_what_fell_once_is_never_on_time_again(done, original, due, overturned):
    how = timeliness(done, original, due, CALENDAR, overturned)
    assert how in (Timeliness.REWORKED, Timeliness.LATE)
    assert (how is Timeliness.LATE) == (done > due or Timeliness.LATE in overturned)


@given(DAYS, DAYS, DAYS, OVERTURNED)
def test_a_re_check_that_failed_never_improves_the_class(done, original, due, overturned):
    plain = timeliness(done, original, max(original, due), CALENDAR)
    again = timeliness(done, original, max(original, due), CALENDAR, overturned)
    assert RANK[again] >= RANK[plain]


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_later_day_never_gives_a_better_class(first, second, original, due):
    earlier, later = sorted((first, second))
    ranks = [RANK[timeliness(day, original, due, CALENDAR)] for day in (earlier, later)]
    assert ranks == sorted(ranks)
