"""The journal, the heads of its chains, and the checkpoints over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from engine.store.tables.base import Base, Id, key


class ToldReason(FunctionElement[str]):
    """The reason that an event tells, spelt exactly as the index on it: a path that is bound to a
    statement would not be found in the index."""

    inherit_cache = True
    type = String()


@compiles(ToldReason, "sqlite")
def _in_sqlite(element: ToldReason, compiler: Any, **how: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **how)}, '$.reason')"


@compiles(ToldReason, "postgresql")
def _in_postgresql(element: ToldReason, compiler: Any, **how: Any) -> str:
    return f"({compiler.process(element.clauses, **how)} ->> 'reason')"


IS_REASONED = text(
    "kind IN ('notice_issued', 'notice_drafted', 'light_changed', 'fell_back', 'letters_held')"
)
"""The events whose reason is one of the closed list. Others tell theirs in words, as long as they
like, which no index could hold."""


class JournalEvent(Base):
    """督办日志: append-only. Each chain (a project, or a part of the engine) is hash-linked."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_journal_at", "at"),
        Index("ix_journal_kind", "kind", "at"),
        Index("ix_journal_actor", "actor", "at"),
    )

    id: Id = key()
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


Index(
    "ix_journal_reason",
    ToldReason(JournalEvent.data),
    JournalEvent.at,
    sqlite_where=IS_REASONED,
    postgresql_where=IS_REASONED,
)


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
