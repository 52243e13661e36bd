"""What was made public, and what the public objected to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.public_objections import PublicObjectionState
from engine.store.tables.base import Base, Id, key


class Publication(Base):
    """公示: what was shown to the public, reviewed before (政府信息公开条例 art. 17). Its key makes
    a repeat change nothing.
    """

    __tablename__ = "publications"

    id: Id = key()
    key: Mapped[str] = mapped_column(String(100), unique=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    reviewed_by: Mapped[str] = mapped_column(String(100))
    object_by: Mapped[date | None]


class PublicObjection(Base):
    """公示异议: what somebody says is not so, and what the office found. Who objected, and how they
    are reached, is kept here alone, and never in the journal.
    """

    __tablename__ = "public_objections"
    __table_args__ = (
        CheckConstraint("(state = 'received') = (handled_at IS NULL)", "handled_has_time"),
        Index("ix_public_objections_project_id", "project_id"),
    )

    id: Id = key()
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(50))
    contact: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    received_by: Mapped[str] = mapped_column(String(100))
    handle_by: Mapped[date]
    state: Mapped[PublicObjectionState] = mapped_column(default=PublicObjectionState.RECEIVED)
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(String(100), default="")
    finding: Mapped[str] = mapped_column(Text, default="")
