"""接口令牌: a program acts for an account with no more than its scopes, until a last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_urlsafe

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.accounts.sessions import OF_ACCOUNT, digest_of
from engine.desk.desk import Desk
from engine.errors import DubanError
from engine.rules.words import Word
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Account, ApiToken

PREFIX = "duban_"
LONGEST = timedelta(days=366)


class Scope(Word):
    """What a token is good for."""

    READ = "read", "查看"
    WRITE = "write", "办理"


class TokenRefused(DubanError):
    """令牌不能这样发放。"""


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a list shows it."""

    number: int
    name: str
    scopes: tuple[str, ...]
    last_day: date
    login: str


def issue(desk: Desk, account_id: int, name: str, scopes: Sequence[Scope], last_day: date) -> str:
    """Issue a token for an account; it is told once.

    Raises:
        TokenRefused: it has no name or no scope, or its last day is past or too far.
    """
    if not name.strip() or not scopes:
        raise TokenRefused("请写明令牌给哪个程序用，并至少选一个范围")
    if not desk.day <= last_day <= desk.day + LONGEST:
        raise TokenRefused("有效期须在今天之后的一年以内")
    account = desk.session.get_one(Account, account_id)
    token = PREFIX + token_urlsafe(32)
    row = ApiToken(
        account_id=account_id,
        name=name.strip(),
        digest=digest_of(token),
        scopes=[scope.value for scope in scopes],
        issued_at=desk.at,
        last_day=last_day,
    )
    desk.session.add(row)
    data = {"account": account.login, "name": row.name, "scopes": [s.label for s in scopes]}
    append(
        desk.session,
        [Event(ENGINE_CHAIN, EventKind.TOKEN_ISSUED, desk.at, account.name, data)],
    )
    return token


def revoke(desk: Desk, number: int, account_id: int) -> None:
    """Let a token of an account open nothing any more.

    Raises:
        TokenRefused: the account has no such token.
    """
    row = desk.session.get(ApiToken, number)
    if row is None or row.account_id != account_id or row.revoked_at:
        raise TokenRefused("没有这个令牌，或者已经注销")
    row.revoked_at = desk.at
    account = desk.session.get_one(Account, account_id)
    data = {"account": account.login, "name": row.name}
    append(
        desk.session,
        [Event(ENGINE_CHAIN, EventKind.TOKEN_REVOKED, desk.at, account.name, data)],
    )


def token_of(session: Session, token: str, day: date) -> Found | None:
    """Whose token this is, as ``sessions.signed_in`` tells it, with its ``scopes``; None when it
    opens nothing."""
    if not token.startswith(PREFIX):
        return None
    return rows(session, _OPENING, digest=digest_of(token), day=day).one_or_none()


def token_lines(session: Session, account_id: int) -> list[TokenLine]:
    """The tokens of an account that open something."""
    query = (
        select(ApiToken.id, ApiToken.name, ApiToken.scopes, ApiToken.last_day, Account.login)
        .join(Account, ApiToken.account_id == Account.id)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id)
    )
    return [
        TokenLine(number, name, tuple(scopes), last_day, login)
        for number, name, scopes, last_day, login in session.execute(query)
    ]


_ACCOUNT, _TOKEN = table_of(Account).c, table_of(ApiToken).c

_OPENING = (
    select(
        _TOKEN.id,
        _TOKEN.scopes,
        *OF_ACCOUNT,
    )
    .join_from(table_of(ApiToken), table_of(Account), _TOKEN.account_id == _ACCOUNT.id)
    .where(
        _TOKEN.digest == bindparam("digest"),
        _TOKEN.revoked_at.is_(None),
        _TOKEN.last_day >= bindparam("day"),
        _ACCOUNT.disabled_at.is_(None),
    )
)
