"""Looking at reviews: which are asked for, until when they are to be decided. Read-only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.reviews.contesting import name_of
from engine.rules.reviews import ReviewState
from engine.store.tables import Inspection, Notice, Project, ReviewRequest, Unit


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One request for review; ``decided_by`` is, of one withdrawn, who withdrew it."""

    number: int
    code: str
    unit: str
    contested: str
    state: ReviewState
    received_on: date
    requested_on: date
    requested_by: str
    reason: str
    decide_by: date
    decided_on: date | None
    decided_by: str
    decision: str


def review_lines(
    session: Session, *, open_only: bool = False, seen: Collection[int] | None = None
) -> list[ReviewLine]:
    """The requests, oldest first; with ``open_only`` those that wait for a decision.

    Args:
        seen: the items that the reader may see, by number; None for all.
    """
    query = _LINES
    if open_only:
        query = query.where(ReviewRequest.state == ReviewState.REQUESTED)
    return _read(session, query, seen)


def review_line(
    session: Session, number: int, seen: Collection[int] | None = None
) -> ReviewLine | None:
    """The request of a number; None where there is none that the reader may see."""
    lines = _read(session, _LINES.where(ReviewRequest.id == number), seen)
    return lines[0] if lines else None


_LINES = (
    select(ReviewRequest, Project, Unit.name, Inspection, Notice)
    .join(Project, ReviewRequest.project_id == Project.id)
    .join(Unit, Project.lead_unit_id == Unit.id)
    .outerjoin(Inspection, ReviewRequest.inspection_id == Inspection.id)
    .outerjoin(Notice, ReviewRequest.notice_id == Notice.id)
    .order_by(ReviewRequest.id)
)


def _read(
    session: Session,
    query: Select[ReviewRequest, Project, str, Inspection, Notice],
    seen: Collection[int] | None,
) -> list[ReviewLine]:
    return [
        ReviewLine(
            number=row.id,
            code=project.code,
            unit=unit,
            contested=name_of(project, inspection, notice),
            state=row.state,
            received_on=row.received_on,
            requested_on=row.requested_on,
            requested_by=row.requested_by,
            reason=row.reason,
            decide_by=row.decide_by,
            decided_on=row.decided_on,
            decided_by=row.decided_by,
            decision=row.decision,
        )
        for row, project, unit, inspection, notice in session.execute(query)
        if seen is None or project.id in seen
    ]
