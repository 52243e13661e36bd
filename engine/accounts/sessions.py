"""登录: signing in with a password, and what a browser or a program comes with afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.accounts.passwords import matches
from engine.desk.desk import Desk
from engine.errors import DubanError
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Account, AccountSession

IDLE, LONGEST = timedelta(hours=8), timedelta(days=7)
"""A session ends when nobody has used it for so long, and after so long in any case."""
SEEN_EVERY = timedelta(minutes=5)
TRIES, LOCKED = 8, timedelta(minutes=15)
"""After so many wrong passwords nobody tries another for so long."""


class SignInRefused(DubanError):
    """账号或密码不对。"""


@dataclass(frozen=True, slots=True)
class Device:
    """From where somebody signs in."""

    address: str = ""
    browser: str = ""


def digest_of(token: str) -> str:
    """What is kept of a token: enough to know it again, too little to make it."""
    return sha256(token.encode()).hexdigest()


def check_password(desk: Desk, login: str, password: str) -> int | SignInRefused:
    """The account that this password opens, or why it opens none. The tries are counted, so the
    caller commits either way; a refusal is therefore given back and not raised."""
    query = select(Account).where(Account.login == login.strip().lower()).with_for_update()
    account = desk.session.scalars(query).one_or_none()
    if account is not None and account.locked_until and account.locked_until > desk.at:
        return SignInRefused("密码输错次数太多，账号已锁定，请15分钟后再试，或联系管理员")
    fits = matches(account.password if account else "", password)
    if account is None or account.disabled_at:
        return SignInRefused("账号或密码不对，请重新输入")
    if not fits:
        account.failures += 1
        if account.failures >= TRIES:
            account.failures, account.locked_until = 0, desk.at + LOCKED
        return SignInRefused("账号或密码不对，请重新输入")
    account.failures, account.locked_until = 0, None
    return account.id


def open_session(desk: Desk, account_id: int, device: Device) -> str:
    """What a browser comes with from now on; it is told once."""
    token = token_urlsafe(32)
    desk.session.add(
        AccountSession(
            account_id=account_id,
            digest=digest_of(token),
            opened_at=desk.at,
            seen_at=desk.at,
            address=device.address[:64],
            browser=device.browser[:200],
        )
    )
    return token


def signed_in(session: Session, token: str, now: datetime) -> Found | None:
    """Whose session this is: its ``id``, ``seen_at``, ``must_change`` and the ``account_id``,
    ``login``, ``name``, ``person_id``, ``is_chief``, ``is_administrator``, ``is_auditor`` of its
    account; None when it has ended or never was."""
    wanted = {"digest": digest_of(token), "idle": now - IDLE, "oldest": now - LONGEST}
    return rows(session, _SIGNED_IN, **wanted).one_or_none()


def note_use(desk: Desk, session_id: int) -> None:
    """Somebody uses the session."""
    query = update(AccountSession).where(AccountSession.id == session_id)
    desk.session.execute(query.values(seen_at=desk.at))


def revoke(desk: Desk, session_id: int, account_id: int | None = None) -> bool:
    """End a session, of this account where one is given; whether there was one to end."""
    query = (
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.revoked_at.is_(None))
        .values(revoked_at=desk.at)
        .returning(AccountSession.id)
    )
    if account_id is not None:
        query = query.where(AccountSession.account_id == account_id)
    return desk.session.scalar(query) is not None


def revoke_all(desk: Desk, account_id: int) -> None:
    """End all sessions of an account."""
    desk.session.execute(
        update(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None))
        .values(revoked_at=desk.at)
    )


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as a list shows it."""

    number: int
    login: str
    name: str
    opened_at: datetime
    seen_at: datetime
    address: str
    browser: str


def session_lines(
    session: Session, now: datetime, account_id: int | None = None
) -> list[SessionLine]:
    """The sessions that have not ended, the last used first; of one account, or of all."""
    query = (
        select(
            AccountSession.id,
            Account.login,
            Account.name,
            AccountSession.opened_at,
            AccountSession.seen_at,
            AccountSession.address,
            AccountSession.browser,
        )
        .join(Account, AccountSession.account_id == Account.id)
        .where(AccountSession.revoked_at.is_(None))
        .where(AccountSession.seen_at > now - IDLE, AccountSession.opened_at > now - LONGEST)
        .order_by(AccountSession.seen_at.desc(), AccountSession.id)
    )
    if account_id is not None:
        query = query.where(AccountSession.account_id == account_id)
    return [SessionLine(*row) for row in session.execute(query)]


_ACCOUNT, _SESSION = table_of(Account).c, table_of(AccountSession).c

OF_ACCOUNT = (
    _ACCOUNT.must_change,
    _ACCOUNT.id.label("account_id"),
    _ACCOUNT.login,
    _ACCOUNT.name,
    _ACCOUNT.person_id,
    _ACCOUNT.is_chief,
    _ACCOUNT.is_administrator,
    _ACCOUNT.is_auditor,
)
"""What is asked of an account, by whatever way somebody comes."""

_SIGNED_IN = (
    select(
        _SESSION.id,
        _SESSION.seen_at,
        *OF_ACCOUNT,
    )
    .join_from(table_of(AccountSession), table_of(Account), _SESSION.account_id == _ACCOUNT.id)
    .where(
        _SESSION.digest == bindparam("digest"),
        _SESSION.revoked_at.is_(None),
        _SESSION.seen_at > bindparam("idle"),
        _SESSION.opened_at > bindparam("oldest"),
        _ACCOUNT.disabled_at.is_(None),
    )
)
