"""挂图作战: items beside each other on one axis of time, a page at a time, by field or by unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.overseeing.choice import Choice, field_places, lists_by_year
from engine.rules.facts import MilestoneFacts, ProjectFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import progress_on
from engine.rules.words import DeadlineKind, DeadlineState, Light, Word
from engine.store.loading import load_projects
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Deadline, Project, Unit

ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)


class Grouping(Word):
    """By what the items of a wall stand together."""

    FIELD = "field", "按领域"
    UNIT = "unit", "按牵头单位"


@dataclass(frozen=True, slots=True)
class WallItem:
    """An item on the wall.

    Attributes:
        group: the field or unit that it stands under.
        begins: the day it was assigned on; where it was not, the day it begins.
        due, original_due: the promised date, and what it was first; None where there is none.
        done_on: the day its completion was claimed, once it is done.
        percent, planned: how far it is and should be; None when its data cannot be read.
    """

    group: str
    code: str
    title: str
    unit: str
    state: ProjectState
    light: Light
    begins: date
    due: date | None
    original_due: date | None
    done_on: date | None
    percent: Decimal | None
    planned: Decimal | None
    milestones: list[MilestoneFacts]


def wall_size(session: Session, choice: Choice) -> int:
    """How many items the wall holds."""
    return int(rows(session, _chosen(session, choice, select(func.count()))).scalar_one())


def wall_items(
    session: Session, choice: Choice, by: Grouping, day: date, first: int, count: int
) -> list[WallItem]:
    """So many items of the wall, from the place ``first`` (0 for the start), in its order."""
    group = _PROJECT.field if by is Grouping.FIELD else _UNIT.name
    query = _chosen(session, choice, _ITEMS.add_columns(group.label("group")))
    if by is Grouping.FIELD:
        listed = field_places(_lists(session, choice))
        query = query.outerjoin(listed, listed.c.field == _PROJECT.field)
        query = query.order_by(listed.c.place.is_(None), listed.c.place)
    else:
        query = query.order_by(_UNIT.id)
    query = query.order_by(_PROJECT.program_id, _PROJECT.code)
    found = rows(session, query.offset(first).limit(count)).all()
    ids = [row.id for row in found]
    facts = {item.id: item for item in load_projects(session, ids, day).projects} if ids else {}
    ends: dict[int, list[Found]] = defaultdict(list)
    for row in rows(session, _ENDS, ids=ids) if ids else ():
        ends[row.project_id].append(row)
    return [_item(row, facts.get(row.id), ends[row.id], day) for row in found]


def _item(row: Found, facts: ProjectFacts | None, ends: list[Found], day: date) -> WallItem:
    end = ends[-1] if ends else None
    progress = progress_on(facts, day) if facts else None
    closed = row.state is ProjectState.CLOSED
    return WallItem(
        group=row.group,
        code=row.code,
        title=row.title,
        unit=row.unit,
        state=row.state,
        light=row.light,
        begins=row.assigned_on or row.starts_on,
        due=end.due if end else None,
        original_due=end.original_due if end else None,
        done_on=((end.met_on if end else None) or row.closed_on) if closed else None,
        percent=progress.actual if progress else None,
        planned=progress.planned if progress else None,
        milestones=list(facts.milestones) if facts else [],
    )


def _chosen(session: Session, choice: Choice, query: Any) -> Any:
    return (
        query.select_from(table_of(Project))
        .join(table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
        .where(_PROJECT.program_id.in_(_lists(session, choice)), *choice.conditions())
    )


def _lists(session: Session, choice: Choice) -> list[int]:
    lists = lists_by_year(session)
    years = [choice.year] if choice.year is not None else list(lists)
    return [number for year in years for number in lists.get(year, ())]


# The queries, built once.

_PROJECT, _UNIT, _DEADLINE = table_of(Project).c, table_of(Unit).c, table_of(Deadline).c
_ITEMS = select(
    _PROJECT.id,
    _PROJECT.code,
    _PROJECT.title,
    _UNIT.name.label("unit"),
    _PROJECT.state,
    _PROJECT.light,
    _PROJECT.starts_on,
    _PROJECT.assigned_on,
    _PROJECT.closed_on,
)
_ENDS = (
    select(
        _DEADLINE.project_id,
        _DEADLINE.due,
        _DEADLINE.original_due,
        _DEADLINE.met_on,
    )
    .where(
        _DEADLINE.project_id.in_(bindparam("ids", expanding=True)),
        _DEADLINE.kind.in_(ENDS),
        _DEADLINE.state.in_((DeadlineState.PENDING, DeadlineState.MET)),
    )
    .order_by(_DEADLINE.version)
)
