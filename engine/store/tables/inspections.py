"""Inspections, their groups, what they found, and the reviews asked for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.inspections import InspectionState
from engine.rules.reviews import ReviewState
from engine.rules.words import InspectionKind
from engine.store.tables.base import Base, Id, key


class Inspection(Base):
    """督查活动: planned, made by a group with a leader within a period, then concluded
    (条例 733, art. 8).
    """

    __tablename__ = "inspections"

    id: Id = key()
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    kind: Mapped[InspectionKind]
    state: Mapped[InspectionState]
    title: Mapped[str] = mapped_column(String(300))
    leader: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    concluded_on: Mapped[date | None]
    conclusion: Mapped[str] = mapped_column(Text, default="")


class InspectionMember(Base):
    """督查组: who took part; they may not decide a review of it (条例 733, art. 17)."""

    __tablename__ = "inspection_members"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    leads: Mapped[bool] = mapped_column(default=False)


class InspectedProject(Base):
    """What an inspection looked at, what it found, and the rectification that followed."""

    __tablename__ = "inspected_projects"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    finding: Mapped[str] = mapped_column(Text, default="")
    rectification_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))


class ReviewRequest(Base):
    """复核: an inspected unit contests a conclusion or a notice (条例 733, art. 17).

    ``received_on`` is the day on which it received what it contests; ``decide_by`` the last day
    for the decision.
    """

    __tablename__ = "review_requests"
    __table_args__ = (Index("ix_review_requests_project_id", "project_id", "state"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    received_on: Mapped[date]
    requested_on: Mapped[date]
    requested_by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ReviewState]
    decide_by: Mapped[date]
    decided_on: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decision: Mapped[str] = mapped_column(Text, default="")
