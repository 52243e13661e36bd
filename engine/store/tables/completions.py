"""Requests for completion, and how they were verified."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.completion import CompletionState, VerificationMethod
from engine.rules.words import Timeliness
from engine.store.tables.base import Base, Id, key


class CompletionRequest(Base):
    """办结申请: what the unit states, and what the office found when it looked.

    ``timeliness`` is the class that this completion had, also when a re-check overturned it on
    ``overturned_on``. The written report on an opinion of the congress is its request, too.
    """

    __tablename__ = "completion_requests"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Id = key()
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    requested_on: Mapped[date]
    requested_by: Mapped[str] = mapped_column(String(100))
    requester_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    statement: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[CompletionState]
    method: Mapped[VerificationMethod | None]
    verified_on: Mapped[date | None]
    verified_by: Mapped[str] = mapped_column(String(100), default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    timeliness: Mapped[Timeliness | None]
    overturned_on: Mapped[date | None]
    overturned_for: Mapped[str] = mapped_column(Text, default="")


class TargetProof(Base):
    """What proves one target: words, and perhaps a file among the evidence."""

    __tablename__ = "target_proofs"

    completion_id: Mapped[int] = mapped_column(
        ForeignKey("completion_requests.id"), primary_key=True
    )
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
