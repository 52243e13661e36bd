"""Looking: what the lists and the status page show. Read-only, and in sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from engine.breakdown import place_of
from engine.errors import DubanError
from engine.lists.levels import find_unit, seen_by
from engine.rules.lifecycle import ProjectState
from engine.rules.words import (
    Cadence,
    DeadlineState,
    Light,
    PostKind,
    ProjectKind,
)
from engine.store.project_queries import IS_DISPUTED
from engine.store.statements import batches
from engine.store.tables import (
    Deadline,
    Delivery,
    DeliveryState,
    Person,
    Post,
    ProgressReport,
    Project,
    RunState,
    SweepRun,
    Unit,
)

WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE)


class OfficeUnclear(DubanError):
    """没有写明督查室办理人，而督查室不止一人。"""


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project as a list shows it.

    Attributes:
        next_due: the nearest date that still binds, perhaps past, with its name.
        next_original: what that date was first set to (原定).
        reported_at: when progress was last reported.
        set_aside: the error for which the last sweep put it aside; empty for none.
        disputed: 异议中, a review is asked for and not decided.
    """

    code: str
    kind: ProjectKind
    title: str
    unit: str
    state: ProjectState
    light: Light
    next_name: str | None
    next_due: date | None
    next_original: date | None
    reported_at: datetime | None
    set_aside: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class RunLine:
    """The newest period of a cadence that was run."""

    cadence: Cadence
    period: str
    state: RunState
    as_of: datetime
    finished_at: datetime | None
    counts: dict[str, int]


def project_lines(session: Session, unit: str = "") -> list[ProjectLine]:
    """The projects, each with its parts behind it.

    Args:
        unit: only what this unit may see: its own items and those of the units below it.

    Raises:
        UnitUnknown: there is no such unit.
    """
    if unit:
        ids = sorted(seen_by(session, find_unit(session, unit).id))
    else:
        ids = list(session.scalars(_ALL))
    lines = [line for some in batches(ids) for line in _lines(session, some)]
    return sorted(lines, key=lambda line: place_of(line.code))


def worst_projects(session: Session, limit: int) -> list[ProjectLine]:
    """The first projects when those with the worst lights come first."""
    ids: list[int] = []
    for light in WORST_FIRST:
        if len(ids) < limit:
            ids += session.scalars(_OF_LIGHT, {"light": light, "limit": limit - len(ids)})
    lines = _lines(session, ids)
    return sorted(lines, key=lambda line: WORST_FIRST.index(line.light))


def _lines(session: Session, ids: Sequence[int]) -> list[ProjectLine]:
    """The lines of these projects, by list and code."""
    return [ProjectLine(*row) for row in session.execute(_LINES, {"ids": ids})]


def light_counts(session: Session) -> Counter[Light]:
    """How many projects show each colour."""
    rows = session.execute(select(Project.light, func.count()).group_by(Project.light))
    return Counter({light: count for light, count in rows})


def delivery_counts(session: Session) -> Counter[DeliveryState]:
    """How many messages are in each state."""
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return Counter({state: count for state, count in rows})


def last_runs(session: Session) -> dict[Cadence, RunLine]:
    """Of each cadence, the newest period that was run and not skipped."""
    newest = (
        select(SweepRun.cadence, func.max(SweepRun.scheduled_at).label("at"))
        .where(SweepRun.state != RunState.SKIPPED)
        .group_by(SweepRun.cadence)
        .subquery()
    )
    rows = session.scalars(
        select(SweepRun)
        .join(
            newest,
            (SweepRun.cadence == newest.c.cadence) & (SweepRun.scheduled_at == newest.c.at),
        )
        .where(SweepRun.state != RunState.SKIPPED)
    )
    return {
        row.cadence: RunLine(
            row.cadence, row.period, row.state, row.as_of, row.finished_at, row.counts
        )
        for row in rows
    }


def unassigned(session: Session) -> list[Project]:
    """The projects that are registered and wait to be given to their units."""
    return list(
        session.scalars(
            select(Project)
            .where(Project.state == ProjectState.REGISTERED)
            .order_by(Project.program_id, Project.id)
        )
    )


def office_person(session: Session) -> str:
    """The one person of the office, for commands that do not name one.

    Raises:
        OfficeUnclear: the office has nobody, or more than one person.
    """
    names = session.scalars(
        select(Person.name)
        .join(Post, Post.holder_id == Person.id)
        .where(Post.kind == PostKind.OFFICE)
        .distinct()
        .order_by(Person.name)
    ).all()
    if not names:
        raise OfficeUnclear("联系表中没有督查室人员，请在台账的联系表中补上岗位“督查员”")
    if len(names) > 1:
        raise OfficeUnclear(f"请用 --by 写明督查室办理人：{'、'.join(names)}")
    return names[0]


# The queries of projects, built once.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_ORDER = (Project.program_id, Project.code)

_ALL = select(Project.id).order_by(*_ORDER)
_OF_LIGHT = (
    select(Project.id)
    .where(Project.light == bindparam("light"))
    .order_by(*_ORDER)
    .limit(bindparam("limit"))
)

_NEAREST = (
    select(
        Deadline.project_id,
        Deadline.name,
        Deadline.due,
        Deadline.original_due,
        func.row_number()
        .over(partition_by=Deadline.project_id, order_by=(Deadline.due, Deadline.id))
        .label("place"),
    )
    .where(Deadline.state == DeadlineState.PENDING, Deadline.project_id.in_(_IDS))
    .subquery()
)
_REPORTED = (
    select(ProgressReport.project_id, func.max(ProgressReport.reported_at).label("at"))
    .where(ProgressReport.project_id.in_(_IDS))
    .group_by(ProgressReport.project_id)
    .subquery()
)
_LINES = (
    select(
        Project.code,
        Project.kind,
        Project.title,
        Unit.name,
        Project.state,
        Project.light,
        _NEAREST.c.name,
        _NEAREST.c.due,
        _NEAREST.c.original_due,
        _REPORTED.c.at,
        Project.set_aside_error,
        IS_DISPUTED,
    )
    .join(Unit, Project.lead_unit_id == Unit.id)
    .outerjoin(_NEAREST, (_NEAREST.c.project_id == Project.id) & (_NEAREST.c.place == 1))
    .outerjoin(_REPORTED, _REPORTED.c.project_id == Project.id)
    .where(Project.id.in_(_IDS))
    .order_by(*_ORDER)
)
