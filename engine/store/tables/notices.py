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
    ``remark`` is a paragraph that the office added to a draft, ``remark_confirmed`` why figures in
    it are right although they do not seem to go together.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(state = 'issued') = (issued_at IS NOT NULL)", "issued_has_time"),
        CheckConstraint("(answered_at IS NULL) = (answered_by = '')", "answer_has_author"),
        Index("ix_notices_project_id", "project_id"),
        Index("ix_notices_deadline_id", "deadline_id"),
        Index("ix_notices_state", "state"),
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
    remark: Mapped[str] = mapped_column(Text, default="")
    remark_confirmed: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    signed_basis: Mapped[str] = mapped_column(Text, default="")


class Delivery(Base):
    """发送: one message to one person over one channel; the outbox row, lease and all.

    ``message`` is the finished mail, written before the first attempt, so that a repeat after
    a crash is the same to the byte. States are tied to their times by constraints.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", "sending_has_lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", "sent_has_time"),
        CheckConstraint("state <> 'failed' OR error <> ''", "failed_has_error"),
        CheckConstraint("state <> 'sending' OR message IS NOT NULL", "sending_has_message"),
        Index(
            "ix_deliveries_queue",
            "next_attempt_at",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_deliveries_run_id", "run_id"),
    )

    id: Id = key()
    key: Mapped[str] = mapped_column(String(200), unique=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sweep_runs.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_kind: Mapped[PostKind]
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[DeliveryState]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
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
