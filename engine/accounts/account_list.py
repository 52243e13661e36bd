"""The accounts as a list shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.tables import Account, AccountSession, Person, Post, Unit


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account. ``used_at``: when it was last used, as far as its sessions tell."""

    login: str
    name: str
    unit: str
    chief: bool
    administrator: bool
    auditor: bool
    must_change: bool
    disabled: bool
    locked_until: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A person who holds a post and has no account."""

    person_id: int
    name: str
    unit: str


def account_lines(session: Session) -> list[AccountLine]:
    """All accounts, by unit and name; those of nobody in the roster first."""
    used = (
        select(AccountSession.account_id, func.max(AccountSession.seen_at).label("at"))
        .group_by(AccountSession.account_id)
        .subquery()
    )
    query = (
        select(Account, Unit.name, used.c.at)
        .outerjoin(Person, Account.person_id == Person.id)
        .outerjoin(Unit, Person.unit_id == Unit.id)
        .outerjoin(used, used.c.account_id == Account.id)
        .order_by(Person.unit_id.is_not(None), Person.unit_id, Account.id)
    )
    return [
        AccountLine(
            account.login,
            account.name,
            unit or "",
            account.is_chief,
            account.is_administrator,
            account.is_auditor,
            account.must_change,
            account.disabled_at is not None,
            account.locked_until,
            at,
        )
        for account, unit, at in session.execute(query)
    ]


def unserved(session: Session) -> list[Unserved]:
    """Who holds a post and cannot sign in, by unit."""
    query = (
        select(Person.id, Person.name, Unit.name)
        .join(Unit, Person.unit_id == Unit.id)
        .where(
            select(Post.id)
            .where((Post.holder_id == Person.id) | (Post.deputy_id == Person.id))
            .exists(),
            ~select(Account.id).where(Account.person_id == Person.id).exists(),
        )
        .order_by(Unit.id, Person.id)
    )
    return [Unserved(*row) for row in session.execute(query)]
