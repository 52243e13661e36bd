"""What a rehearsal came to, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules.assessments import AssessmentState
from engine.rules.lifecycle import ProjectState
from engine.rules.words import NoticeKind, NoticeState, ProjectKind, Stage
from engine.store.tables import (
    Assessment,
    CongressOpinion,
    Delivery,
    DeliveryState,
    DocumentNumber,
    Inspection,
    JournalEvent,
    Notice,
    Project,
    Publication,
    PublicObjection,
    ReportDoubt,
    ReviewRequest,
)
from flows.rehearsal.counts import COUNTED, count_departments, count_items, count_proposals

_OF_THE_LIST = Project.kind == ProjectKind.PROJECT


def count_everything(session: Session) -> dict[str, Any]:
    """What the store holds: items, notices by stage, kind and month, and each part of the work."""
    signed = (Notice.kind == NoticeKind.CIRCULAR) & (Notice.state == NoticeState.ISSUED)
    published = Assessment.state == AssessmentState.PUBLISHED
    return {
        "projects": count(session, Project, _OF_THE_LIST),
        "items": count_items(session),
        "departments": count_departments(session),
        **_notices(session),
        "deliveries": count(session, Delivery, Delivery.state == DeliveryState.SENT),
        "circulars_signed": count(session, Notice, signed),
        "numbers_given": count(session, DocumentNumber),
        "inspections": count(session, Inspection, Inspection.concluded_on.is_not(None)),
        "rectifications": count(session, Project, Project.kind == ProjectKind.RECTIFICATION),
        "closed": count(session, Project, _OF_THE_LIST, Project.state == ProjectState.CLOSED),
        "proposals": count_proposals(session),
        "reviews": count(session, ReviewRequest),
        "opinions": count(session, CongressOpinion),
        "assessments": count(session, Assessment, published),
        "publications": count(session, Publication),
        "public_objections": _objections(session),
        "doubts": count(session, ReportDoubt),
        "lights_at_end": _lights(session),
        "timeliness": _timeliness(session),
        "journal_events": count(session, JournalEvent),
    }


def count(session: Session, table: type[Any], *where: Any) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _notices(session: Session) -> dict[str, Any]:
    rows = session.execute(
        select(Notice.stage, Notice.kind, Notice.as_of).where(Notice.state.in_(COUNTED))
    ).all()
    stages = Counter(row.stage.value for row in rows)
    return {
        "notices": {stage.value: stages[stage.value] for stage in Stage},
        "by_kind": _sorted(Counter(row.kind.value for row in rows)),
        "by_month": _sorted(Counter(f"{row.as_of:%Y-%m}" for row in rows)),
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _lights(session: Session) -> dict[str, int]:
    lights = session.scalars(select(Project.light).where(_OF_THE_LIST))
    return _sorted(Counter(light.value for light in lights))


def _objections(session: Session) -> dict[str, int]:
    """The objections of the public, by what became of them."""
    return _sorted(Counter(state.value for state in session.scalars(select(PublicObjection.state))))


def _timeliness(session: Session) -> dict[str, int]:
    classes = session.scalars(
        select(Project.timeliness).where(_OF_THE_LIST, Project.timeliness.is_not(None))
    )
    return _sorted(Counter(c.value for c in classes if c))
