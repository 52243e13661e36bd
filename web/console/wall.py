"""挂图作战: all items on one axis of time, on a desk, on a wall, or on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pydantic import Field

from engine.overseeing.choice import Choice
from engine.overseeing.lights import light_counts
from engine.overseeing.wall import Grouping, wall_items, wall_size
from engine.rules.words import Light, Word
from web.access import EVERYBODY
from web.console.declared import Menu, Page
from web.console.projects import ItemsAsked, Offered, offered
from web.console.visit import Visit
from web.console.wall_drawing import Axis, Bar, Zoom, axis, bar

HERE = "/wall"


class Mode(Word):
    """Where the wall is looked at."""

    DESK = "desk", "桌面"
    WALL = "wall", "大屏"


ROWS = {Mode.DESK: 50, Mode.WALL: 15}
"""How many items a page holds; on a wall as many as can be read from five metres."""
TURNS_AFTER, RENEWS_AFTER = 20, 60
"""Seconds until a wall turns to its next page, or loads its only one again."""


class WallAsked(ItemsAsked):
    """What of the wall."""

    zoom: Zoom = Field(Zoom.YEAR, title="时间范围")
    at: date | None = Field(None, title="所在日期")
    by: Grouping = Field(Grouping.FIELD, title="分组")
    mode: Mode = Field(Mode.DESK, title="显示")
    page: int = Field(1, title="页", ge=1, le=100_000)


@dataclass(frozen=True, slots=True)
class WallOffered(Offered):
    """What there is to choose from for a wall."""

    groupings: list[Grouping] = field(default_factory=lambda: list(Grouping))
    zooms: list[Zoom] = field(default_factory=lambda: list(Zoom))


@dataclass(frozen=True, slots=True)
class BarGroup:
    """The items of a field or a unit on this page."""

    name: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Wall:
    """A page of the wall; ``renews`` is after how many seconds a wall goes on by itself."""

    axis: Axis
    groups: list[BarGroup]
    lights: dict[Light, int]
    total: int
    page: int
    pages: int
    next_page: int
    renews: int
    year: int | None
    offered: WallOffered


def wall(visit: Visit, asked: WallAsked) -> Wall:
    """A page of the wall; one past the last is the last."""
    session, choice, rows = visit.session, asked.choice(visit), ROWS[asked.mode]
    total = wall_size(session, choice)
    pages = max(-(-total // rows), 1)
    page = min(asked.page, pages)
    drawn = axis(asked.zoom, asked.at or _near(visit.day, choice.year), visit.day)
    calendar = visit.desk.rulebook.calendar
    found = wall_items(session, choice, asked.by, visit.day, (page - 1) * rows, rows)
    groups: dict[str, list[Bar]] = {}
    for item in found:
        one = bar(item, drawn, calendar, visit.day)
        groups.setdefault(item.group or "未分领域", []).append(one)
    return Wall(
        axis=drawn,
        groups=[BarGroup(name, bars) for name, bars in groups.items()],
        lights=light_counts(session, choice),
        total=total,
        page=page,
        pages=pages,
        next_page=page % pages + 1,
        renews=TURNS_AFTER if pages > 1 else RENEWS_AFTER,
        year=choice.year,
        offered=_offered(visit, choice),
    )


def _offered(visit: Visit, choice: Choice) -> WallOffered:
    found = offered(visit, choice)
    return WallOffered(found.years, found.fields, found.units)


def _near(day: date, year: int | None) -> date:
    """Today, or of another year the day nearest to it."""
    if year is None or year == day.year:
        return day
    return date(year, 12, 31) if year < day.year else date(year, 1, 1)


PAGES = (Page("wall", HERE, "挂图作战", EVERYBODY, wall, "wall.html", WallAsked, Menu.ITEMS),)
ACTS = ()
