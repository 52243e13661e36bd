"""The journal, the heads of its chains, and the checkpoints over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.base import Base, Id, key


class JournalEvent(Base):
    """督办日志: append-only. Each chain (a project, or a part of the engine) is hash-linked."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Id = key()
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The last event of each chain, and how far the checkpoints have covered it."""

    __tablename__ = "journal_heads"
    __table_args__ = (
        Index(
            "ix_journal_heads_moved",
            "chain",
            sqlite_where=text("seq > checkpointed_seq"),
            postgresql_where=text("seq > checkpointed_seq"),
        ),
    )

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    checkpointed_seq: Mapped[int] = mapped_column(default=0)


class Checkpoint(Base):
    """The heads that moved since the last checkpoint, hash-linked to it."""

    __tablename__ = "checkpoints"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    heads: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
