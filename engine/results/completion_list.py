"""The items whose completion waits to be verified, as a list shows them. Read-only, one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules.completion import CompletionState
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, DeadlineState, Light
from engine.store.statements import rows, table_of
from engine.store.tables import CompletionRequest, Deadline, Project, Unit


@dataclass(frozen=True, slots=True)
class CompletionLine:
    """An item that waits; ``due`` is the promised date in force."""

    code: str
    title: str
    unit: str
    light: Light
    requested_on: date | None
    requested_by: str
    statement: str
    due: date | None


def completion_lines(session: Session) -> list[CompletionLine]:
    """What waits for the office, that which waits longest first."""
    return [CompletionLine(*row) for row in rows(session, _WAITING)]


# The query, built once.

_PROJECT, _UNIT = table_of(Project).c, table_of(Unit).c
_REQUEST, _DEADLINE = table_of(CompletionRequest).c, table_of(Deadline).c

_DUE = (
    select(func.min(_DEADLINE.due))
    .where(
        _DEADLINE.project_id == _PROJECT.id,
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.kind.in_((DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)),
    )
    .scalar_subquery()
)

_WAITING = (
    select(
        _PROJECT.code,
        _PROJECT.title,
        _UNIT.name,
        _PROJECT.light,
        _PROJECT.requested_on,
        func.coalesce(_REQUEST.requested_by, ""),
        func.coalesce(_REQUEST.statement, ""),
        _DUE,
    )
    .join_from(table_of(Project), table_of(Unit), _PROJECT.lead_unit_id == _UNIT.id)
    .outerjoin(
        table_of(CompletionRequest),
        (_REQUEST.project_id == _PROJECT.id) & (_REQUEST.state == CompletionState.REQUESTED),
    )
    .where(_PROJECT.state == ProjectState.COMPLETION_REQUESTED)
    .order_by(_PROJECT.requested_on, _PROJECT.program_id, _PROJECT.id)
)
