"""How a project met its date: early, on time, after an approved extension, or late."""

from __future__ import annotations

from datetime import date

from engine.rules.calendar import Calendar
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.words import Timeliness

EARLY_BY = Limit(1, LimitUnit.MONTH, Roll.NONE)
"""提前一个月以上 counts as early (南京 2016 督查奖惩意见)."""


def timeliness(done_on: date, original_due: date, due: date, calendar: Calendar) -> Timeliness:
    """The class of a completion; the original date is never forgotten.

    Args:
        original_due: the date first promised.
        due: the date in force, moved by approved extensions.
    """
    if calendar.apply(done_on, EARLY_BY) <= original_due:
        return Timeliness.EARLY
    if done_on <= original_due:
        return Timeliness.ON_TIME
    if done_on <= due:
        return Timeliness.EXTENDED
    return Timeliness.LATE
