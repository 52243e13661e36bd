"""倒排工期: back from the promised date, held against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.backward import Plan, PlanImpossible, plan
from engine.rules.calendar import CalendarRangeError
from tests.rules.builders import CALENDAR

DAYS = st.dates(date(2022, 3, 1), date(2025, 12, 31))
STEPS = st.lists(st.integers(1, 60), min_size=1, max_size=6).map(
    lambda lengths: [(f"第{n}步", days) for n, days in enumerate(lengths, 1)]
)


def working_days(first: date, last: date) -> int:
    """Counted one by one, both ends included."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(CALENDAR.is_working(day) for day in days)


@given(STEPS, DAYS, DAYS)
def test_every_step_has_its_working_days_and_ends_where_the_next_begins(steps, due, start) -> None:
    made = plan(steps, due, CALENDAR, start)
    assert [(s.name, s.days) for s in made.steps] == steps
    for step in made.steps:
        assert CALENDAR.is_working(step.start)
        assert CALENDAR.is_working(step.end)
        assert working_days(step.start, step.end) == step.days
    for earlier, later in zip(made.steps, made.steps[1:], strict=False):
        assert earlier.end < later.start
        assert working_days(earlier.end, later.start) == 2
    last = made.steps[-1].end
    assert last <= due
    assert working_days(last, due) == 1


@given(STEPS, DAYS, DAYS)
def test_slack_and_the_steps_together_are_the_time_there_is(steps, due, start) -> None:
    made = plan(steps, due, CALENDAR, start)
    needed = sum(days for _, days in steps)
    there_is = working_days(start, due) if start <= due else None
    if there_is:
        assert made.slack == there_is - needed
    else:
        assert made.slack < 0
    assert made.is_feasible == (made.slack >= 0)


@given(STEPS, DAYS, st.integers(1, 30))
def test_a_longer_step_moves_the_beginning_and_nothing_behind_it(steps, due, more) -> None:
    longer = [(steps[0][0], steps[0][1] + more), *steps[1:]]
    was, now = plan(steps, due, CALENDAR, due), plan(longer, due, CALENDAR, due)
    assert now.steps[1:] == was.steps[1:]
    assert now.slack == was.slack - more


def autumn(start: date = date(2023, 9, 4)) -> Plan:
    return plan([("招标", 10), ("施工", 15)], date(2023, 10, 15), CALENDAR, start)


def test_the_national_holiday_is_stepped_over_and_told() -> None:
    """国办发明电〔2022〕16号: 9月29日至10月6日放假，10月7日、8日上班."""
    tender, works = autumn().steps
    assert (works.start, works.end) == (date(2023, 9, 19), date(2023, 10, 13))
    assert works.spans == ("中秋节放假1天", "国庆节放假7天", "调休上班（国庆节）2天")
    assert (tender.start, tender.end, tender.spans) == (date(2023, 9, 5), date(2023, 9, 18), ())


def test_what_is_missing_is_said_plainly() -> None:
    tight = autumn(date(2023, 9, 7))
    assert (tight.slack, tight.is_feasible) == (-2, False)
    assert tight.verdict == "工期不够：各步共需25个工作日，还差2个工作日"
    assert autumn(date(2023, 8, 30)).verdict == "各步共需25个工作日，机动4个工作日"
    assert autumn(date(2023, 9, 5)).verdict == "各步共需25个工作日，没有机动时间"


def test_a_beginning_on_a_day_off_is_the_next_working_day() -> None:
    assert autumn(date(2023, 9, 2)).slack == autumn(date(2023, 9, 4)).slack


def test_a_year_without_published_days_off_makes_the_plan_provisional() -> None:
    assert not autumn().provisional
    later = plan([("施工", 5)], date(2033, 6, 30), CALENDAR, date(2033, 3, 1))
    assert later.provisional


def test_all_that_is_wrong_with_the_steps_is_told_together() -> None:
    with pytest.raises(PlanImpossible) as caught:
        plan([("", 3), ("招标", 0), ("施工", 4), ("施工", 2)], date(2023, 6, 1), CALENDAR, DAY)
    assert str(caught.value) == (
        "倒排工期有误：第1步没有写名称；“施工”写了2次，请用不同的名称；"
        "“招标”的工期应为不少于1的整数（工作日），写的是0"
    )
    with pytest.raises(PlanImpossible, match="请至少写一步"):
        plan([], date(2023, 6, 1), CALENDAR, DAY)


def test_a_plan_beyond_the_calendar_is_refused_by_the_calendar() -> None:
    with pytest.raises(CalendarRangeError):
        plan([("施工", 9000)], date(2023, 6, 1), CALENDAR, DAY)


DAY = date(2023, 3, 1)
