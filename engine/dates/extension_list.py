"""The requests for extensions, as a list shows them. Read-only, and in sets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.rules.extensions import WAITING, ExtensionState
from engine.store.event_kinds import EventKind
from engine.store.journal import history, project_chain
from engine.store.tables import Deadline, Extension, Project, Unit


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """A request as a list shows it. ``due`` is the date in force, or the last one there was."""

    number: int
    code: str
    title: str
    unit: str
    name: str
    original_due: date
    due: date
    new_due: date
    reason: str
    progress: str
    requested_by: str
    requested_at: datetime
    state: ExtensionState
    reviewed_by: str
    decided_by: str
    decision: str
    opinion: str = ""


def extension_lines(
    session: Session,
    *,
    waiting: bool | None = True,
    projects: Collection[int] | None = None,
    number: int | None = None,
    last: int | None = None,
) -> list[ExtensionLine]:
    """The requests, oldest first.

    Args:
        waiting: those that wait for somebody, or those that are decided; None for all.
        projects: only those on these items; None for any.
        number: only this one, with the office's opinion of it.
        last: only so many of the newest, and these newest first.
    """
    now = aliased(Deadline)
    later = aliased(Deadline)
    newest = ~(
        select(later.id)
        .where(
            later.project_id == now.project_id,
            later.kind == now.kind,
            later.slot == now.slot,
            later.version > now.version,
        )
        .exists()
    )
    query = (
        select(
            Extension.id,
            Project.code,
            Project.title,
            Unit.name,
            now.name,
            now.original_due,
            now.due,
            Extension.new_due,
            Extension.reason,
            Extension.progress,
            Extension.requested_by,
            Extension.requested_at,
            Extension.state,
            Extension.reviewed_by,
            Extension.decided_by,
            Extension.decision,
        )
        .join(Deadline, Deadline.id == Extension.deadline_id)
        .join(
            now,
            (now.project_id == Deadline.project_id)
            & (now.kind == Deadline.kind)
            & (now.slot == Deadline.slot),
        )
        .join(Project, Project.id == Deadline.project_id)
        .join(Unit, Unit.id == Project.lead_unit_id)
        .where(newest)
    )
    if waiting is not None:
        is_waiting = Extension.state.in_(WAITING)
        query = query.where(is_waiting if waiting else ~is_waiting)
    if projects is not None:
        query = query.where(Deadline.project_id.in_(sorted(projects)))
    if number is not None:
        query = query.where(Extension.id == number)
    if last is not None:
        query = query.order_by(Extension.id.desc()).limit(last)
    else:
        query = query.order_by(Extension.requested_at, Extension.id)
    found: Sequence[Any] = session.execute(query).all()
    lines = [ExtensionLine(*row) for row in found]
    if number is None:
        return lines
    return [replace(line, opinion=_opinion(session, line.number)) for line in lines]


def _opinion(session: Session, number: int) -> str:
    """What the office said when it reviewed a request; the journal alone keeps it."""
    chain = (
        select(Deadline.project_id)
        .join(Extension, Extension.deadline_id == Deadline.id)
        .where(Extension.id == number)
    )
    for event in history(session, project_chain(session.scalars(chain).one())):
        is_it = event.kind is EventKind.EXTENSION_REVIEWED
        if is_it and event.data.get("extension") == number:
            return str(event.data.get("opinion", ""))
    return ""
