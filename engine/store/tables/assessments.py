"""The yearly assessment of units, each point with the event it rests on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.assessments import AssessmentState, ObjectionState
from engine.store.tables.base import Base, Id, key


class ScoringVersion(Base):
    """A table of scores as it was used, by the hash of its content."""

    __tablename__ = "scoring_versions"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class Assessment(Base):
    """考核: the score of a unit on one list; never of a person, never in an order of merit.

    ``object_by`` is the last day for an objection, as the unit was told with the score.
    """

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("program_id", "unit_id", "version"),)

    id: Id = key()
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    version: Mapped[int]
    scoring_version: Mapped[str] = mapped_column(ForeignKey("scoring_versions.version"))
    as_of: Mapped[date]
    total: Mapped[Decimal]
    state: Mapped[AssessmentState]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(100))
    published_on: Mapped[date | None]
    object_by: Mapped[date | None]


class ScoreLine(Base):
    """得分项: points given or taken, and the journal event they rest on (None for the base)."""

    __tablename__ = "score_lines"
    __table_args__ = (Index("ix_score_lines_assessment_id", "assessment_id"),)

    id: Id = key()
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    item: Mapped[str] = mapped_column(String(50))
    points: Mapped[Decimal]
    text: Mapped[str] = mapped_column(Text)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"))


class AssessmentObjection(Base):
    """异议: a unit contests its score, or one line of it."""

    __tablename__ = "assessment_objections"
    __table_args__ = (Index("ix_assessment_objections_assessment_id", "assessment_id"),)

    id: Id = key()
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("score_lines.id"))
    reason: Mapped[str] = mapped_column(Text)
    filed_on: Mapped[date]
    filed_by: Mapped[str] = mapped_column(String(100))
    state: Mapped[ObjectionState]
    decided_on: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decision: Mapped[str] = mapped_column(Text, default="")
