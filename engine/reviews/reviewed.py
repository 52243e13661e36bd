"""Looking at reviews: which are asked for, until when they are to be decided. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
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


def review_lines(session: Session, *, open_only: bool = False) -> list[ReviewLine]:
    """The requests, oldest first; with ``open_only`` those that wait for a decision."""
    query = (
        select(ReviewRequest, Project, Unit.name, Inspection, Notice)
        .join(Project, ReviewRequest.project_id == Project.id)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .outerjoin(Inspection, ReviewRequest.inspection_id == Inspection.id)
        .outerjoin(Notice, ReviewRequest.notice_id == Notice.id)
        .order_by(ReviewRequest.id)
    )
    if open_only:
        query = query.where(ReviewRequest.state == ReviewState.REQUESTED)
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
    ]
