"""The papers of one item: its dates, notices, extensions, changes and completions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.rules.completion import CompletionState
from engine.rules.extensions import ExtensionState
from engine.rules.numbering import DocumentNo
from engine.rules.reviews import ReviewState
from engine.rules.words import (
    DeadlineKind,
    DeadlineState,
    NoticeKind,
    NoticeState,
    Reason,
    Stage,
    Timeliness,
)
from engine.store.statements import rows, table_of
from engine.store.tables import (
    Change,
    CompletionRequest,
    Deadline,
    Document,
    DocumentNumber,
    Evidence,
    Extension,
    ImplementationPlan,
    Notice,
    ReviewRequest,
)

NOTICES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date of the item in its last version."""

    kind: DeadlineKind
    name: str
    due: date
    original: date
    state: DeadlineState
    met_on: date | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class NoticeOfItem:
    """A notice on the item; ``document`` is its 文号; ``has_paper``: it became a document."""

    number: int
    kind: NoticeKind
    stage: Stage
    state: NoticeState
    reason: Reason
    title: str
    as_of: date
    reply_by: date | None
    answered_by: str
    answered_at: datetime | None
    document: str
    has_paper: bool


@dataclass(frozen=True, slots=True)
class ExtensionOfItem:
    """A request to move one of its dates."""

    number: int
    name: str
    due: date
    new_due: date
    reason: str
    requested_by: str
    requested_at: datetime
    state: ExtensionState
    decided_by: str
    decision: str


@dataclass(frozen=True, slots=True)
class ChangeOfItem:
    """A promise that was altered by decision."""

    what: str
    subject: str
    before: str
    after: str
    document: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class CompletionOfItem:
    """A request for completion, and what the office found."""

    number: int
    requested_on: date
    requested_by: str
    statement: str
    state: CompletionState
    verified_by: str
    finding: str
    timeliness: Timeliness | None


@dataclass(frozen=True, slots=True)
class ReviewOfItem:
    """What the unit contests."""

    number: int
    state: ReviewState
    requested_on: date
    decide_by: date
    reason: str


@dataclass(frozen=True, slots=True)
class ItemPapers:
    """All of them.

    Attributes:
        evidence: how many files were filed.
        plan_version: of the plan of implementation; None when none was submitted.
    """

    dates: list[DateLine]
    notices: list[NoticeOfItem]
    extensions: list[ExtensionOfItem]
    changes: list[ChangeOfItem]
    completions: list[CompletionOfItem]
    reviews: list[ReviewOfItem]
    evidence: int
    plan_version: int | None


def item_papers(session: Session, project_id: int, *, for_units: bool) -> ItemPapers:
    """The papers of an item.

    Args:
        for_units: leave out notices that have not been issued.
    """
    wanted: dict[str, Any] = {"project": project_id}
    states = [NoticeState.ISSUED] if for_units else list(NoticeState)
    notices = rows(session, _NOTICES, states=states, **wanted)
    return ItemPapers(
        dates=[DateLine(*row) for row in rows(session, _DATES, **wanted)],
        notices=[_notice(*row) for row in notices],
        extensions=[ExtensionOfItem(*row) for row in rows(session, _EXTENSIONS, **wanted)],
        changes=[
            ChangeOfItem(what.label, *rest) for what, *rest in rows(session, _CHANGES, **wanted)
        ],
        completions=[CompletionOfItem(*row) for row in rows(session, _COMPLETIONS, **wanted)],
        reviews=[ReviewOfItem(*row) for row in rows(session, _REVIEWS, **wanted)],
        evidence=rows(session, _EVIDENCE, **wanted).scalar_one(),
        plan_version=rows(session, _PLAN, **wanted).scalar_one(),
    )


def _notice(*row: Any) -> NoticeOfItem:
    *told, issuer, year, number, paper = row
    text = DocumentNo(issuer, year, number).text if issuer else ""
    rest: Any = (*told, text, paper is not None)
    return NoticeOfItem(*rest)


