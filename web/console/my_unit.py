"""我的单位: what a unit has to do now, its items, its letters, its dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field

from engine.dates.extension_list import ExtensionLine, extension_lines
from engine.dates.unit_dates import UnitDate
from engine.notices.inbox import InboxLine, inbox
from engine.rules.calendar import Calendar, CalendarRangeError
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, Light, ProjectKind
from engine.staff.duties import DutyLine, dates_of, duties
from engine.staff.feeds import feed_of
from engine.staff.led import LedItem, led_items
from web.access import UNITS
from web.console.declared import Menu, Page
from web.console.given import Given, Nothing
from web.console.item_facts import OWN_UNIT
from web.console.visit import Visit
from web.refusals import NotFound

ITEMS, LETTERS, EXTENSIONS = 200, 100, 10
"""How many of each are shown."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An item of the unit with its nearest date."""

    code: str
    title: str
    kind: ProjectKind
    state: ProjectState
    light: Light
    year: int
    next_name: str
    next_due: date | None
    next_original: date | None


@dataclass(frozen=True, slots=True)
class MyUnit:
    """What is to be done, what there is, and what became of what was asked for.

    Attributes:
        more: whether there are more items than are shown.
    """

    units: list[str]
    duties: list[DutyLine]
    items: list[OwnItem]
    more: bool
    extensions: list[ExtensionLine]

    @property
    def by_item(self) -> list[list[DutyLine]]:
        """What is to be done item by item, that with the most pressing first."""
        found: dict[str, list[DutyLine]] = defaultdict(list)
        for line in self.duties:
            found[line.code or f"notice {line.notice}"].append(line)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Letters:
    """What the reader was sent, the newest first."""

    letters: list[InboxLine]


class MonthAsked(Given):
    """Which month is looked at."""

    month: str = Field("", title="月份", description="如 2023-04", pattern=r"^(\d{4}-\d{2})?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A date of an item."""

    code: str
    title: str
    name: str
    kind: DeadlineKind
    light: Light
    due: date
    original: date


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the month view. ``note`` says why it departs from ordinary weeks."""

    day: date
    is_in_month: bool
    works: bool
    note: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Feed:
    """Where a unit's dates can be subscribed to."""

    unit: str
    address: str


@dataclass(frozen=True, slots=True)
class UnitCalendar:
    """A month of the unit's dates, week by week."""

    month: date
    before: str
    after: str
    weeks: list[list[CalendarDay]]
    feeds: list[Feed]


def my_unit(visit: Visit, _: Nothing) -> MyUnit:
    """What the asker's units have to do."""
    units = list(visit.asker.units)
    dates = dates_of(visit.desk, units)
    items = led_items(visit.session, units, ITEMS + 1)
    ids = [item.project_id for item in items]
    return MyUnit(
        units=list(visit.asker.units.values()),
        duties=duties(visit.desk, units, dates),
        items=_own(items[:ITEMS], dates),
        more=len(items) > ITEMS,
        extensions=extension_lines(visit.session, waiting=None, projects=ids, last=EXTENSIONS),
    )


def _own(items: Iterable[LedItem], dates: Iterable[UnitDate]) -> list[OwnItem]:
    nearest: dict[int, UnitDate] = {}
    for one in dates:
        nearest.setdefault(one.project_id, one)
    return [_item(item, nearest.get(item.project_id)) for item in items]


def _item(item: LedItem, nearest: UnitDate | None) -> OwnItem:
    return OwnItem(
        item.code,
        item.title,
        item.kind,
        item.state,
        item.light,
        item.year,
        nearest.name if nearest else "",
        nearest.due if nearest else None,
        nearest.original if nearest else None,
    )


def letters(visit: Visit, _: Nothing) -> Letters:
    """What the asker was sent."""
    return Letters(inbox(visit.desk, visit.by, LETTERS))


def calendar(visit: Visit, asked: MonthAsked) -> UnitCalendar:
    """A month of the unit's dates."""
    month = _month(asked.month, visit.day)
    entries: dict[date, list[Entry]] = defaultdict(list)
    for one in dates_of(visit.desk, list(visit.asker.units)):
        entries[one.due].append(
            Entry(one.code, one.title, one.name, one.kind, one.light, one.due, one.original)
        )
    first = month - timedelta(days=month.weekday())
    weeks = []
    while first < _next(month):
        days = (first + timedelta(days=n) for n in range(7))
        weeks.append([_day(day, month, entries[day], visit.desk.rulebook.calendar) for day in days])
        first += WEEK
    earlier = month - timedelta(days=1)
    return UnitCalendar(month, f"{earlier:%Y-%m}", f"{_next(month):%Y-%m}", weeks, _feeds(visit))


def _month(asked: str, today: date) -> date:
    if not asked:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise NotFound(f"没有月份“{asked}”") from None
    if not 1991 <= found.year <= 2099:
        raise NotFound(f"没有月份“{asked}”")
    return found


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _day(day: date, month: date, entries: list[Entry], holidays: Calendar) -> CalendarDay:
    is_in_month = (day.year, day.month) == (month.year, month.month)
    try:
        works, note = holidays.is_working(day), holidays.note(day)
    except CalendarRangeError:
        return CalendarDay(day, is_in_month, day.weekday() < 5, "", entries)
    is_usual = works == (day.weekday() < 5)
    return CalendarDay(day, is_in_month, works, "" if is_usual else note.reason, entries)


def _feeds(visit: Visit) -> list[Feed]:
    service = visit.service
    found = (feed_of(visit.session, unit) for unit in visit.asker.units)
    return [
        Feed(row.unit, f"{service.settings.base_url}{service.links.feed(row.id, row.serial)}")
        for row in found
        if row is not None
    ]


PAGES = (
    Page("unit", OWN_UNIT, "我的单位", UNITS, my_unit, "my_unit.html", menu=Menu.TODAY),
    Page("unit-letters", f"{OWN_UNIT}/letters", "收到的通知", UNITS, letters, "letters.html"),
    Page(
        "unit-calendar",
        f"{OWN_UNIT}/calendar",
        "时限日历",
        UNITS,
        calendar,
        "unit_calendar.html",
        MonthAsked,
    ),
)
ACTS = ()
