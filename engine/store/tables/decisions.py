"""Decisions that change a promise: extensions and approved changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.changes import ChangeKind
from engine.rules.extensions import ExtensionState
from engine.store.tables.base import Base, Id, key


class Extension(Base):
    """延期申请: asked before expiry, approved by the office and then by a leader."""

    __tablename__ = "extensions"

    id: Id = key()
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    new_due: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    progress: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(100))
    requested_at: Mapped[datetime]
    state: Mapped[ExtensionState] = mapped_column(default=ExtensionState.REQUESTED)
    reviewed_by: Mapped[str] = mapped_column(String(100), default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decision: Mapped[str] = mapped_column(Text, default="")


class Change(Base):
    """调整: a promise was altered by the body that adopted it (陕西 2025 第十八条).

    ``before`` and ``after`` are in the words of the list.
    """

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_project_id", "project_id"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    what: Mapped[ChangeKind]
    subject: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]
