"""The lights of a rehearsal: item by item, month by month, and when they turned worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.breakdown import place_of
from engine.rules.words import Light, ProjectKind, Reason
from engine.store.tables import (
    LightRecord,
    Project,
    Unit,
)


@dataclass(frozen=True, slots=True)
class LightRow:
    """The lights of one item.

    Attributes:
        months: the colour of each month's assessment; None when there was none.
        at_end: the colour on the last day.
    """

    code: str
    title: str
    unit: str
    kind: ProjectKind
    months: tuple[Light | None, ...]
    at_end: Light


@dataclass(frozen=True, slots=True)
class LightChange:
    """A light that got worse between two assessments."""

    on_day: date
    code: str
    colour: Light
    reason: Reason
    text: str


def light_rows(session: Session, months: Sequence[str]) -> list[LightRow]:
    """The items of the list and their rectifications; a closed item stays blue."""
    records: dict[tuple[int, str], Light] = {
        (project_id, period): colour
        for project_id, period, colour in session.execute(
            select(LightRecord.project_id, LightRecord.period, LightRecord.colour)
            .where(LightRecord.period != "")
            .order_by(LightRecord.id)
        )
    }
    projects = session.execute(
        select(Project, Unit.name).join(Unit, Project.lead_unit_id == Unit.id).order_by(Project.id)
    ).all()
    return [
        LightRow(
            project.code,
            project.title,
            unit,
            project.kind,
            tuple(_light(project, month, records) for month in months),
            project.light,
        )
        for project, unit in sorted(projects, key=lambda row: _in_the_list(row[0]))
    ]


def _in_the_list(project: Project) -> tuple[bool, list[tuple[int, int, str]]]:
    """Items with their measures first, as the list has them; then all that came up later."""
    return not project.kind.is_reported, place_of(project.code)


def _light(project: Project, month: str, records: Mapping[tuple[int, str], Light]) -> Light | None:
    closed = project.closed_on is not None and f"{project.closed_on:%Y-%m}" <= month
    return records.get((project.id, month), Light.BLUE if closed else None)


def count_lights(rows: Iterable[LightRow]) -> list[dict[Light, int]]:
    """How many items of the list show each colour: month by month, and last at the end."""
    columns = zip(
        *((*row.months, row.at_end) for row in rows if row.kind is ProjectKind.PROJECT),
        strict=True,
    )
    return [{light: column.count(light) for light in Light} for column in columns]


def light_changes(session: Session) -> list[LightChange]:
    """What turned worse between the monthly assessments, by date."""
    rows = session.execute(
        select(
            LightRecord.on_day,
            Project.code,
            LightRecord.colour,
            LightRecord.reason,
            LightRecord.text,
        )
        .join(Project, LightRecord.project_id == Project.id)
        .where(LightRecord.period == "", LightRecord.colour != Light.BLUE)
        .order_by(LightRecord.on_day, LightRecord.id)
    )
    return [LightChange(*row) for row in rows]
