"""What waits for whom: how much of everything lies with the office, the leaders, or units."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, Executable, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from engine.census import drafts_waiting
from engine.rules.assessments import ObjectionState
from engine.rules.drafts import DraftState
from engine.rules.extensions import ExtensionState
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.proposals import ProposalState
from engine.rules.public_objections import PUBLIC_OBJECTION
from engine.rules.reviews import ReviewState
from engine.rules.words import DeadlineKind, DeadlineState, Light, NoticeKind, NoticeState
from engine.rules.words import ProjectKind as Kind
from engine.store.event_kinds import EventKind
from engine.store.statements import rows, table_of
from engine.store.tables import (
    AssessmentObjection,
    Deadline,
    Delivery,
    DeliveryState,
    Extension,
    JournalEvent,
    Notice,
    Person,
    Post,
    Project,
    ProjectUnit,
    Proposal,
    PublicObjection,
    ReviewRequest,
)

COMMENTS_FOR = timedelta(days=7)
REPORT_AHEAD = timedelta(days=14)
"""How long before its last day a report counts as something to do."""


@dataclass(frozen=True, slots=True)
class OfficeWaits:
    """What lies with the supervision office and with the leaders."""

    unassigned: int
    returned: int
    completions: int
    drafts_to_check: int
    drafts_sent_back: int
    drafts_to_sign: int
    extensions_to_review: int
    extensions_to_decide: int
    reviews: int
    public_objections: int
    public_objections_late: int
    score_objections: int
    proposals: int
    empty_posts: int
    dead_addresses: int
    failed_letters: int
    comments: int


@dataclass(frozen=True, slots=True)
class UnitWaits:
    """What lies with the units of a person.

    Attributes:
        to_report: reports due within two weeks, or overdue.
        to_answer: notices that ask for words and have none.
    """

    to_sign_for: int
    to_report: int
    to_answer: int
    answers_late: int
    rectifications: int
    red: int
    yellow: int


def office_waits(session: Session, day: date, at: datetime) -> OfficeWaits:
    """What lies with the office and the leaders."""
    drafts = drafts_waiting(session)
    states = dict(rows(session, _STATES).all())
    extensions = dict(rows(session, _EXTENSIONS).all())
    return OfficeWaits(
        unassigned=states.get(ProjectState.REGISTERED, 0),
        returned=states.get(ProjectState.RETURNED, 0),
        completions=states.get(ProjectState.COMPLETION_REQUESTED, 0),
        drafts_to_check=drafts[DraftState.WRITTEN],
        drafts_sent_back=drafts[DraftState.SENT_BACK],
        drafts_to_sign=drafts[DraftState.CHECKED],
        extensions_to_review=extensions.get(ExtensionState.REQUESTED, 0),
        extensions_to_decide=extensions.get(ExtensionState.REVIEWED, 0),
        reviews=_count(session, _REVIEWS),
        public_objections=_count(session, _OBJECTIONS),
        public_objections_late=_count(session, _OBJECTIONS_LATE, day=day),
        score_objections=_count(session, _SCORE_OBJECTIONS),
        proposals=_count(session, _PROPOSALS),
        empty_posts=_count(session, _EMPTY_POSTS),
        dead_addresses=_count(session, _DEAD_ADDRESSES),
        failed_letters=_count(session, _FAILED),
        comments=_count(session, _COMMENTS, since=at - COMMENTS_FOR),
    )


def unit_waits(session: Session, units: Collection[int], day: date) -> UnitWaits:
    """What lies with these units, as they lead items."""
    wanted = {"units": sorted(units)}
    states: dict[tuple[ProjectState, Light], int] = {
        (state, light): n for state, light, n in rows(session, _LED, **wanted)
    }
    lights = {
        light: sum(n for (state, colour), n in states.items() if colour is light)
        for light in (Light.RED, Light.YELLOW)
    }
    return UnitWaits(
        to_sign_for=sum(n for (state, _), n in states.items() if state is ProjectState.ASSIGNED),
        to_report=_count(session, _REPORTS, until=day + REPORT_AHEAD, **wanted),
        to_answer=_count(session, _UNANSWERED, **wanted),
        answers_late=_count(session, _UNANSWERED_LATE, day=day, **wanted),
        rectifications=_count(session, _RECTIFICATIONS, **wanted),
        red=lights[Light.RED],
        yellow=lights[Light.YELLOW],
    )


def _count(session: Session, query: Executable, **wanted: object) -> int:
    return int(rows(session, query, **wanted).scalar_one())


# The queries, built once.

_PROJECT, _DEADLINE, _NOTICE = (table_of(t).c for t in (Project, Deadline, Notice))
_EXTENSION, _REVIEW, _OBJECTION = (
    table_of(t).c for t in (Extension, ReviewRequest, PublicObjection)
)
_POST, _PERSON, _DELIVERY = (table_of(t).c for t in (Post, Person, Delivery))
_EVENT, _FURTHER = table_of(JournalEvent).c, table_of(ProjectUnit).c

_STATES = (
    select(_PROJECT.state, func.count())
    .where(
        _PROJECT.state.in_(
            (ProjectState.REGISTERED, ProjectState.RETURNED, ProjectState.COMPLETION_REQUESTED)
        )
    )
    .group_by(_PROJECT.state)
)
_EXTENSIONS = select(_EXTENSION.state, func.count()).group_by(_EXTENSION.state)
_REVIEWS = select(func.count()).where(_REVIEW.state == ReviewState.REQUESTED)
_OBJECTIONS = select(func.count()).where(_OBJECTION.state == PUBLIC_OBJECTION.start)
_OBJECTIONS_LATE = _OBJECTIONS.where(_OBJECTION.handle_by < bindparam("day"))
_SCORE_OBJECTIONS = select(func.count()).where(
    table_of(AssessmentObjection).c.state == ObjectionState.FILED
)
_PROPOSALS = select(func.count()).where(table_of(Proposal).c.state == ProposalState.COLLECTED)
_EMPTY_POSTS = select(func.count()).where(_POST.holder_id.is_(None), _POST.deputy_id.is_(None))
_DEAD_ADDRESSES = select(func.count()).where(_PERSON.email_fault != "")
_FAILED = select(func.count()).where(
    _DELIVERY.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED))
)
_COMMENTS = select(func.count()).where(
    _EVENT.kind == EventKind.COMMENTED.value, _EVENT.at >= bindparam("since")
)

_UNITS: BindParameter[Collection[int]] = bindparam("units", expanding=True)
_IS_LED = or_(
    _PROJECT.lead_unit_id.in_(_UNITS),
    _PROJECT.id.in_(
        select(_FURTHER.project_id).where(_FURTHER.unit_id.in_(_UNITS), _FURTHER.leads.is_(True))
    ),
)
_LED = (
    select(_PROJECT.state, _PROJECT.light, func.count())
    .where(_IS_LED, _PROJECT.state.in_(OPEN_STATES))
    .group_by(_PROJECT.state, _PROJECT.light)
)
_RECTIFICATIONS = select(func.count()).where(
    _IS_LED, _PROJECT.kind == Kind.RECTIFICATION, _PROJECT.state.in_(OPEN_STATES)
)
_REPORTS = (
    select(func.count())
    .join_from(table_of(Deadline), table_of(Project), _DEADLINE.project_id == _PROJECT.id)
    .where(
        _IS_LED,
        _PROJECT.state == ProjectState.UNDERWAY,
        _DEADLINE.state == DeadlineState.PENDING,
        _DEADLINE.kind.in_((DeadlineKind.FIRST_REPORT, DeadlineKind.REPORT)),
        _DEADLINE.due <= bindparam("until"),
    )
)
_OF_THEIRS = or_(
    _NOTICE.unit_id.in_(_UNITS),
    exists().where(_PROJECT.id == _NOTICE.project_id, _IS_LED),
)
_UNANSWERED = select(func.count()).where(
    _NOTICE.state == NoticeState.ISSUED,
    _NOTICE.kind != NoticeKind.ASSIGNMENT,
    _NOTICE.answered_at.is_(None),
    _NOTICE.reply_by.is_not(None),
    _OF_THEIRS,
)
_UNANSWERED_LATE = _UNANSWERED.where(_NOTICE.reply_by < bindparam("day"))
