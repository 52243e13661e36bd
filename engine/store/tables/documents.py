"""Documents that were made of notices, and the templates that an office has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.rules.documents import DocumentKind
from engine.store.tables.base import Base, Id, key


class Document(Base):
    """公文: one for each notice that became one. ``code`` is printed on it (一事一码); ``content``
    is all that it says, so that a repeat says the same whatever becomes of templates and names, and
    a copy can be confirmed or refuted word for word; ``digest`` is the SHA-256 of its text.
    """

    __tablename__ = "documents"

    id: Id = key()
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), unique=True)
    kind: Mapped[DocumentKind]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class TemplateVersion(Base):
    """A template as an office changed it; the highest number is in force. Without ``source`` the
    one that was shipped is in force again. ``fault`` is why it first failed on a letter, which then
    went out in the shipped words; empty as long as it has not.
    """

    __tablename__ = "template_versions"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    fault: Mapped[str] = mapped_column(Text, default="")
