"""项目: the list of items, filtered, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import Field

from engine.overseeing.choice import Choice, fields, leading_units, lists_by_year
from engine.overseeing.item_list import ItemLine, Order, item_page
from engine.overseeing.lights import light_counts
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light, ProjectKind
from engine.rules.years import year_at_work
from web.access import EVERYBODY
from web.console.declared import Menu, Page
from web.console.given import Given, MaybeLine
from web.console.visit import Visit

HERE = "/projects"


class ItemsAsked(Given):
    """Which items; the newest year's when no year is named, all years with 0."""

    light: Light | None = Field(None, title="灯色")
    state: ProjectState | None = Field(None, title="状态")
    kind: ProjectKind | None = Field(None, title="种类")
    field: MaybeLine = Field("", title="领域")
    unit: MaybeLine = Field("", title="牵头单位")
    year: int | None = Field(None, title="年度", ge=0, le=2100)
    text: MaybeLine = Field("", title="编号或名称")

    def choice(self, visit: Visit) -> Choice:
        """What is meant, as far as the asker may see it."""
        at_work = year_at_work(lists_by_year(visit.session), visit.day)
        return Choice(
            light=self.light,
            state=self.state,
            kind=self.kind,
            field=self.field,
            unit=self.unit,
            year=at_work if self.year is None else self.year or None,
            text=self.text,
            seen=visit.seen,
        )


class ListAsked(ItemsAsked):
    """Which items, in which order, and from where."""

    order: Order = Field(Order.WORST, title="排列")
    after: MaybeLine = Field("", title="此后")
    before: MaybeLine = Field("", title="此前")


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from; no units where they are too many."""

    years: list[int]
    fields: list[str]
    units: list[str]
    states: list[ProjectState] = field(default_factory=lambda: list(ProjectState)[1:])
    kinds: list[ProjectKind] = field(default_factory=lambda: list(ProjectKind))
    orders: list[Order] = field(default_factory=lambda: list(Order))


@dataclass(frozen=True, slots=True)
class Items:
    """A page of the list, how many there are of each light, and what one can choose from."""

    items: list[ItemLine]
    before: str | None
    after: str | None
    lights: dict[Light, int]
    total: int
    year: int | None
    offered: Offered


def projects(visit: Visit, asked: ListAsked) -> Items:
    """The chosen items."""
    choice = asked.choice(visit)
    found = item_page(
        visit.session, choice, asked.order, visit.day, after=asked.after, before=asked.before
    )
    lights = light_counts(visit.session, choice)
    return Items(
        items=found.items,
        before=found.before,
        after=found.after,
        lights=lights,
        total=sum(lights.values()),
        year=choice.year,
        offered=offered(visit, choice),
    )


def offered(visit: Visit, choice: Choice) -> Offered:
    """What the filters offer."""
    lists = lists_by_year(visit.session)
    years = [choice.year] if choice.year is not None else list(lists)
    its = [number for year in years for number in lists.get(year, ())]
    return Offered(list(lists), fields(visit.session, its), leading_units(visit.session))


PAGES = (
    Page("projects", HERE, "项目", EVERYBODY, projects, "projects.html", ListAsked, Menu.ITEMS),
)
ACTS = ()
