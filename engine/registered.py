"""The list as it stands in the store, read back in the form a ledger has.

Its dates are those the list last gave: an extension or a pause moves a deadline, not the list, and
the same file imported again must not take an extension back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.assignment import ENDS
from engine.ledger import values
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.journal import EventKind, project_chain
from engine.store.tables import (
    Deadline,
    JournalEvent,
    Milestone,
    Person,
    Post,
    Program,
    Project,
    ProjectUnit,
    Target,
    Unit,
)

T = TypeVar("T")

LISTED = (*ENDS, DeadlineKind.MILESTONE)
ListedDates = dict[tuple[int, str], date]
"""Dates by project and place: the position of a milestone, empty for the promised date."""


def registered_ledger(
    session: Session, program: Program, unit_names: Iterable[str]
) -> values.Ledger:
    """The program as a ledger; posts are those of the named units."""
    projects = session.scalars(
        select(Project)
        .where(Project.program_id == program.id, Project.kind == ProjectKind.PROJECT)
        .order_by(Project.number)
    ).all()
    names = {number: name for number, name in session.execute(select(Unit.id, Unit.name))}
    parts = _Parts(session, [project.id for project in projects])
    return values.Ledger(
        title=program.title,
        year=program.year,
        issuer=program.issuer,
        basis=program.basis,
        projects=tuple(_project(row, names, parts) for row in projects),
        units=_units(session, unit_names),
        posts=_posts(session, unit_names),
    )


class _Parts:
    """What belongs to the projects, by project."""

    def __init__(self, session: Session, ids: list[int]) -> None:
        self.targets = _by_project(
            session.scalars(
                select(Target).where(Target.project_id.in_(ids)).order_by(Target.position)
            )
        )
        self.milestones = _by_project(
            session.scalars(
                select(Milestone).where(Milestone.project_id.in_(ids)).order_by(Milestone.position)
            )
        )
        self.units = _by_project(
            session.scalars(select(ProjectUnit).where(ProjectUnit.project_id.in_(ids)))
        )
        self.listed = listed_dates(session, ids)


def listed_dates(session: Session, ids: Sequence[int]) -> ListedDates:
    """The dates as the list last gave them: when the project was registered, or, as the journal
    tells, when the list was last changed."""
    first = session.execute(
        select(Deadline.project_id, Deadline.slot, Deadline.original_due).where(
            Deadline.project_id.in_(ids), Deadline.kind.in_(LISTED)
        )
    )
    listed: ListedDates = {(project_id, slot): day for project_id, slot, day in first}
    chains = {project_chain(project_id): project_id for project_id in ids}
    changes = session.execute(
        select(JournalEvent.chain, JournalEvent.data)
        .where(
            JournalEvent.chain.in_(chains),
            JournalEvent.kind == EventKind.PROJECT_CHANGED.value,
        )
        .order_by(JournalEvent.id)
    )
    for chain, data in changes:
        for slot, day in data["dates"].items():
            listed[chains[chain], slot] = date.fromisoformat(day)
    return listed


def _by_project(rows: Iterable[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.project_id].append(row)  # type: ignore[attr-defined]
    return grouped


def _project(row: Project, names: dict[int, str], parts: _Parts) -> values.LedgerProject:
    others = parts.units.get(row.id, [])
    return values.LedgerProject(
        number=row.number or 0,
        field=row.field,
        title=row.title,
        content=row.content,
        lead_units=(names[row.lead_unit_id], *(names[u.unit_id] for u in others if u.leads)),
        support_units=tuple(names[u.unit_id] for u in others if not u.leads),
        sponsor=row.sponsor,
        due=parts.listed[row.id, ""],
        targets=tuple(_target(t) for t in parts.targets.get(row.id, [])),
        milestones=tuple(
            values.LedgerMilestone(m.name, parts.listed[row.id, str(m.position)], m.planned_percent)
            for m in parts.milestones.get(row.id, [])
        ),
        urgency=row.urgency,
        remark=row.remark,
    )


def _target(row: Target) -> values.LedgerTarget:
    return values.LedgerTarget(row.metric, row.unit, row.form, row.planned, row.text, row.note)


def _units(session: Session, names: Iterable[str]) -> tuple[values.LedgerUnit, ...]:
    rows = session.execute(
        select(Unit.name, Unit.kind).where(Unit.name.in_(list(names)), Unit.kind != "")
    )
    return tuple(values.LedgerUnit(name, values.UnitKind(kind)) for name, kind in rows)


def _posts(session: Session, unit_names: Iterable[str]) -> tuple[values.LedgerPost, ...]:
    holder, deputy = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Post, Unit.name, holder, deputy.name)
        .join(Unit, Post.unit_id == Unit.id)
        .join(holder, Post.holder_id == holder.id)
        .outerjoin(deputy, Post.deputy_id == deputy.id)
        .where(Unit.name.in_(list(unit_names)))
        .order_by(Post.id)
    )
    return tuple(
        values.LedgerPost(unit, post.kind, who.name, post.title, who.email, post.may_sign, second)
        for post, unit, who, second in rows
    )
