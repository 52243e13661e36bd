"""督查频次 held against the store: which inspections there are, and whom they visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.rules.frequency import Visit, too_often
from engine.rules.inspections import InspectionState
from engine.rules.words import ProjectKind
from engine.store.tables import InspectedProject, Inspection, Project, ProjectUnit, Unit

CURE = "；复查整改的请办理“复查”，不占频次；按批示再查的请写明批示依据：批示人、日期和文号"


def limits_broken(desk: Desk, visit: Visit, scope: Sequence[Project]) -> list[str]:
    """Why an inspection of this scope is against the policy, each with the earlier one named.

    Others who plan for the same units wait until the transaction ends.

    Args:
        visit: its number, 0 for a new one, its title and period; the places are found here.
    """
    units = units_of(desk.session, [project.id for project in scope if _is_new(project)])
    ids = {unit.id for found in units.values() for unit in found}
    lock = select(Unit.id).where(Unit.id.in_(ids)).order_by(Unit.id)
    desk.session.execute(lock.with_for_update(key_share=True))
    codes = {project.id: project.code for project in scope}
    places = {(unit.name, codes[number]) for number, found in units.items() for unit in found}
    limits = desk.rulebook.policy.inspections
    others = _others(desk.session, visit, timedelta(days=limits.repeat_after))
    broken = too_often(replace(visit, places=frozenset(places)), others, limits)
    return [*broken[:-1], broken[-1] + CURE] if broken else []


def _is_new(project: Project) -> bool:
    """A visit to what was found before is a re-check, which no limit counts."""
    return project.kind is not ProjectKind.RECTIFICATION


def _others(session: Session, visit: Visit, window: timedelta) -> list[Visit]:
    """The other inspections of the year and around the period, in three queries."""
    first = min(date(visit.first.year, 1, 1), visit.first - window)
    last = max(date(visit.first.year, 12, 31), visit.last + window)
    found = session.execute(
        select(Inspection, Project)
        .join(InspectedProject, InspectedProject.inspection_id == Inspection.id)
        .join(Project, InspectedProject.project_id == Project.id)
        .where(
            Inspection.id != visit.number,
            Inspection.state != InspectionState.CANCELLED,
            Inspection.ends_on >= first,
            Inspection.starts_on <= last,
        )
        .order_by(Inspection.starts_on, Inspection.id, Project.id)
    ).all()
    units = units_of(session, [project.id for _, project in found])
    places: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row, project in found:
        if _is_new(project):
            places[row.id] |= {(unit.name, project.code) for unit in units[project.id]}
    rows = {row.id: row for row, _ in found}
    return [
        Visit(row.id, row.title, row.starts_on, row.ends_on, frozenset(places[row.id]))
        for row in rows.values()
    ]


def scope_of(session: Session, inspection: Inspection) -> list[Project]:
    """The items that an inspection looks at, in the order of the list."""
    query = (
        select(Project)
        .join(InspectedProject, InspectedProject.project_id == Project.id)
        .where(InspectedProject.inspection_id == inspection.id)
        .order_by(Project.id)
    )
    return list(session.scalars(query))


def units_of(session: Session, projects: Sequence[int]) -> dict[int, list[Unit]]:
    """The lead units of each project, by its number; the one first named is first."""
    first = (
        select(Project.id, Unit)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .where(Project.id.in_(projects))
        .order_by(Project.id)
    )
    further = (
        select(ProjectUnit.project_id, Unit)
        .join(Unit, ProjectUnit.unit_id == Unit.id)
        .where(ProjectUnit.leads.is_(True), ProjectUnit.project_id.in_(projects))
        .order_by(ProjectUnit.project_id, ProjectUnit.position, ProjectUnit.unit_id)
    )
    found: dict[int, list[Unit]] = defaultdict(list)
    for number, unit in session.execute(first):
        found[number].append(unit)
    for number, unit in session.execute(further):
        if unit not in found[number]:
            found[number].append(unit)
    return found
