"""What the people's congress handed over, and how it judged the result."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.congress import Satisfaction
from engine.store.tables.base import Base


class CongressOpinion(Base):
    """审议意见: the item ``project_id`` stands for it; its problems are that item's parts.

    ``satisfaction`` is how the report heard on ``held_on`` was voted on, where it was.
    (监督法 2024 第十七条: handled, and reported back in writing.)
    """

    __tablename__ = "congress_opinions"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    body: Mapped[str] = mapped_column(String(200))
    session: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100))
    held_on: Mapped[date]
    satisfaction: Mapped[Satisfaction | None]
    votes: Mapped[str] = mapped_column(String(200), default="")


class OpinionReport(Base):
    """办理情况报告: a written report back on an opinion, and how it was evaluated.

    Who reported what and when stands in the request for completion that it is. ``unfinished``
    says of each problem still open why. A report found wanting is followed by another.
    """

    __tablename__ = "opinion_reports"
    __table_args__ = (
        CheckConstraint("(satisfaction IS NULL) = (evaluated_on IS NULL)", "evaluated_has_date"),
    )

    completion_id: Mapped[int] = mapped_column(
        ForeignKey("completion_requests.id"), primary_key=True
    )
    document: Mapped[str] = mapped_column(String(100))
    unfinished: Mapped[dict[str, Any]] = mapped_column(default=dict)
    satisfaction: Mapped[Satisfaction | None]
    evaluated_on: Mapped[date | None]
    evaluated_by: Mapped[str] = mapped_column(String(100), default="")
    votes: Mapped[str] = mapped_column(Text, default="")
