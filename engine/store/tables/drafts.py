"""The signing desk: drafts, their versions, and the numbers given at signature."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.numbering import DocumentNo
from engine.store.tables.base import Base, Id, key


class Draft(Base):
    """拟稿: a notice on its way over the signing desk. What the office changes is kept as versions;
    ``number`` is the latest. ``standing`` is the document that authorised its issue beforehand.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("(checked_by = '') = (checked_at IS NULL)", "check_has_time"),
        CheckConstraint(
            "state NOT IN ('checked', 'signed') OR public IS NOT NULL", "checked_has_attribute"
        ),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    state: Mapped[DraftState] = mapped_column(default=DraftState.WRITTEN)
    number: Mapped[int] = mapped_column(default=0)
    public: Mapped[PublicAttribute | None]
    public_reason: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(String(100), default="")
    checked_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    standing: Mapped[str] = mapped_column(String(200), default="")


class DraftVersion(Base):
    """A version of what the office may change in a draft: title, remark and request."""

    __tablename__ = "draft_versions"

    notice_id: Mapped[int] = mapped_column(ForeignKey("drafts.notice_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    remark: Mapped[str] = mapped_column(Text)
    ask: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class NumberSeries(Base):
    """机关代字 and year, with the number given last; locked while the next is given."""

    __tablename__ = "number_series"

    issuer: Mapped[str] = mapped_column(String(30), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class DocumentNumber(Base):
    """发文字号: given once, in turn, never again; a void one is kept with its reason."""

    __tablename__ = "document_numbers"
    __table_args__ = (
        UniqueConstraint("issuer", "year", "number"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("(voided_at IS NULL) = (voided_by = '')", "void_has_author"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", "void_has_reason"),
    )

    id: Id = key()
    issuer: Mapped[str] = mapped_column(String(30))
    year: Mapped[int]
    number: Mapped[int]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), unique=True)
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(100))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str] = mapped_column(String(100), default="")
    void_reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def text(self) -> str:
        """As it is printed."""
        return DocumentNo(self.issuer, self.year, self.number).text
