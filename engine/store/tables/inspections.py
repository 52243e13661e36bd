"""Inspections, their groups, what they found, and the reviews asked for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.inspections import InspectionState
from engine.rules.reviews import ReviewState
from engine.rules.words import InspectionKind
from engine.store.tables.base import Base, Id, key


class Inspection(Base):
    """督查活动: planned, made by a group with a leader within a period, then concluded
    (条例 733, art. 8).

    ``basis`` is the instruction for which a limit of frequency gave way (art. 15); ``handled_by``
    took the last step.
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
    basis: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[str] = mapped_column(String(100), default="")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    concluded_on: Mapped[date | None]
    conclusion: Mapped[str] = mapped_column(Text, default="")


class InspectionMember(Base):
    """督查组: who took part; they may not decide a review of it (条例 733, art. 17).

    ``person_id`` is None for somebody from outside, who is known by name only.
    """

    __tablename__ = "inspection_members"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    leads: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class InspectedProject(Base):
    """The scope of an inspection: what it looks at, and nothing else (条例 733, art. 15)."""

    __tablename__ = "inspected_projects"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)


class Finding(Base):
    """问题: what was found at one item, the rectification that followed, and its last re-check.

    ``due`` is the date first set; the one in force is the rectification's.
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("rectification_id"),
        Index("ix_findings_inspection_id", "inspection_id"),
        CheckConstraint("(rechecked_on IS NULL) = (recheck_passed IS NULL)", "recheck_has_result"),
    )

    id: Id = key()
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    rectification_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    text: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    rechecked_on: Mapped[date | None]
    rechecked_by: Mapped[str] = mapped_column(String(100), default="")
    recheck_passed: Mapped[bool | None]
    recheck: Mapped[str] = mapped_column(Text, default="")


class ReviewRequest(Base):
    """复核: an inspected unit contests a conclusion or a notice (条例 733, art. 17).

    ``received_on`` is the day on which it received what it contests; ``decide_by`` the last day
    for the decision. ``decided_by`` is, of a request that was withdrawn, who withdrew it.
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
