"""Which items an inspection may look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.inspections.inspecting import NOT_INSPECTED
from engine.rules.words import Light
from engine.store.tables import Program, Project, Unit

MOST = 1000
"""More are not chosen from, but named by their codes."""


@dataclass(frozen=True, slots=True)
class Inspectable:
    """An item that may be inspected."""

    code: str
    title: str
    unit: str
    light: Light


def inspectable(session: Session) -> list[Inspectable]:
    """The items of the newest year, in the order of the list, ``MOST`` of them."""
    newest = select(func.max(Program.year)).scalar_subquery()
    query = (
        select(Project.code, Project.title, Unit.name, Project.light)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .join(Program, Project.program_id == Program.id)
        .where(Program.year == newest, Project.state.not_in(NOT_INSPECTED))
        .order_by(Project.id)
        .limit(MOST)
    )
    return [Inspectable(*row) for row in session.execute(query)]
