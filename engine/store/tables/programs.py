"""A year's list, its batches, and the proposals and meetings it came from."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.proposals import ProposalChannel, ProposalState, Succession
from engine.store.tables.base import Base, Id, key


class Program(Base):
    """年度清单: one year's list and the decision that adopted it.

    ``layout`` is how the ledger was laid out when it was imported, so that it goes out alike.
    """

    __tablename__ = "programs"
    __table_args__ = (UniqueConstraint("year", "title"),)

    id: Id = key()
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text)
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def name(self) -> str:
        """The list as papers speak of it: 2023年度民生实事, without 台账 or 清单 behind."""
        return re.sub(r"(办理情况|办理)?(台账|清单|一览表)$", "", self.title)


class Batch(Base):
    """批次: a part of the list with the decision that adopted it (条例 733, art. 11).

    ``document`` and ``approver`` are empty and ``approved_on`` is not set only for a list that was
    registered before they were asked for.
    """

    __tablename__ = "batches"

    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issuer: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(100))
    approver: Mapped[str] = mapped_column(String(200))
    approved_on: Mapped[date | None]


class Proposal(Base):
    """建议: what people asked for, on its way to the list of ``year`` (点单)."""

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("year", "channel", "received_on", "title", "proposer"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", "merged_has_goal"),
        CheckConstraint("(state = 'adopted') = (project_id IS NOT NULL)", "adopted_has_project"),
        Index("ix_proposals_year_state", "year", "state"),
    )

    id: Id = key()
    year: Mapped[int]
    channel: Mapped[ProposalChannel]
    received_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str] = mapped_column(String(200), default="")
    proposer: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[ProposalState]
    version: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    succession: Mapped[Succession | None]
    feasible: Mapped[bool | None]
    funds: Mapped[Decimal | None]
    opinion: Mapped[str] = mapped_column(Text, default="")
    assessed_by: Mapped[str] = mapped_column(String(100), default="")
    declined_reason: Mapped[str] = mapped_column(Text, default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))


class Meeting(Base):
    """会议: a body that looked at proposals on a day, such as 市政府常务会议."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("body", "title", "held_on"),)

    id: Id = key()
    year: Mapped[int]
    body: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    held_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(100), default="")


class MeetingItem(Base):
    """What a meeting said of one proposal."""

    __tablename__ = "meeting_items"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    passed: Mapped[bool]
    opinion: Mapped[str] = mapped_column(Text, default="")
