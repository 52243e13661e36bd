"""Files that prove something: bounded in size, known by their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.base import Base, Id, key


class EvidenceContent(Base):
    """The bytes of a file, kept once however often it is referred to."""

    __tablename__ = "evidence_contents"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Evidence(Base):
    """证据: a file given with a finding of an inspection or with the completion of a target."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_project_id", "project_id"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"))
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("completion_requests.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("targets.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("evidence_contents.sha256"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(100))
