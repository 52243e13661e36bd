"""What the jobs of the catalogue did, and what the audit found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.auditing import FindingKind
from engine.store.tables.base import Base, Id, key


class JobLook(Base):
    """The last sign of life of a job in one process: when it was last looked at, and since when it
    fails of what. ``process`` is the machine and the process id, or the worker of a cluster."""

    __tablename__ = "job_looks"
    __table_args__ = (CheckConstraint("(failed_at IS NULL) = (error = '')", "failed_has_error"),)

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    looked_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class JobRun(Base):
    """A run of a job that is worth telling: it did something, or failed. Old ones are dropped."""

    __tablename__ = "job_runs"
    __table_args__ = (
        CheckConstraint("did <> '' OR error <> ''", "worth_telling"),
        Index("ix_job_runs_finished_at", "finished_at"),
        Index("ix_job_runs_job", "job", "finished_at"),
    )

    id: Id = key()
    job: Mapped[str] = mapped_column(String(40))
    process: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    did: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")


class AuditFinding(Base):
    """Something that should have happened and did not, as long as it is so. ``subject`` tells
    several of one kind apart; ``since`` is when it began, where that is known."""

    __tablename__ = "audit_findings"

    kind: Mapped[FindingKind] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime | None]
    found_at: Mapped[datetime]
