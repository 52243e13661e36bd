"""The list as it stands in the store, read back in the form a ledger has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.assignment import ENDS
from engine.ledger import values
from engine.rules.words import DeadlineState, ProjectKind
from engine.store.tables import (
    Deadline,
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
        units=(),
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
        ends = session.scalars(
            select(Deadline)
            .where(
                Deadline.project_id.in_(ids),
                Deadline.kind.in_(ENDS),
                Deadline.state.in_((DeadlineState.PENDING, DeadlineState.MET)),
            )
            .order_by(Deadline.version)
        )
        self.due = {deadline.project_id: deadline.due for deadline in ends}


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
        due=parts.due[row.id],
        targets=tuple(_target(t) for t in parts.targets.get(row.id, [])),
        milestones=tuple(_milestone(m) for m in parts.milestones.get(row.id, [])),
        urgency=row.urgency,
        remark=row.remark,
    )


def _target(row: Target) -> values.LedgerTarget:
    return values.LedgerTarget(row.metric, row.unit, row.form, row.planned, row.text, row.note)


def _milestone(row: Milestone) -> values.LedgerMilestone:
    return values.LedgerMilestone(row.name, row.due, row.planned_percent)


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
