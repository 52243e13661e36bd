"""How a project met its date: early, on time, after an approved extension, or late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from engine.rules.calendar import Calendar
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.words import Timeliness

EARLY_BY = Limit(1, LimitUnit.MONTH, Roll.NONE)
"""提前一个月以上 counts as early (南京 2016 督查奖惩意见)."""


def timeliness(
    done_on: date,
    original_due: date,
    due: date,
    calendar: Calendar,
    overturned: Collection[Timeliness] = (),
) -> Timeliness:
    """The class of a completion; the original date is never forgotten.

    A result that a re-check overturned was not there when it was claimed: done again by the new
    date it is reworked, never on time, and what was late once stays late.

    Args:
        original_due: the date first promised.
        due: the date in force, moved by approved extensions or set when it was reopened.
        overturned: the classes of earlier completions that did not stand.
    """
    if overturned:
        was_late = Timeliness.LATE in overturned or done_on > due
        return Timeliness.LATE if was_late else Timeliness.REWORKED
    if calendar.apply(done_on, EARLY_BY) <= original_due:
        return Timeliness.EARLY
    if done_on <= original_due:
        return Timeliness.ON_TIME
    if done_on <= due:
        return Timeliness.EXTENDED
    return Timeliness.LATE
