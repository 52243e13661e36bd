"""Runs of the sweeps, the rules they used, and what an installation remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.words import Cadence
from engine.store.tables.base import Base, Id, RunState, key


class SweepRun(Base):
    """One period of one cadence, claimed once by whoever comes first (design §5, rule 3).

    ``step`` counts the steps that were laid out in parts. ``lease_until`` is the last sign of life
    of the run itself and a minute more; nobody waits for it. ``cursor`` is read by earlier versions
    of the program only.
    """

    __tablename__ = "sweep_runs"
    __table_args__ = (
        UniqueConstraint("cadence", "period"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", "running_has_lease"),
    )

    id: Id = key()
    cadence: Mapped[Cadence]
    period: Mapped[str] = mapped_column(String(20))
    scheduled_at: Mapped[datetime]
    as_of: Mapped[datetime]
    state: Mapped[RunState]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SweepPart(Base):
    """A range of rows that one worker takes in one transaction, so that many can share a run.

    ``first`` to ``last`` are the numbers of projects, units or lists, both included; ``rule`` is
    the rule it is about, where its step has several. What it came to is kept until the run ends.
    """

    __tablename__ = "sweep_parts"
    __table_args__ = (
        Index(
            "ix_sweep_parts_open",
            "run_id",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_sweep_parts_run_id", "run_id"),
    )

    id: Id = key()
    run_id: Mapped[int] = mapped_column(ForeignKey("sweep_runs.id"))
    rule: Mapped[str] = mapped_column(String(50), default="")
    first: Mapped[int]
    last: Mapped[int]
    done_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    alarms: Mapped[list[Any]] = mapped_column(default=list)


class PolicyVersion(Base):
    """A policy as it was used, by the hash of its content."""

    __tablename__ = "policy_versions"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class CalendarVersion(Base):
    """A calendar as it was used, by the hash of its content."""

    __tablename__ = "calendar_versions"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class Setting(Base):
    """What this installation must remember about itself, such as when it began."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
