"""Looking at notices: what there is, what waits at the signing desk, which number each bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.words import NoticeKind, NoticeState
from engine.store.tables import DocumentNumber, Draft, DraftVersion, Notice, Unit


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as a list shows it; ``draft`` is how far criticism is at the signing desk."""

    number: int
    kind: NoticeKind
    state: NoticeState
    as_of: date
    title: str
    unit: str
    reply_by: date | None
    answered_by: str
    draft: DraftState | None
    numbered: DocumentNumber | None

    @property
    def stands(self) -> str:
        """Its state in words; of a draft, for whom it waits."""
        waits = self.draft if self.state is NoticeState.DRAFT else None
        return (waits or self.state).label

    @property
    def document(self) -> str:
        """The number it has been given; a void one says so."""
        if self.numbered is None:
            return ""
        return f"{self.numbered.text}（已作废）" if self.numbered.voided_at else self.numbered.text


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft at the signing desk; ``author`` wrote its latest version."""

    notice: int
    kind: NoticeKind
    title: str
    drafted_on: date
    state: DraftState
    version: int
    author: str
    checked_by: str
    public: PublicAttribute | None
    comment: str


def notice_lines(
    session: Session, state: NoticeState | None = None, limit: int | None = None
) -> list[NoticeLine]:
    """The notices, newest first."""
    query = (
        select(*OF_LINE)
        .outerjoin(Unit, Notice.unit_id == Unit.id)
        .outerjoin(Draft, Draft.notice_id == Notice.id)
        .outerjoin(DocumentNumber, DocumentNumber.notice_id == Notice.id)
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(Notice.state == state)
    found: Any = session.execute(query)
    return [NoticeLine(*row) for row in found]


def draft_lines(session: Session, limit: int | None = None) -> list[DraftLine]:
    """The drafts that wait for somebody, the oldest first."""
    waiting = _DRAFTS.where(Notice.state == NoticeState.DRAFT).order_by(Notice.id)
    found: Any = session.execute(waiting.limit(limit))
    return [DraftLine(*row) for row in found]


def settled_drafts(session: Session, state: DraftState, limit: int) -> list[DraftLine]:
    """What was signed, or was decided not to go out, the newest first."""
    settled = _DRAFTS.where(Draft.state == state).order_by(Notice.id.desc())
    found: Any = session.execute(settled.limit(limit))
    return [DraftLine(*row) for row in found]


def draft_count(session: Session) -> int:
    """How many drafts wait for a signature."""
    query = select(func.count()).select_from(Notice).where(Notice.state == NoticeState.DRAFT)
    return session.scalar(query) or 0


OF_LINE: tuple[Any, ...] = (
    Notice.id,
    Notice.kind,
    Notice.state,
    Notice.as_of,
    Notice.title,
    func.coalesce(Unit.name, ""),
    Notice.reply_by,
    Notice.answered_by,
    Draft.state,
    DocumentNumber,
)
"""What a ``NoticeLine`` is made of; the unit, the draft and the number are joined from outside."""

_DRAFTS = (
    select(
        Notice.id,
        Notice.kind,
        Notice.title,
        Notice.as_of,
        Draft.state,
        Draft.number,
        func.coalesce(DraftVersion.author, ""),
        Draft.checked_by,
        Draft.public,
        Draft.comment,
    )
    .join(Draft, Draft.notice_id == Notice.id)
    .outerjoin(
        DraftVersion,
        (DraftVersion.notice_id == Draft.notice_id) & (DraftVersion.number == Draft.number),
    )
)
