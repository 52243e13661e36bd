"""The items that units lead, as their own list shows them. Read-only, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light, ProjectKind
from engine.staff.duties import LED_BY
from engine.store.statements import rows, table_of
from engine.store.tables import Program, Project

BEFORE = (ProjectState.DRAFT, ProjectState.REGISTERED)
"""In these an item is not the unit's yet."""


@dataclass(frozen=True, slots=True)
class LedItem:
    """An item that a unit leads."""

    project_id: int
    code: str
    title: str
    kind: ProjectKind
    state: ProjectState
    light: Light
    year: int


def led_items(session: Session, units: Sequence[int], limit: int) -> list[LedItem]:
    """What was given to these units, by list and code, those of the newest list first."""
    return [LedItem(*row) for row in rows(session, _LED.limit(limit), units=list(units))]


# The query, built once.

_PROJECT, _PROGRAM = table_of(Project).c, table_of(Program).c

_LED = (
    select(
        _PROJECT.id,
        _PROJECT.code,
        _PROJECT.title,
        _PROJECT.kind,
        _PROJECT.state,
        _PROJECT.light,
        _PROGRAM.year,
    )
    .join_from(table_of(Project), table_of(Program), _PROJECT.program_id == _PROGRAM.id)
    .where(LED_BY, _PROJECT.state.not_in(BEFORE))
    .order_by(_PROGRAM.year.desc(), _PROJECT.id)
)
