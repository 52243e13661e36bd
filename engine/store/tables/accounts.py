"""Who signs in to the console, from where, and by which tokens programs come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.base import Base, Id, key


class Account(Base):
    """账号. What a person may do in supervision follows from their posts; only what no post says is
    appointed here: head of the office, administrator, auditor.

    Attributes:
        person_id: whom it is for; None for one that belongs to nobody of the roster.
        password: an argon2 hash; empty where one signs in by the city's own directory only.
        subject: who they are in that directory (OpenID Connect).
        failures: wrong passwords since the last right one.
        locked_until: until then no password is looked at.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("login"),
        UniqueConstraint("person_id"),
        UniqueConstraint("subject"),
    )

    id: Id = key()
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(50))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    password: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str | None] = mapped_column(String(255))
    is_chief: Mapped[bool] = mapped_column(default=False)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_auditor: Mapped[bool] = mapped_column(default=False)
    must_change: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class AccountSession(Base):
    """登录: a browser that has signed in. Only the digest of what it holds is kept."""

    __tablename__ = "account_sessions"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_account_sessions_account_id", "account_id"),
    )

    id: Id = key()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")


class ApiToken(Base):
    """接口令牌: by which a program acts for an account, within some scopes. Only its digest is
    kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_api_tokens_account_id", "account_id"),
    )

    id: Id = key()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    issued_at: Mapped[datetime]
    last_day: Mapped[date]
    revoked_at: Mapped[datetime | None]


class ApiAnswer(Base):
    """幂等键: what a request was answered. Sent again under the same key, by one who does not know
    whether it arrived, it is answered the same and does nothing."""

    __tablename__ = "api_answers"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Id = key()
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(String(100))
    request: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
