"""Periods: every day of four years, and which sweeps are due on it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from engine.rules.periods import is_run_day, moment_of, period_of, run_days
from engine.rules.words import Cadence
from tests.rules.builders import CALENDAR

FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WORKING = [day for day in EVERY_DAY if CALENDAR.is_working(day)]
RUNS = {cadence: list(run_days(cadence, FIRST, LAST, CALENDAR)) for cadence in Cadence}


def week_of(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def test_a_daily_sweep_runs_on_every_working_day_and_no_other():
    assert RUNS[Cadence.DAILY] == WORKING


def test_each_week_with_a_working_day_has_one_run_on_the_first_of_them():
    first_of_week: dict[tuple[int, int], date] = {}
    for day in WORKING:
        first_of_week.setdefault(week_of(day), day)
    assert RUNS[Cadence.WEEKLY] == sorted(first_of_week.values())


def test_a_week_wholly_off_has_no_run():
    idle = {week_of(day) for day in EVERY_DAY} - {week_of(day) for day in RUNS[Cadence.WEEKLY]}
    assert (2026, 8) in idle, "春节 2026, 2月16日 to 22日"
    assert not idle & {week_of(day) for day in WORKING}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2023, 10, 7), "a make-up Saturday after 国庆 is the week's first working day"),
        (date(2024, 2, 18), "a make-up Sunday after 春节"),
        (date(2024, 10, 8), "Tuesday, for 国庆 ends on Monday"),
        (date(2025, 10, 9), "Thursday, for 国庆 ends on Wednesday"),
        (date(2026, 10, 8), "Thursday, for 国庆 ends on Wednesday"),
    ],
)
def test_after_a_festival_the_weekly_run_falls_on_the_first_day_back(day: date, why: str):
    assert is_run_day(Cadence.WEEKLY, day, CALENDAR), why
    assert [d for d in RUNS[Cadence.WEEKLY] if week_of(d) == week_of(day)] == [day]


def test_a_monthly_sweep_runs_on_the_second_working_day_of_each_month():
    seconds = []
    for year in range(2023, 2027):
        for month in range(1, 13):
            works = [day for day in WORKING if (day.year, day.month) == (year, month)]
            seconds.append(works[1])
    assert RUNS[Cadence.MONTHLY] == seconds


def test_a_quarterly_sweep_runs_on_the_third_working_day_after_the_quarter():
    thirds = []
    for year in range(2023, 2027):
        for month in (1, 4, 7, 10):
            works = [day for day in WORKING if (day.year, day.month) == (year, month)]
            thirds.append(works[2])
    assert RUNS[Cadence.QUARTERLY] == thirds


@pytest.mark.parametrize("cadence", list(Cadence))
def test_no_two_runs_answer_for_one_period(cadence: Cadence):
    counts = Counter(period_of(cadence, day) for day in RUNS[cadence])
    assert set(counts.values()) == {1}


def test_periods_of_different_cadences_never_have_one_name():
    names = [{period_of(cadence, day) for day in EVERY_DAY} for cadence in Cadence]
    assert len(set().union(*names)) == sum(len(each) for each in names)


@pytest.mark.parametrize(
    ("cadence", "day", "period", "cutoff"),
    [
        (Cadence.DAILY, date(2023, 4, 6), "2023-04-06", date(2023, 4, 6)),
        (Cadence.WEEKLY, date(2023, 4, 6), "2023-W14", date(2023, 4, 6)),
        (Cadence.WEEKLY, date(2024, 12, 30), "2025-W01", date(2024, 12, 30)),
        (Cadence.MONTHLY, date(2023, 4, 4), "2023-04", date(2023, 3, 31)),
        (Cadence.MONTHLY, date(2024, 1, 3), "2024-01", date(2023, 12, 31)),
        (Cadence.QUARTERLY, date(2023, 4, 6), "2023-Q1", date(2023, 3, 31)),
        (Cadence.QUARTERLY, date(2024, 1, 4), "2023-Q4", date(2023, 12, 31)),
    ],
)
def test_a_run_names_its_period_and_its_cut_off(cadence, day, period, cutoff):
    moment = moment_of(cadence, day)
    assert (moment.day, moment.period, moment.cutoff) == (day, period, cutoff)


@pytest.mark.parametrize("day", [date(2023, 4, 1), date(2023, 5, 10), date(2023, 6, 30)])
def test_a_quarterly_run_asked_for_late_still_answers_for_the_quarter_that_ended(day: date):
    moment = moment_of(Cadence.QUARTERLY, day)
    assert (moment.period, moment.cutoff) == ("2023-Q1", date(2023, 3, 31))
