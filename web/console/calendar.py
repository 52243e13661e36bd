"""日历: its layers, and a year with its 调休."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field

from engine.rule_drafts import Drafted, draft_of
from engine.rules.calendar import DayNote
from engine.rules.layers import Layer
from web.access import EVERYBODY
from web.console.declared import Menu, Page
from web.console.given import Given
from web.console.visit import Visit

HERE = "/calendar"


class Asked(Given):
    """Which year."""

    year: int | None = Field(None, ge=2004, le=2035)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year view. ``mark``: 休 for a weekday off, 班 for a weekend at work."""

    day: date
    working: bool
    mark: str
    reason: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month by weeks from Monday; None for the days of its neighbours."""

    number: int
    working_days: int
    weeks: list[list[Day | None]]


@dataclass(frozen=True, slots=True)
class LayerLine:
    """The arrangements of one authority, and for which years they are published."""

    title: str
    source: str
    url: str
    years: list[int]
    days: int


@dataclass(frozen=True, slots=True)
class Arranged:
    """Days that a document declares off or at work, in words, with the document."""

    name: str
    off: str
    work: str
    source: str


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year.

    Attributes:
        is_provisional: nobody has published its arrangement yet.
        can_change: whether the office may import a notice here.
    """

    year: int
    is_provisional: bool
    working_days: int
    months: list[Month]
    arranged: list[Arranged]
    layers: list[LayerLine]
    version: str
    can_change: bool
    has_draft: bool


def show(visit: Visit, asked: Asked) -> YearPage:
    """A year."""
    calendar = visit.desk.rulebook.calendar
    year = asked.year or visit.day.year
    notes = {day: calendar.note(day) for day in days_of(year)}
    return YearPage(
        year,
        year not in calendar.published_years,
        sum(note.working for note in notes.values()),
        [_month(year, number, notes, visit.day) for number in range(1, 13)],
        _arranged(notes),
        [line_of(layer) for layer in calendar.layers],
        calendar.version,
        not visit.service.rules.has_own_calendar,
        draft_of(visit.session, Drafted.CALENDAR) is not None,
    )


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(n) for n in range((date(year, 12, 31) - first).days + 1)]


def _month(year: int, number: int, notes: dict[date, DayNote], today: date) -> Month:
    weeks = [
        [_day(notes[day], today) if day.month == number else None for day in week]
        for week in Weeks().monthdatescalendar(year, number)
    ]
    days = [day for week in weeks for day in week if day]
    return Month(number, sum(day.working for day in days), weeks)


def _day(note: DayNote, today: date) -> Day:
    return Day(note.day, note.working, _mark(note), note.reason, note.day == today)


def _mark(note: DayNote) -> str:
    is_weekend = note.day.weekday() >= 5
    if note.working:
        return "班" if is_weekend else ""
    return "休" if "放假" in note.reason or not is_weekend else ""


def _arranged(notes: dict[date, DayNote]) -> list[Arranged]:
    """The marked days by festival and document, in the order of the year."""
    found: dict[tuple[str, str], tuple[list[date], list[date]]] = {}
    for note in notes.values():
        if _mark(note):
            name = note.reason.removesuffix("（调休安排未公布，暂定）")
            name = name.removesuffix("放假").removeprefix("调休上班（").removesuffix("）")
            off, work = found.setdefault((name, note.source), ([], []))
            (work if note.working else off).append(note.day)
    return [
        Arranged(name, _spans(off), _spans(work), source)
        for (name, source), (off, work) in found.items()
    ]


def _spans(days: list[date]) -> str:
    """Days in a row as one span: 1月1日至3日、10月10日."""
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return "、".join(_span(span[0], span[-1]) for span in spans)


def _span(first: date, last: date) -> str:
    begin = f"{first.month}月{first.day}日"
    if first == last:
        return begin
    return f"{begin}至" + (f"{last.month}月" if last.month != first.month else "") + f"{last.day}日"


def line_of(layer: Layer) -> LayerLine:
    years = sorted(layer.years)
    return LayerLine(layer.title, layer.source, layer.url, years, len(layer.entries))


PAGES = (Page("calendar", HERE, "日历", EVERYBODY, show, "calendar.html", Asked, Menu.RULES),)
ACTS = ()
