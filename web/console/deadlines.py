"""时限: the dates of the year, of a class, of an item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.dates.deadline_list import DateLine, DateState, Wanted, date_counts, date_page
from engine.rules.words import DeadlineKind, ProjectKind
from web.access import SUPERVISION, Role
from web.console.declared import Menu, Page
from web.console.given import Given, MaybeLine
from web.console.visit import Visit

HERE = "/deadlines"


class Asked(Given):
    """Which dates."""

    year: int | None = Field(None, ge=1990, le=2100, title="年份")
    first: date | None = Field(None, title="从")
    last: date | None = Field(None, title="到")
    kind: DeadlineKind | None = Field(None, title="时限")
    item: ProjectKind | None = Field(None, title="事项类别")
    state: DateState | None = Field(None, title="状态")
    ended: bool = Field(False, title="包括已完成、已取消的")
    moved: bool = Field(False, title="只看调整过的")
    unit: MaybeLine = Field("", title="牵头单位")
    code: MaybeLine = Field("", title="事项编号")
    after: MaybeLine = ""
    before: MaybeLine = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """A page of dates.

    Attributes:
        left: working days to each date that is open; past ones are negative.
        counts: of all that match, by state.
    """

    lines: list[DateLine]
    left: list[int | None]
    counts: dict[DateState, int]
    kinds: list[DeadlineKind]
    items: list[ProjectKind]
    states: list[DateState]
    day: date
    before: str | None
    after: str | None


def show(visit: Visit, asked: Asked) -> Deadlines:
    """The dates that were asked for."""
    first, last = asked.first, asked.last
    if asked.year:
        first, last = date(asked.year, 1, 1), date(asked.year, 12, 31)
    wanted = Wanted(
        first,
        last,
        asked.kind,
        asked.item,
        asked.state,
        not asked.ended and asked.state is None,
        asked.moved,
        asked.unit,
        asked.code,
        visit.seen,
    )
    found = date_page(visit.session, wanted, visit.day, asked.after, asked.before)
    return Deadlines(
        found.lines,
        [_left(visit, line) for line in found.lines],
        date_counts(visit.session, wanted, visit.day),
        list(DeadlineKind),
        list(ProjectKind),
        list(DateState),
        visit.day,
        found.before,
        found.after,
    )


def _left(visit: Visit, line: DateLine) -> int | None:
    if line.state not in (DateState.OPEN, DateState.OVERDUE):
        return None
    return visit.desk.rulebook.calendar.working_days_between(visit.day, line.due)


PAGES = (
    Page(
        "deadlines",
        HERE,
        "时限",
        SUPERVISION | {Role.ADMINISTRATOR},
        show,
        "deadlines.html",
        Asked,
        Menu.RULES,
    ),
)
ACTS = ()
