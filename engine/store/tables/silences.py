"""Silences, and the calendar feeds of units."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.base import Base, Id, key


class Silence(Base):
    """暂缓提醒: reminders of one item, or of all items of a unit, wait until the last day named."""

    __tablename__ = "silences"
    __table_args__ = (
        CheckConstraint("(project_id IS NULL) <> (unit_id IS NULL)", "one_subject"),
        CheckConstraint("ends_on >= starts_on", "ends_after_start"),
        CheckConstraint("reason <> ''", "has_reason"),
        CheckConstraint("(lifted_on IS NULL) = (lifted_by = '')", "lift_has_author"),
        Index("ix_silences_project_id", "project_id"),
        Index("ix_silences_unit_id", "unit_id"),
        Index("ix_silences_ends_on", "ends_on"),
    )

    id: Id = key()
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(100))
    set_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str] = mapped_column(String(100), default="")


class Feed(Base):
    """日历订阅: a unit's feed of dates. Its address follows from the unit, the secret of the
    installation and ``serial``, which is raised to renew it.
    """

    __tablename__ = "feeds"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(default=1)
    renewed_at: Mapped[datetime]
    renewed_by: Mapped[str] = mapped_column(String(100))
