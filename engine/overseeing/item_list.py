"""The list of items, a page at a time: however many there are, a page costs what it shows.

Items are ordered by list and code, newest year first, or before that by light. Each light of each
year lies together in an index, so a page is read from a few places of it, from where the last one
ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import BindParameter, bindparam, select, tuple_
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.listing import WORST_FIRST
from engine.overseeing.choice import Choice, lists_by_year
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import progress_on
from engine.rules.words import Light, ProjectKind, Word
from engine.store.loading import load_projects
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Project, Unit

PAGE = 50


class PageUnknown(DubanError):
    """翻页的位置读不懂。"""


class Order(Word):
    """Which items come first."""

    WORST = "worst", "灯色重的在前"
    CODE = "code", "按编号"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as a list shows it.

    Attributes:
        percent, planned: how far it is, and how far it should be today; None when its data cannot
            be read.
        next_name, next_due, next_original: the nearest date that still binds, and what it was
            first set to.
        set_aside: the error for which the last sweep put it aside; empty for none.
    """

    code: str
    title: str
    kind: ProjectKind
    field: str
    unit: str
    state: ProjectState
    light: Light
    disputed: bool
    percent: Decimal | None
    planned: Decimal | None
    next_name: str
    next_due: date | None
    next_original: date | None
    set_aside: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of the list; ``before`` and ``after`` lead to its neighbours where there are any."""

    items: list[ItemLine]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item stands in the order."""

    light: Light | None
    year: int
    program: int
    code: str

    @property
    def text(self) -> str:
        return f"{self.light or '-'}~{self.year}~{self.program}~{self.code}"

    @classmethod
    def read(cls, text: str) -> _Place:
        try:
            light, year, program, code = text.split("~", 3)
            return cls(None if light == "-" else Light(light), int(year), int(program), code)
        except ValueError:
            raise PageUnknown("翻页的位置读不懂，请回到第一页") from None


_Group = tuple[Light | None, int]
"""What lies together: a light of a year, or all of a year."""


def item_page(
    session: Session,
    choice: Choice,
    order: Order,
    day: date,
    *,
    after: str = "",
    before: str = "",
) -> ItemPage:
    """A page of the chosen items: the first, or the one after or before a place.

    Raises:
        PageUnknown: the place cannot be read.
    """
    backwards = bool(before)
    start = _Place.read(before or after) if before or after else None
    lists = lists_by_year(session)
    groups = list(_groups(choice, order, lists))
    found = _gather(session, choice, groups, lists, start, backwards)
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    is_first = start is None or (backwards and not more)
    is_last = not (backwards or more)
    return ItemPage(
        items=item_lines(session, [number for number, _ in found], day),
        before=None if is_first or not found else found[0][1].text,
        after=None if is_last or not found else found[-1][1].text,
    )


def _groups(choice: Choice, order: Order, lists: dict[int, list[int]]) -> Iterator[_Group]:
    years = [choice.year] if choice.year is not None else list(lists)
    if order is Order.CODE:
        yield from ((None, year) for year in years)
        return
    lights = [choice.light] if choice.light else WORST_FIRST
    yield from ((light, year) for light in lights for year in years)


def _gather(
    session: Session,
    choice: Choice,
    groups: Sequence[_Group],
    lists: dict[int, list[int]],
    start: _Place | None,
    backwards: bool,
) -> list[tuple[int, _Place]]:
    """One more than a page of items, group by group, away from the start."""
    if start is not None:
        if (start.light, start.year) not in groups:
            raise PageUnknown("筛选条件变了，请回到第一页")
        at = groups.index((start.light, start.year))
        groups = groups[: at + 1] if backwards else groups[at:]
    found: list[tuple[int, _Place]] = []
    for group in reversed(groups) if backwards else groups:
        if len(found) <= PAGE and lists.get(group[1]):
            within = start if start and (start.light, start.year) == group else None
            left = PAGE + 1 - len(found)
            found += _of_group(session, choice, group, lists, within, backwards, left)
    return found


def _of_group(
    session: Session,
    choice: Choice,
    group: _Group,
    lists: dict[int, list[int]],
    start: _Place | None,
    backwards: bool,
    limit: int,
) -> Iterator[tuple[int, _Place]]:
    light, year = group
    key = tuple_(_PROJECT.program_id, _PROJECT.code)
    query = select(_PROJECT.id, _PROJECT.program_id, _PROJECT.code).where(
        _PROJECT.program_id.in_(lists[year]), *choice.conditions()
    )
    if light is not None:
        query = query.where(_PROJECT.light == light)
    if start is not None:
        place = tuple_(start.program, start.code)
        query = query.where(key < place if backwards else key > place)
    columns = (_PROJECT.program_id, _PROJECT.code)
    query = query.order_by(*(c.desc() if backwards else c for c in columns)).limit(limit)
    for number, program, code in rows(session, query):
        yield number, _Place(light, year, program, code)


def item_lines(session: Session, ids: Sequence[int], day: date) -> list[ItemLine]:
    """The lines of these items, in this order, in a fixed number of queries."""
    if not ids:
        return []
    facts = {item.id: item for item in load_projects(session, ids, day).projects}

    def line(row: Found) -> ItemLine:
        own = facts.get(row.id)
        progress = progress_on(own, day) if own else None
        nearest = own.deadlines[0] if own and own.deadlines else None
        return ItemLine(
            code=row.code,
            title=row.title,
            kind=row.kind,
            field=row.field,
            unit=row.unit,
            state=row.state,
            light=row.light,
            disputed=own.disputed if own else False,
            percent=progress.actual if progress else None,
            planned=progress.planned if progress else None,
            next_name=nearest.name if nearest else "",
            next_due=nearest.due if nearest else None,
            next_original=nearest.original_due if nearest else None,
            set_aside=row.set_aside_error,
        )

    found = {row.id: line(row) for row in rows(session, _LINES, ids=ids)}
    return [found[number] for number in ids if number in found]


# The queries, built once.

_PROJECT, _UNIT = table_of(Project).c, table_of(Unit).c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_LINES = (
    select(
        _PROJECT.id,
        _PROJECT.code,
        _PROJECT.title,
        _PROJECT.kind,
        _PROJECT.field,
        _UNIT.name.label("unit"),
        _PROJECT.state,
        _PROJECT.light,
        _PROJECT.set_aside_error,
    )
    .join_from(table_of(Project), table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
    .where(_PROJECT.id.in_(_IDS))
)
