"""The list as it stands in the store, read back in the form a ledger has.

Its dates are those the list last gave: an extension or a pause moves a deadline, not the list, and
the same file imported again must not take an extension back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.ledger import values
from engine.lists.listed import broken_down_later, listed_dates, planned_over, step_from_data
from engine.rules.words import ProjectKind
from engine.store.tables import (
    Batch,
    Milestone,
    Person,
    Post,
    Program,
    Project,
    ProjectUnit,
    Proposal,
    Target,
    Unit,
)

T = TypeVar("T")


def registered_ledger(
    session: Session, program: Program, unit_names: Iterable[str], batch: int = 1
) -> values.Ledger:
    """The program, or a further batch of it, as a ledger; posts are those of the named units."""
    decision = session.get_one(Batch, (program.id, batch))
    projects = session.scalars(
        select(Project)
        .where(
            Project.program_id == program.id,
            Project.kind == ProjectKind.PROJECT,
            Project.batch == batch,
        )
        .order_by(Project.number)
    ).all()
    measures = _measures(session, program, batch)
    names = {number: name for number, name in session.execute(select(Unit.id, Unit.name))}
    parts = _Parts(session, [project.id for project in (*projects, *measures)], measures)
    return values.Ledger(
        title=program.title,
        year=program.year,
        issuer=decision.issuer,
        basis=decision.basis,
        document=decision.document,
        approver=decision.approver,
        approved_on=decision.approved_on,
        batch=batch,
        projects=tuple(_project(row, names, parts) for row in projects),
        units=_units(session, unit_names),
        posts=_posts(session, unit_names),
    )


def registered_roster(
    session: Session, ledger: values.Ledger
) -> tuple[tuple[values.LedgerUnit, ...], tuple[values.LedgerPost, ...]]:
    """The units that a ledger names and their posts, as they are registered."""
    names = [unit.name for unit in ledger.units]
    return _units(session, names), _posts(session, names)


class _Parts:
    """What belongs to the projects, by project."""

    def __init__(self, session: Session, ids: list[int], measures: Sequence[Project]) -> None:
        self.measures: dict[int, list[Project]] = defaultdict(list)
        for measure in measures:
            self.measures[measure.parent_id or 0].append(measure)
        self.added_later = broken_down_later(session, ids)
        self.planned = planned_over(session, ids)
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
            session.scalars(
                select(ProjectUnit)
                .where(ProjectUnit.project_id.in_(ids))
                .order_by(ProjectUnit.position, ProjectUnit.unit_id)
            )
        )
        self.listed = listed_dates(session, ids)
        self.sources = _by_project(
            session.scalars(
                select(Proposal).where(Proposal.project_id.in_(ids)).order_by(Proposal.id)
            )
        )
        origins = select(Project.origin_id).where(Project.id.in_(ids))
        self.codes = dict(
            session.execute(select(Project.id, Project.code).where(Project.id.in_(origins))).all()
        )


def _measures(session: Session, program: Program, batch: int) -> Sequence[Project]:
    """All that the items of a batch are broken down into."""
    return session.scalars(
        select(Project)
        .where(
            Project.program_id == program.id,
            Project.kind == ProjectKind.MEASURE,
            Project.batch == batch,
        )
        .order_by(Project.number)
    ).all()


def _steps(project_id: int, parts: _Parts) -> tuple[values.LedgerMilestone, ...]:
    if project_id in parts.planned:
        return tuple(step_from_data(data) for data in parts.planned[project_id])
    return tuple(
        values.LedgerMilestone(m.name, parts.listed[project_id, str(m.position)], m.planned_percent)
        for m in parts.milestones.get(project_id, [])
    )


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
        milestones=_steps(row.id, parts),
        urgency=row.urgency,
        remark=row.remark,
        sources=tuple(proposal.id for proposal in parts.sources.get(row.id, [])),
        follows=parts.codes[row.origin_id] if row.origin_id else "",
        succession=row.succession,
        measures=tuple(_project(part, names, parts) for part in parts.measures[row.id]),
        added_later=row.code in parts.added_later,
    )


def _target(row: Target) -> values.LedgerTarget:
    return values.LedgerTarget(row.metric, row.unit, row.form, row.planned, row.text, row.note)


def _units(session: Session, names: Iterable[str]) -> tuple[values.LedgerUnit, ...]:
    above = aliased(Unit)
    rows = session.execute(
        select(Unit.name, Unit.kind, Unit.level, above.name)
        .outerjoin(above, Unit.parent_id == above.id)
        .where(Unit.name.in_(list(names)), Unit.kind != "")
        .order_by(Unit.id)
    )
    return tuple(
        values.LedgerUnit(name, values.UnitKind(kind), level, parent or "")
        for name, kind, level, parent in rows
    )


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
