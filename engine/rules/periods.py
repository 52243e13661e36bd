"""Periods: which week, month or quarter a sweep answers for, and when it is due.

A weekly sweep runs on the first working day of its week, a monthly one on the second working
day of its month, a quarterly one on the third working day after the quarter (住建部 2016: a run
that falls on a holiday moves behind it). A daily sweep runs on working days only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from engine.rules.calendar import Calendar
from engine.rules.facts import Moment
from engine.rules.words import Cadence
from engine.rules.zone import ZONE, local_day

FIRST_MONTHS = (1, 4, 7, 10)
"""Of the quarters."""
LOOK_AHEAD = timedelta(days=130)
"""Longer than a quarter with its longest holiday."""


def period_of(cadence: Cadence, day: date) -> str:
    """The period of a run on ``day``: 2023-04-06, 2023-W14, 2023-04, or the quarter just ended."""
    if cadence is Cadence.DAILY:
        return day.isoformat()
    if cadence is Cadence.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if cadence is Cadence.MONTHLY:
        return f"{day:%Y-%m}"
    ended = _quarter_start(day) - timedelta(days=1)
    return f"{ended.year}-Q{ended.month // 3}"


def moment_of(cadence: Cadence, day: date) -> Moment:
    """The moment of a run on ``day``, with its cut-off: the end of the month or the quarter
    before for the monthly and quarterly runs, which look back on what was planned by then."""
    cutoff = day
    if cadence is Cadence.MONTHLY:
        cutoff = day.replace(day=1) - timedelta(days=1)
    if cadence is Cadence.QUARTERLY:
        cutoff = _quarter_start(day) - timedelta(days=1)
    return Moment(day, cadence, period_of(cadence, day), cutoff)


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def run_days(cadence: Cadence, first: date, last: date, calendar: Calendar) -> Iterator[date]:
    """The days from ``first`` to ``last`` on which a sweep of this cadence is due."""
    day = first
    while day <= last:
        if is_run_day(cadence, day, calendar):
            yield day
        day += timedelta(days=1)


def next_run(cadence: Cadence, local: time, after: datetime, calendar: Calendar) -> datetime | None:
    """When a sweep of this cadence that runs at a local time runs next; None within no quarter."""
    today = local_day(after)
    days = run_days(cadence, today, today + LOOK_AHEAD, calendar)
    moments = (datetime.combine(day, local, ZONE) for day in days)
    return next((moment for moment in moments if moment > after), None)


@lru_cache(maxsize=10_000)
def is_run_day(cadence: Cadence, day: date, calendar: Calendar) -> bool:
    """Whether a sweep of this cadence is due on ``day``."""
    if cadence is Cadence.QUARTERLY and day.month not in FIRST_MONTHS:
        return False
    if not calendar.is_working(day):
        return False
    if cadence is Cadence.DAILY:
        return True
    if cadence is Cadence.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return calendar.first_working_day_on_or_after(monday) == day
    if cadence is Cadence.MONTHLY:
        return calendar.nth_working_day_of_month(day.year, day.month, 2) == day
    return calendar.nth_working_day_of_month(day.year, day.month, 3) == day
