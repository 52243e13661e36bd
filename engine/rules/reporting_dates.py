"""When reports are due, and which month or week each answers for.

A monthly report whose day does not work is due on the next working day. A weekly one moves to the
second working day behind the holiday (住建部2016年地下综合管廊建设进展周报: 每周二12时，遇节假日
顺延至节后第二个工作日).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.rules.calendar import Calendar, Roll
from engine.rules.periods import period_of
from engine.rules.policy import Limits, ReportCadence
from engine.rules.words import Cadence

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ReportDate:
    """A report to come. ``period`` is the month or week it answers for: 2023-04, 2023-W15;
    ``nominal`` is its day before it moves for a holiday by ``roll``."""

    period: str
    name: str
    due: date
    nominal: date
    roll: Roll


def report_dates(
    limits: Limits, calendar: Calendar, after: date, until: date
) -> tuple[ReportDate, ...]:
    """The reports of an item given out on ``after`` and promised for ``until``.

    Those count whose day, before it moves for a holiday, is after the one and not after the other.
    """
    monthly = limits.report_every is ReportCadence.MONTHLY
    days = _months(limits.report_day, after) if monthly else _weeks(limits.report_weekday, after)
    found = []
    for day in days:
        if day > until:
            break
        if day > after:
            found.append(_monthly(calendar, day) if monthly else _weekly(calendar, day))
    return _without_doubles(found)


def _months(day_of_month: int, start: date) -> Iterator[date]:
    month = start.replace(day=1)
    while True:
        yield month.replace(day=day_of_month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _weeks(weekday: int, start: date) -> Iterator[date]:
    day = start - timedelta(days=start.weekday()) + timedelta(days=weekday - 1)
    while True:
        yield day
        day += WEEK


def _monthly(calendar: Calendar, day: date) -> ReportDate:
    due = calendar.roll(day, Roll.NEXT)
    return ReportDate(f"{day:%Y-%m}", f"{day.month}月进展填报", due, day, Roll.NEXT)


def _weekly(calendar: Calendar, day: date) -> ReportDate:
    due = calendar.roll(day, Roll.SECOND_NEXT)
    period = period_of(Cadence.WEEKLY, day)
    return ReportDate(period, f"第{int(period[-2:])}周进展填报", due, day, Roll.SECOND_NEXT)


def _without_doubles(found: list[ReportDate]) -> tuple[ReportDate, ...]:
    """A week that a long holiday moves behind the next one is answered for by the next one."""
    following: list[date | None] = [later.due for later in found[1:]]
    pairs = zip(found, [*following, None], strict=False)
    return tuple(report for report, then in pairs if then is None or report.due < then)


def period_on(every: ReportCadence, day: date) -> str:
    """The month or week of a day."""
    cadence = Cadence.WEEKLY if every is ReportCadence.WEEKLY else Cadence.MONTHLY
    return period_of(cadence, day)


def cadence_of(period: str) -> ReportCadence | None:
    """Whether a text names a month (2023-04) or a week (2023-W15); None for anything else."""
    if re.fullmatch(r"[1-9]\d{3}-(0[1-9]|1[0-2])", period):
        return ReportCadence.MONTHLY
    if re.fullmatch(r"[1-9]\d{3}-W\d{2}", period):
        try:
            _monday(period)
        except ValueError:
            return None
        return ReportCadence.WEEKLY
    return None


def first_day(period: str) -> date:
    """The day on which a month or week begins.

    Raises:
        ValueError: the text names neither.
    """
    if cadence_of(period) is ReportCadence.MONTHLY:
        return date.fromisoformat(f"{period}-01")
    return _monday(period)


def last_day(period: str) -> date:
    """The day on which a month or week ends.

    Raises:
        ValueError: the text names neither.
    """
    first = first_day(period)
    if cadence_of(period) is ReportCadence.MONTHLY:
        return date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return first + WEEK - timedelta(days=1)


def period_words(period: str) -> str:
    """A period as sentences call it: 2023年4月, 2023年第15周.

    Raises:
        ValueError: the text names neither.
    """
    if cadence_of(period) is ReportCadence.MONTHLY:
        first = first_day(period)
        return f"{first.year}年{first.month}月"
    return f"{period[:4]}年第{int(period[-2:])}周"


def _monday(week: str) -> date:
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)
