"""Supervised items: what they promise, by when, and how they stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.lifecycle import ProjectState
from engine.rules.proposals import Succession
from engine.rules.targets import TargetForm
from engine.rules.words import (
    DeadlineKind,
    DeadlineState,
    Light,
    ProjectKind,
    Reason,
    Timeliness,
    Urgency,
)
from engine.store.tables.base import Base, Id, key


class Project(Base):
    """实事项目 and everything else that is supervised (``kind``).

    ``basis`` is its own, where it does not come from the list (an opinion of the congress, an
    instruction). ``parent_id`` is the item it is a part of; ``origin_id`` last year's item that
    it goes on with (``succession``); ``batch`` the part of the list it was adopted with.
    """

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("program_id", "code"),
        Index("ix_projects_state", "program_id", "state"),
        Index("ix_projects_standing", "state", "light"),
        Index("ix_projects_light", "light", "program_id", "code"),
        Index("ix_projects_field", "program_id", "field", "light"),
        Index("ix_projects_unit", "program_id", "lead_unit_id", "light"),
        Index("ix_projects_lead_unit_id", "lead_unit_id"),
        Index("ix_projects_parent_id", "parent_id"),
    )

    id: Id = key()
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[ProjectKind]
    code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int | None]
    batch: Mapped[int] = mapped_column(default=1)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    succession: Mapped[Succession | None]
    field: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    sponsor: Mapped[str] = mapped_column(String(100), default="")
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.NORMAL)
    remark: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ProjectState]
    version: Mapped[int] = mapped_column(default=1)
    light: Mapped[Light] = mapped_column(default=Light.GREEN)
    starts_on: Mapped[date]
    assigned_on: Mapped[date | None]
    assigned_by_document: Mapped[str] = mapped_column(String(100), default="")
    exempt_until: Mapped[date | None]
    exempt_reason: Mapped[str] = mapped_column(Text, default="")
    set_aside_until: Mapped[date | None]
    set_aside_error: Mapped[str] = mapped_column(Text, default="")
    suspended_on: Mapped[date | None]
    requested_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    timeliness: Mapped[Timeliness | None]


class ProjectUnit(Base):
    """Units beside the one first named: further lead units, and support units.

    ``position`` is their place as the list names them, lead units before support units: it is the
    order of protocol in which every paper names them. 0 where a program from before has written.
    """

    __tablename__ = "project_units"
    __table_args__ = (Index("ix_project_units_unit_id", "unit_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    leads: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Target(Base):
    """量化指标 as promised. ``planned`` is in ``unit``; ``text`` is how the list writes it."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    metric: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(50))
    form: Mapped[TargetForm]
    planned: Mapped[Decimal]
    text: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")


class Milestone(Base):
    """节点: a dated step of the backward plan and the share of the work done by then (percent)."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("project_id", "position"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    due: Mapped[date]
    planned_percent: Mapped[Decimal | None]
    done_on: Mapped[date | None]


class Deadline(Base):
    """时限. Moving a date makes a new version; the first promise stays in ``original_due``.

    ``slot`` tells apart deadlines of one kind (the milestone's position, the month of a report).
    ``next_check_on`` is the next local day on which a rule may have something to say.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("project_id", "kind", "slot", "version"),
        CheckConstraint("(state = 'met') = (met_on IS NOT NULL)", "met_has_date"),
        CheckConstraint("state = 'pending' OR next_check_on IS NULL", "only_pending_checked"),
        Index(
            "ix_deadlines_looked_at",
            "next_check_on",
            "project_id",
            "kind",
            sqlite_where=text("next_check_on IS NOT NULL"),
            postgresql_where=text("next_check_on IS NOT NULL"),
        ),
        Index("ix_deadlines_state_due", "state", "due"),
        Index(
            "ix_deadlines_unwatched",
            "state",
            "due",
            sqlite_where=text("state = 'pending' AND next_check_on IS NULL"),
            postgresql_where=text("state = 'pending' AND next_check_on IS NULL"),
        ),
    )

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[DeadlineKind]
    slot: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    due: Mapped[date]
    original_due: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeadlineState] = mapped_column(default=DeadlineState.PENDING)
    met_on: Mapped[date | None]
    next_check_on: Mapped[date | None]


class LightRecord(Base):
    """灯色 history: one row for each monthly assessment and each change between."""

    __tablename__ = "lights"
    __table_args__ = (
        UniqueConstraint("project_id", "period", "on_day"),
        Index("ix_lights_project_id", "project_id"),
    )

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    on_day: Mapped[date]
    period: Mapped[str] = mapped_column(String(20), default="")
    colour: Mapped[Light]
    reason: Mapped[Reason]
    rule: Mapped[str] = mapped_column(String(50), default="")
    text: Mapped[str] = mapped_column(Text, default="")
