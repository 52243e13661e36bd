"""What the people's congress handed over, and how it judged the result."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.congress import Satisfaction
from engine.store.tables.base import Base


class CongressOpinion(Base):
    """审议意见: the item ``project_id`` stands for it; its problems are that item's parts.

    (监督法 2024 第十七条: handled, and reported back in writing.)
    """

    __tablename__ = "congress_opinions"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    body: Mapped[str] = mapped_column(String(200))
    session: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100), default="")
    held_on: Mapped[date]
    reported_on: Mapped[date | None]
    report_document: Mapped[str] = mapped_column(String(100), default="")
    report: Mapped[str] = mapped_column(Text, default="")
    satisfaction: Mapped[Satisfaction | None]
    evaluated_on: Mapped[date | None]
    votes: Mapped[str] = mapped_column(String(200), default="")