# The queries, built once.

_DEADLINE, _NOTICE, _NUMBER, _PAPER = (
    table_of(t).c for t in (Deadline, Notice, DocumentNumber, Document)
)
_EXTENSION, _CHANGE, _COMPLETION = (table_of(t).c for t in (Extension, Change, CompletionRequest))
_REVIEW, _FILE, _IMPLEMENTATION = (
    table_of(t).c for t in (ReviewRequest, Evidence, ImplementationPlan)
)
_PROJECT: Any = bindparam("project")

_DATES = (
    select(
        _DEADLINE.kind,
        _DEADLINE.name,
        _DEADLINE.due,
        _DEADLINE.original_due,
        _DEADLINE.state,
        _DEADLINE.met_on,
        _DEADLINE.provisional,
    )
    .where(_DEADLINE.project_id == _PROJECT, _DEADLINE.state != DeadlineState.REPLACED)
    .order_by(_DEADLINE.due, _DEADLINE.id)
)
_NOTICES = (
    select(
        _NOTICE.id,
        _NOTICE.kind,
        _NOTICE.stage,
        _NOTICE.state,
        _NOTICE.reason,
        _NOTICE.title,
        _NOTICE.as_of,
        _NOTICE.reply_by,
        _NOTICE.answered_by,
        _NOTICE.answered_at,
        _NUMBER.issuer,
        _NUMBER.year,
        _NUMBER.number,
        _PAPER.id,
    )
    .select_from(table_of(Notice))
    .outerjoin(table_of(DocumentNumber), _NUMBER.notice_id == _NOTICE.id)
    .outerjoin(table_of(Document), _PAPER.notice_id == _NOTICE.id)
    .where(_NOTICE.project_id == _PROJECT, _NOTICE.state.in_(bindparam("states", expanding=True)))
    .order_by(_NOTICE.id.desc())
    .limit(NOTICES_SHOWN)
)
_EXTENSIONS = (
    select(
        _EXTENSION.id,
        _DEADLINE.name,
        _DEADLINE.due,
        _EXTENSION.new_due,
        _EXTENSION.reason,
        _EXTENSION.requested_by,
        _EXTENSION.requested_at,
        _EXTENSION.state,
        _EXTENSION.decided_by,
        _EXTENSION.decision,
    )
    .join_from(table_of(Extension), table_of(Deadline), _EXTENSION.deadline_id == _DEADLINE.id)
    .where(_DEADLINE.project_id == _PROJECT)
    .order_by(_EXTENSION.id.desc())
)
_CHANGES = (
    select(
        _CHANGE.what,
        _CHANGE.subject,
        _CHANGE.before,
        _CHANGE.after,
        _CHANGE.document,
        _CHANGE.decided_on,
    )
    .where(_CHANGE.project_id == _PROJECT)
    .order_by(_CHANGE.id.desc())
)
_COMPLETIONS = (
    select(
        _COMPLETION.number,
        _COMPLETION.requested_on,
        _COMPLETION.requested_by,
        _COMPLETION.statement,
        _COMPLETION.state,
        _COMPLETION.verified_by,
        _COMPLETION.finding,
        _COMPLETION.timeliness,
    )
    .where(_COMPLETION.project_id == _PROJECT)
    .order_by(_COMPLETION.number.desc())
)
_REVIEWS = (
    select(_REVIEW.id, _REVIEW.state, _REVIEW.requested_on, _REVIEW.decide_by, _REVIEW.reason)
    .where(_REVIEW.project_id == _PROJECT)
    .order_by(_REVIEW.id.desc())
)
_EVIDENCE = select(func.count()).where(_FILE.project_id == _PROJECT)
_PLAN = select(func.max(_IMPLEMENTATION.version)).where(_IMPLEMENTATION.project_id == _PROJECT)
