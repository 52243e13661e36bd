"""When reports are due: by the month or by the week, moved for holidays as published."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy_loader import load_policy
from engine.rules.policy import Limits, ReportCadence
from engine.rules.reporting_dates import (
    cadence_of,
    first_day,
    last_day,
    period_on,
    period_words,
    report_dates,
)
from tests.rules.builders import CALENDAR

MONTHLY = load_policy("default").limits
WEEKLY = MONTHLY.model_copy(update={"report_every": ReportCadence.WEEKLY, "report_weekday": 2})


def dates(limits: Limits, after: date, until: date) -> list[tuple[str, date]]:
    return [(d.period, d.due) for d in report_dates(limits, CALENDAR, after, until)]


def test_monthly_reports_run_from_the_assignment_to_the_promised_date() -> None:
    found = report_dates(MONTHLY, CALENDAR, date(2023, 3, 29), date(2023, 7, 24))
    assert [(d.period, d.name, d.due) for d in found] == [
        ("2023-04", "4月进展填报", date(2023, 4, 25)),
        ("2023-05", "5月进展填报", date(2023, 5, 25)),
        ("2023-06", "6月进展填报", date(2023, 6, 25)),  # a Sunday that works
    ]


def test_a_monthly_report_on_a_weekend_is_due_on_the_next_working_day() -> None:
    assert dates(MONTHLY, date(2023, 2, 26), date(2023, 3, 31)) == [("2023-03", date(2023, 3, 27))]


def test_a_report_on_the_day_of_assignment_is_not_asked_for() -> None:
    assert dates(MONTHLY, date(2023, 4, 25), date(2023, 5, 25)) == [("2023-05", date(2023, 5, 25))]


def test_weekly_reports_are_due_every_tuesday() -> None:
    found = report_dates(WEEKLY, CALENDAR, date(2023, 4, 11), date(2023, 4, 25))
    assert [(d.period, d.name, d.due) for d in found] == [
        ("2023-W16", "第16周进展填报", date(2023, 4, 18)),
        ("2023-W17", "第17周进展填报", date(2023, 4, 25)),
    ]


@pytest.mark.parametrize(
    ("tuesday", "due"),
    [
        # 住建部2016年管廊周报: 遇节假日顺延至节后第二个工作日
        (date(2023, 4, 4), date(2023, 4, 4)),
        (date(2023, 5, 2), date(2023, 5, 5)),  # holiday until 3 May: the 4th, then the 5th
        (date(2023, 10, 3), date(2023, 10, 8)),  # the 7th works, then the 8th, a Sunday
        (date(2024, 2, 13), date(2024, 2, 19)),  # Sunday 18 works after the Spring Festival
    ],
)
def test_a_weekly_report_in_a_holiday_moves_to_the_second_working_day_behind_it(
    tuesday: date, due: date
) -> None:
    (found,) = report_dates(WEEKLY, CALENDAR, tuesday - timedelta(days=1), tuesday)
    assert found.due == due


def test_a_week_that_moves_onto_the_next_report_is_answered_for_by_it() -> None:
    # 2020: the holiday lasted until 2 February, so week 5 would have moved to week 6's Tuesday.
    found = dates(WEEKLY, date(2020, 1, 21), date(2020, 2, 11))
    assert found == [("2020-W06", date(2020, 2, 4)), ("2020-W07", date(2020, 2, 11))]


@given(
    st.dates(date(2010, 1, 1), date(2024, 6, 1)),
    st.integers(0, 500),
    st.sampled_from([MONTHLY, WEEKLY]),
)
def test_reports_are_due_on_working_days_in_one_order_without_gaps(
    after: date, days: int, limits: Limits
) -> None:
    until = after + timedelta(days=days)
    found = report_dates(limits, CALENDAR, after, until)
    assert all(CALENDAR.is_working(d.due) for d in found)
    assert [d.due for d in found] == sorted({d.due for d in found})
    assert [d.period for d in found] == sorted({d.period for d in found})
    assert all(after < last_day(d.period) and first_day(d.period) <= until for d in found)
    longest = 31 if limits is MONTHLY else 14
    begins = [first_day(d.period) for d in found]
    assert all((later - earlier).days <= longest for earlier, later in pairwise(begins))


@given(st.dates(date(1000, 1, 8), date(9999, 11, 30)), st.sampled_from(list(ReportCadence)))
def test_a_period_holds_its_day_and_is_read_back(day: date, every: ReportCadence) -> None:
    period = period_on(every, day)
    assert cadence_of(period) is every
    assert first_day(period) <= day <= last_day(period)
    assert period_on(every, first_day(period)) == period_on(every, last_day(period)) == period


@pytest.mark.parametrize(
    "text", ["2023-4", "2023-13", "2023-W00", "2023-W53", "2023-W5", "0000-01", "2023", "", "４月"]
)
def test_anything_else_is_no_period(text: str) -> None:
    assert cadence_of(text) is None


def test_a_year_of_53_weeks_has_its_last_one() -> None:
    assert cadence_of("2020-W53") is ReportCadence.WEEKLY


def test_periods_are_called_as_sentences_call_them() -> None:
    assert [period_words("2023-04"), period_words("2023-W05")] == ["2023年4月", "2023年第5周"]
