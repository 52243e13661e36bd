"""What units state: plans of implementation, reports of progress, doubts about them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.honesty import HonestyCheck
from engine.store.tables.base import Base, Id, key


class ImplementationPlan(Base):
    """实施方案, with the five parts that must be published (陕西 2025 第十七条)."""

    __tablename__ = "implementation_plans"
    __table_args__ = (UniqueConstraint("project_id", "version"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str] = mapped_column(String(100))
    departments: Mapped[str] = mapped_column(Text)
    tasks: Mapped[str] = mapped_column(Text)
    schedule: Mapped[str] = mapped_column(Text)
    funds: Mapped[str] = mapped_column(Text)
    safeguards: Mapped[str] = mapped_column(Text)


class ProgressReport(Base):
    """进展填报. A correction is a new version of the same period."""

    __tablename__ = "progress_reports"
    __table_args__ = (UniqueConstraint("project_id", "period", "version"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    period: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    reported_at: Mapped[datetime]
    reported_by: Mapped[str] = mapped_column(String(100))
    percent: Mapped[Decimal | None]
    statement: Mapped[str] = mapped_column(Text, default="")


class ReportedValue(Base):
    """The cumulative figure of one target in one report, in the target's unit."""

    __tablename__ = "reported_values"

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    value: Mapped[Decimal]


class ReportDoubt(Base):
    """A doubt that was shown before submission, and what the unit said to it."""

    __tablename__ = "report_doubts"
    __table_args__ = (Index("ix_report_doubts_report_id", "report_id"),)

    id: Id = key()
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id"))
    check: Mapped[HonestyCheck]
    text: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)
