"""The clocks of a project: every start, pause, resumption and change of their limits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.clocks import ClockAct
from engine.rules.words import DeadlineKind
from engine.store.tables.base import Base, Id, key


class ClockEvent(Base):
    """时限事件: a date is never kept alone; it is computed from these, in their order.

    ``slot`` is the deadline's. A pause or a resumption holds for all clocks of the project and
    names no kind. ``days`` and ``unit`` are the limit a clock started with, or was changed to;
    ``due`` is the date it was set to where a date was given instead of a limit.
    """

    __tablename__ = "clock_events"
    __table_args__ = (Index("ix_clock_events_project_id", "project_id"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[DeadlineKind | None]
    slot: Mapped[str] = mapped_column(String(20), default="")
    act: Mapped[ClockAct]
    on_day: Mapped[date]
    days: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(20), default="")
    roll: Mapped[str] = mapped_column(String(20), default="")
    due: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text, default="")
