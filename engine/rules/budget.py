"""减负额度: which letters of a run are sent and which are held, unit by unit.

A letter that is held waits for the next weekly run, which takes it up or lets it go; whatever comes
for the same person meanwhile joins it. Should that run fail, it leaves on the morning after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from engine.rules.calendar import Calendar
from engine.rules.periods import is_run_day
from engine.rules.policy_parts import Hours
from engine.rules.words import Cadence
from engine.rules.zone import ZONE


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter to a person of a unit, about to leave.

    Attributes:
        severity: that of its most serious notice.
        exempt: it leaves whatever the budget says, and counts.
        until: the day of the run for which it would be held.
        expires: the first day on which something it asks for or reminds of falls due.
    """

    id: int
    unit: int
    severity: int
    exempt: bool
    until: date
    expires: date | None = None

    @property
    def must_leave(self) -> bool:
        """A letter that would come too late is not held."""
        return self.exempt or (self.expires is not None and self.expires <= self.until)


def letters_to_hold(
    letters: Iterable[WaitingLetter], used: Mapping[int, int], limit: int
) -> list[WaitingLetter]:
    """The letters for which the budget has no room, the least serious ones of each unit.

    Args:
        letters: of those that are equally serious the first leave; their numbers would not do,
            since these go by which worker wrote first.
        used: how many letters of the month each unit has had.
        limit: letters per unit and month.
    """
    taken, held = Counter(used), []
    for letter in sorted(letters, key=lambda one: (not one.must_leave, -one.severity)):
        if letter.must_leave or taken[letter.unit] < limit:
            taken[letter.unit] += 1
        else:
            held.append(letter)
    return held


def next_weekly(day: date, calendar: Calendar) -> date:
    """The day of the first weekly run from a day on; on that day it comes after the daily one."""
    days = (day + timedelta(days=number) for number in count())
    return next(one for one in days if is_run_day(Cadence.WEEKLY, one, calendar))


def morning_after(weekly: date, hours: Hours, calendar: Calendar) -> datetime:
    """The opening of the working day after a weekly run, when what waited for it leaves at last."""
    return datetime.combine(calendar.next_working_day(weekly), hours.start, ZONE)


def month_of(day: date) -> tuple[datetime, datetime]:
    """The beginning of the month of a day, and that of the next one, in local time."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
