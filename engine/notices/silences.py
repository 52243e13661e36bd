"""The silences that were set, as lists and papers tell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.rules.silences import Silence
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Project, Unit
from engine.store.tables import Silence as SilenceRow


def silences(session: Session, day: date, *, all_: bool = False) -> list[Silence]:
    """The silences in force on a day, or all there ever were, by their number."""
    told = map(_silence, rows(session, _TOLD))
    return [silence for silence in told if all_ or silence.holds_on(day)]


def told_silences(
    session: Session, lists: Sequence[int], since: date, day: date
) -> dict[int, list[Silence]]:
    """By these lists: the silences in force on a day, and those that have ended since a day before.
    That of a unit is told in every list in which it leads something."""
    found: dict[int, list[Silence]] = defaultdict(list)
    for row in rows(session, _OF_LISTS, lists=lists, since=since, day=day):
        silence = _silence(row)
        if silence.over_on > since:
            found[row.program_id].append(silence)
    return found


def silence_numbered(session: Session, number: int) -> Silence:
    """The silence of this number."""
    return _silence(rows(session, _ONE, number=number).one())


def silence_of(
    session: Session, day: date, *, project_id: int | None = None, unit_id: int | None = None
) -> Silence | None:
    """The silence of this item, or of this unit, that is in force on a day."""
    found = rows(session, _OF_SUBJECT, project=project_id, unit=unit_id)
    return next((silence for silence in map(_silence, found) if silence.holds_on(day)), None)


def _silence(row: Found) -> Silence:
    return Silence(
        number=row.id,
        code=row.code or "",
        title=row.title or "",
        unit=row.name,
        reason=row.reason,
        author=row.author,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        lifted_on=row.lifted_on,
        lifted_by=row.lifted_by,
    )


# The queries, built once.

_SILENCE, _PROJECT, _UNIT = table_of(SilenceRow).c, table_of(Project).c, table_of(Unit).c
_LED = table_of(Project).alias("led")
_NUMBER = _PROJECT.id.type

_TOLD: Any = (
    select(table_of(SilenceRow), _PROJECT.code, _PROJECT.title, _UNIT.name)
    .select_from(table_of(SilenceRow))
    .outerjoin(table_of(Project), _PROJECT.id == _SILENCE.project_id)
    .join(table_of(Unit), _UNIT.id == func.coalesce(_SILENCE.unit_id, _PROJECT.lead_unit_id))
    .order_by(_SILENCE.id)
)
_ONE = _TOLD.where(_SILENCE.id == bindparam("number"))
_OF_SUBJECT = _TOLD.where(
    or_(
        _SILENCE.project_id == bindparam("project", type_=_NUMBER),
        _SILENCE.unit_id == bindparam("unit", type_=_NUMBER),
    )
)
_OF_LISTS = (
    _TOLD.add_columns(_LED.c.program_id)
    .join(_LED, or_(_LED.c.id == _SILENCE.project_id, _LED.c.lead_unit_id == _SILENCE.unit_id))
    .where(
        _LED.c.program_id.in_(bindparam("lists", expanding=True)),
        _SILENCE.ends_on >= bindparam("since"),
        _SILENCE.starts_on <= bindparam("day"),
    )
    .distinct()
)
