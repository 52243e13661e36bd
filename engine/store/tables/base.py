"""What all tables share: names of constraints, and how Python types become columns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.rules.assessments import AssessmentState, ObjectionState
from engine.rules.auditing import FindingKind
from engine.rules.changes import ChangeKind
from engine.rules.clocks import ClockAct
from engine.rules.completion import CompletionState, VerificationMethod
from engine.rules.congress import Satisfaction
from engine.rules.documents import DocumentKind
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.extensions import ExtensionState
from engine.rules.honesty import HonestyCheck
from engine.rules.inspections import InspectionState
from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import ProposalChannel, ProposalState, Succession
from engine.rules.public_objections import PublicObjectionState
from engine.rules.reviews import ReviewState
from engine.rules.targets import TargetForm
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    DeadlineState,
    InspectionKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Reason,
    Stage,
    Timeliness,
    UnitLevel,
    Urgency,
    Word,
)
from engine.store.columns import Figure, Instant, Term


class DeliveryState(Word):
    """How far a message has come. GATHERING: its run may still add notices to it. MERGED: its
    notices went into another message to the same reader."""

    GATHERING = "gathering", "汇集中"
    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已送达"
    FAILED = "failed", "发送失败"
    CANCELLED = "cancelled", "已取消"
    BOUNCED = "bounced", "已退信"
    MERGED = "merged", "已并入另一封"


class RunState(Word):
    """What became of a period. SKIPPED: missed, and a later run answered for it."""

    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    SKIPPED = "skipped", "错过，由后一期代为检查"


VOCABULARIES: tuple[type[StrEnum], ...] = (
    AssessmentState,
    Cadence,
    ChangeKind,
    ClockAct,
    CompletionState,
    DeadlineKind,
    DeadlineState,
    DeliveryState,
    DocumentKind,
    DraftState,
    ExtensionState,
    FindingKind,
    HonestyCheck,
    InspectionKind,
    InspectionState,
    Light,
    NoticeKind,
    NoticeState,
    ObjectionState,
    PostKind,
    ProjectKind,
    ProjectState,
    ProposalChannel,
    ProposalState,
    PublicAttribute,
    PublicObjectionState,
    Reason,
    ReviewState,
    RunState,
    Satisfaction,
    Stage,
    Succession,
    TargetForm,
    Timeliness,
    UnitLevel,
    Urgency,
    VerificationMethod,
)
"""The closed lists that columns hold; each is stored by its English value."""


class Base(DeclarativeBase):
    """All tables, with names for constraints so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: Instant(),
        Decimal: Figure(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        **{words: Term(words) for words in VOCABULARIES},
    }


Id = Mapped[int]


def key() -> Mapped[int]:
    """A row's number."""
    return mapped_column(primary_key=True, autoincrement=True)
