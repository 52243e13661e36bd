"""Loading what a year's scores rest on, by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.scoring import Issued, ScoredItem, UnitFacts
from engine.rules.words import ProjectKind
from engine.store import scored_notices
from engine.store.scored_items import load_items
from engine.store.tables import Project, ProjectUnit

BATCH = 400


@dataclass(frozen=True, slots=True)
class Scored:
    """Facts by unit, in the order of the roster; ``faults`` are items that could not be read."""

    units: dict[int, UnitFacts]
    faults: dict[int, Exception]


def load_scored(session: Session, program_id: int, day: date) -> Scored:
    """All that the lead units of a list are scored on, as it is known on ``day``.

    A rectification that a review revoked is as if it had never been.
    """
    revoked = and_(
        Project.kind == ProjectKind.RECTIFICATION, Project.state == ProjectState.TERMINATED
    )
    projects = session.scalars(
        select(Project).where(Project.program_id == program_id, ~revoked).order_by(Project.id)
    ).all()
    faults: dict[int, Exception] = {}
    items: dict[int, list[ScoredItem]] = defaultdict(list)
    notices: dict[int, list[Issued]] = defaultdict(list)
    leads: dict[int, tuple[int, ...]] = {}
    for start in range(0, len(projects), BATCH):
        batch = projects[start : start + BATCH]
        leads |= _leads(session, batch)
        for number, item in load_items(session, batch, day, faults).items():
            for unit in leads[number]:
                items[unit].append(item)
        for unit, notice in scored_notices.of_items(session, batch, leads):
            notices[unit].append(notice)
    codes = {project.id: project.code for project in projects}
    for unit, circular in scored_notices.of_list(session, program_id, codes, leads):
        notices[unit].append(circular)
    units = {
        unit: UnitFacts(tuple(items[unit]), tuple(notices[unit]))
        for unit in sorted(items.keys() | notices.keys())
    }
    return Scored(units, faults)


def _leads(session: Session, projects: Sequence[Project]) -> dict[int, tuple[int, ...]]:
    """The lead units of each item, the first named first."""
    leads: dict[int, tuple[int, ...]] = {p.id: (p.lead_unit_id,) for p in projects}
    rows = session.execute(
        select(ProjectUnit.project_id, ProjectUnit.unit_id)
        .where(ProjectUnit.project_id.in_(leads), ProjectUnit.leads.is_(True))
        .order_by(ProjectUnit.project_id, ProjectUnit.position, ProjectUnit.unit_id)
    )
    for project_id, unit_id in rows:
        if unit_id not in leads[project_id]:
            leads[project_id] += (unit_id,)
    return leads
