"""The working calendar: layers of published arrangements, and counting in working days.

Pure: the data is passed in as layers, and nothing here asks for today's date. Years that no
layer has published are provisional, and every answer about them says so.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from engine.errors import DubanError
from engine.rules.layers import DayEntry, Layer
from engine.rules.limits import Limit, LimitError, LimitUnit, Roll

__all__ = [
    "Calendar",
    "CalendarRangeError",
    "DayEntry",
    "DayNote",
    "Layer",
    "Limit",
    "LimitError",
    "LimitUnit",
    "Roll",
]

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEK_SOURCE = "《国务院关于职工工作时间的规定》（国务院令第174号）第七条"
STATUTORY_SOURCE = "《全国年节及纪念日放假办法》（国务院令第795号，2024年修订）第二条"
# Only the festivals that the law fixes on solar dates: the others wait for the year's notice.
STATUTORY_DAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
UNPUBLISHED = "（调休安排未公布，暂定）"
_ROLLED_BY = {Roll.NEXT: 1, Roll.SECOND_NEXT: 2, Roll.PREVIOUS: -1}


class CalendarRangeError(DubanError):
    """A day outside the years the calendar covers."""


@dataclass(frozen=True, slots=True)
class DayNote:
    """Why a day works or not, in Chinese, and the document that says so."""

    day: date
    working: bool
    reason: str
    source: str
    provisional: bool


class Calendar:
    """Working days from `from_year` to `to_year`; later layers override earlier ones by day.

    Every method raises CalendarRangeError for a day outside those years.
    """

    def __init__(self, layers: Sequence[Layer], from_year: int = 2004, to_year: int = 2035) -> None:
        self.layers = tuple(layers)
        self.from_year = from_year
        self.to_year = to_year
        self.published_years = frozenset(y for layer in self.layers for y in layer.years)
        self._declared = {
            entry.day: (entry, entry.source or layer.source)
            for layer in self.layers
            for entry in layer.entries
        }
        self._first = date(from_year, 1, 1)
        self._last = date(to_year, 12, 31)

    # -- identity ---------------------------------------------------------------------------

    @cached_property
    def version(self) -> str:
        """The first 16 hex digits of the SHA-256 of the canonical JSON of `to_data()`."""
        text = json.dumps(self.to_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_data(self) -> dict[str, Any]:
        """Everything the calendar knows as JSON values; `from_data` gives the same calendar."""
        return {
            "from_year": self.from_year,
            "to_year": self.to_year,
            "layers": [layer.to_data() for layer in self.layers],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Calendar:
        """The calendar that `to_data` described."""
        layers = [Layer.from_data(item) for item in data["layers"]]
        return cls(layers, data["from_year"], data["to_year"])

    # -- single days ------------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day."""
        self._check(day)
        return self._works(day)

    def is_provisional(self, day: date) -> bool:
        """Whether `day` is only assumed, because no document covers it or its year yet."""
        self._check(day)
        return day.year not in self.published_years and day not in self._declared

    def is_provisional_between(self, a: date, b: date) -> bool:
        """Whether counting between `a` and `b`, in either order, touches an unpublished year."""
        first, last = sorted((a, b))
        self._check(first)
        self._check(last)
        return any(year not in self.published_years for year in range(first.year, last.year + 1))

    def note(self, day: date) -> DayNote:
        """Why `day` works or not, and the document that says so."""
        provisional = self.is_provisional(day)
        working = self._works(day)
        if day in self._declared:
            entry, source = self._declared[day]
            reason = f"调休上班（{entry.name}）" if working else f"{entry.name}放假"
        elif provisional and (day.month, day.day) in STATUTORY_DAYS:
            reason = f"{STATUTORY_DAYS[day.month, day.day]}放假"
            source = STATUTORY_SOURCE
        else:
            reason = WEEKDAYS[day.weekday()] + ("工作日" if working else "")
            source = WEEK_SOURCE
        if provisional:
            reason += UNPUBLISHED
        return DayNote(day, working, reason, source, provisional)

    # -- counting ---------------------------------------------------------------------------

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, or before it when `n` is negative.

        `day` itself is not counted (《民法典》第二百零一条); n = 0 gives `day` unchanged.
        """
        self._check(day)
        if n == 0:
            return day
        if n > 0:
            index = bisect_right(self._ordinals, day.toordinal()) + n - 1
        else:
            index = bisect_left(self._ordinals, day.toordinal()) + n
        if not 0 <= index < len(self._ordinals):
            side = "之后" if n > 0 else "之前"
            raise self._out_of_range(f"{day.isoformat()} {side}第 {abs(n)} 个工作日")
        return date.fromordinal(self._ordinals[index])

    def working_days_between(self, a: date, b: date) -> int:
        """The number of working days in (a, b]; for b < a, minus those in (b, a].

        So the days left to a deadline are positive, the days past it negative.
        """
        self._check(a)
        self._check(b)
        return self._count_to(b) - self._count_to(a)

    def count_days(self, a: date, b: date) -> list[DayNote]:
        """The notes of every day counted from `a` to `b`, `a` left out, in date order.

        That is (a, b], or [b, a) when b < a, the days `add_working_days(a, -n)` walks over.
        """
        first, last = (a + timedelta(1), b) if b >= a else (b, a - timedelta(1))
        return [self.note(first + timedelta(i)) for i in range((last - first).days + 1)]

    # -- neighbours -------------------------------------------------------------------------

    def roll(self, day: date, rule: Roll) -> date:
        """`day`, moved to a working day in the direction of `rule` if it is not one."""
        self._check(day)
        if rule is Roll.NONE or self._works(day):
            return day
        return self.add_working_days(day, _ROLLED_BY[rule])

    def next_working_day(self, day: date) -> date:
        """The first working day strictly after `day`."""
        return self.add_working_days(day, 1)

    def first_working_day_on_or_after(self, day: date) -> date:
        """`day` if it works, otherwise the next working day."""
        return self.roll(day, Roll.NEXT)

    def last_working_day_on_or_before(self, day: date) -> date:
        """`day` if it works, otherwise the previous working day."""
        return self.roll(day, Roll.PREVIOUS)

    def nth_working_day_of_month(self, year: int, month: int, n: int) -> date:
        """The n-th working day of a month, n from 1; CalendarRangeError if it has fewer."""
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        self._check(first)
        before, through = self._count_to(first - timedelta(1)), self._count_to(last)
        if not 1 <= n <= through - before:
            raise CalendarRangeError(
                f"{year}年{month}月没有第 {n} 个工作日。请改用 1 至 {through - before} 之间的序号。"
            )
        return date.fromordinal(self._ordinals[before + n - 1])

    # -- limits -----------------------------------------------------------------------------

    def apply(self, start: date, limit: Limit) -> date:
        """The last day of a limit that starts on `start` (《民法典》第二百条至第二百零四条).

        The first day is not counted; months end on the corresponding day, or on the month's
        last day where there is none; then the limit's roll rule is applied.
        """
        self._check(start)
        if limit.unit is LimitUnit.WORKING_DAY:
            return self.roll(self.add_working_days(start, limit.count), limit.roll)
        try:
            if limit.unit is LimitUnit.MONTH:
                end = _add_months(start, limit.count)
            else:
                end = start + timedelta(limit.count)
        except (OverflowError, ValueError) as error:
            raise self._out_of_range(f"{start.isoformat()} 起{limit.text}") from error
        return self.roll(end, limit.roll)

    # -- inside -----------------------------------------------------------------------------

    @cached_property
    def _ordinals(self) -> tuple[int, ...]:
        days = range(self._first.toordinal(), self._last.toordinal() + 1)
        return tuple(n for n in days if self._works(date.fromordinal(n)))

    def _count_to(self, day: date) -> int:
        return bisect_right(self._ordinals, day.toordinal())

    def _works(self, day: date) -> bool:
        if day in self._declared:
            return self._declared[day][0].working
        if day.weekday() >= 5:
            return False
        return day.year in self.published_years or (day.month, day.day) not in STATUTORY_DAYS

    def _check(self, day: date) -> None:
        if not self._first <= day <= self._last:
            raise self._out_of_range(day.isoformat())

    def _out_of_range(self, what: str) -> CalendarRangeError:
        return CalendarRangeError(
            f"{what}超出日历范围（{self.from_year}年至{self.to_year}年）。"
            "请检查日期是否填错；确需更远的日期，请在载入日历时扩大年份范围。"
        )


def _add_months(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
