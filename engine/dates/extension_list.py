"""The requests for extensions, as a list shows them. Read-only, and in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.rules.extensions import WAITING, ExtensionState
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
    decided_by: str
    decision: str


def extension_lines(session: Session, *, waiting: bool = True) -> list[ExtensionLine]:
    """The requests, oldest first: those that wait for somebody, or all of them."""
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
        .order_by(Extension.requested_at, Extension.id)
    )
    if waiting:
        query = query.where(Extension.state.in_(WAITING))
    found: Sequence[Any] = session.execute(query).all()
    return [ExtensionLine(*row) for row in found]
