"""Notices, and their way to people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.words import NoticeKind, NoticeState, PostKind, Reason, Stage
from engine.store.tables.base import Base, DeliveryState, Id, key


class Notice(Base):
    """One row, one key, one explanation. ``facts`` is all that the decision was taken on;
    ``remark`` is a paragraph that the office added to a draft, ``ask`` what it asks for instead of
    the policy's own request, ``retitled`` whether ``title`` is the office's; ``remark_confirmed``
    says why figures in these are right although they do not seem to go together.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", "issued_has_time"),
        CheckConstraint("(answered_at IS NULL) = (answered_by = '')", "answer_has_author"),
        Index("ix_notices_project_id", "project_id"),
        Index("ix_notices_deadline_id", "deadline_id"),
        Index("ix_notices_state", "state"),
        Index("ix_notices_kind", "kind", "stage"),
        Index("ix_notices_program_id", "program_id", "kind"),
        Index("ix_notices_unit_id", "unit_id", "rule"),
        Index(
            "ix_notices_unanswered",
            "kind",
            "as_of",
            sqlite_where=text("answered_at IS NULL AND reply_by IS NOT NULL"),
            postgresql_where=text("answered_at IS NULL AND reply_by IS NOT NULL"),
        ),
    )

    id: Id = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadlines.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_runs.id"))
    kind: Mapped[NoticeKind]
    stage: Mapped[Stage]
    rule: Mapped[str] = mapped_column(String(50))
    occurrence: Mapped[str] = mapped_column(String(30))
    reason: Mapped[Reason]
    state: Mapped[NoticeState]
    title: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    policy_version: Mapped[str] = mapped_column(String(16))
    calendar_version: Mapped[str] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    reply_by: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(100), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    retitled: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(Text, default="")
    ask: Mapped[str] = mapped_column(Text, default="")
    remark_confirmed: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    signed_basis: Mapped[str] = mapped_column(Text, default="")


class Delivery(Base):
    """发送: one message to one reader over one channel; the outbox row, lease and all.

    The reader is a person or, for a channel that speaks to a group, a unit. ``held`` says why it
    waits for ``next_attempt_at``; ``merged_into`` is the message that took over its notices;
    ``instead_of`` the one to a lower post that could not be delivered. ``message`` is the finished
    mail, written before the first attempt, so that a repeat after a crash is the same to the byte.
    States are tied to their times by constraints.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", "sending_has_lease"),
        CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", "sent_has_time"),
        CheckConstraint("state <> 'bounced' OR error <> ''", "bounced_has_error"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", "merged_has_goal"),
        CheckConstraint("(person_id IS NULL) = (post_kind IS NULL)", "person_has_post"),
        CheckConstraint("person_id IS NOT NULL OR unit_id IS NOT NULL", "has_reader"),
        CheckConstraint("attempts >= 0", "attempts_counted"),
        CheckConstraint("state <> 'failed' OR error <> ''", "failed_has_error"),
        CheckConstraint("state <> 'sending' OR message IS NOT NULL", "sending_has_message"),
        Index(
            "ix_deliveries_queue",
            "next_attempt_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index(
            "ix_deliveries_sent",
            "channel",
            "sent_at",
            sqlite_where=text("sent_at IS NOT NULL"),
            postgresql_where=text("sent_at IS NOT NULL"),
        ),
        Index("ix_deliveries_run_id", "run_id"),
        Index("ix_deliveries_person_id", "person_id"),
        Index("ix_deliveries_state", "state", "channel"),
    )

    id: Id = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_runs.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    post_kind: Mapped[PostKind | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[DeliveryState]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    held: Mapped[Reason | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(200), default="")
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class DeliveryNotice(Base):
    """Which notices a message carries: one digest per person per run when there are several."""

    __tablename__ = "delivery_notices"
    __table_args__ = (Index("ix_delivery_notices_notice_id", "notice_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
