"""Accounts: opened, appointed, given a new password, disabled. Each of these is journalled.

What an account may do in supervision follows from its person's posts. Who may keep accounts is
decided where the request comes in: the console asks for an administrator, the command line for
access to the machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.accounts.passwords import (
    check_strength,
    hashed,
    hashed_one_time,
    matches,
    one_time,
)
from engine.accounts.sessions import revoke_all
from engine.desk.desk import Desk
from engine.errors import DubanError
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.tables import Account, Person, Unit

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}|[\u4e00-\u9fff·]{2,20}")


class AccountRefused(DubanError):
    """账号不能这样办理。"""


class AccountUnknown(DubanError):
    """没有这个账号。"""


@dataclass(frozen=True, slots=True)
class Appointments:
    """What no post says of an account."""

    chief: bool = False
    administrator: bool = False
    auditor: bool = False

    @property
    def words(self) -> list[str]:
        """As the journal tells them."""
        said = {"督查室主任": self.chief, "管理员": self.administrator, "审计员": self.auditor}
        return [word for word, given in said.items() if given]


NONE = Appointments()


def open_account(
    desk: Desk,
    login: str,
    by: str,
    *,
    person_id: int | None = None,
    appointed: Appointments = NONE,
    kept: str = "",
) -> tuple[Account, str]:
    """Open an account.

    Args:
        person_id: whose it is; without one it does nothing in supervision.
        kept: the hash of a password chosen already.

    Returns:
        The account, and the password to begin with, which is told once and kept nowhere.

    Raises:
        AccountRefused: the name is taken or cannot be typed, or the person has an account.
    """
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise AccountRefused(f"“{login}”不能作账号：请用小写字母、数字、点和连字符，或2至20个汉字")
    if desk.session.scalar(select(Account.id).where(Account.login == login)):
        raise AccountRefused(f"账号“{login}”已经有人使用，请换一个")
    password = "" if kept else one_time()
    account = Account(
        login=login,
        name=_name_for(desk, person_id) or login,
        person_id=person_id,
        password=kept or hashed_one_time(password),
        must_change=True,
        opened_at=desk.at,
        is_chief=appointed.chief,
        is_administrator=appointed.administrator,
        is_auditor=appointed.auditor,
    )
    desk.session.add(account)
    desk.session.flush()
    _record(desk, EventKind.ACCOUNT_OPENED, account, by, roles=appointed.words)
    return account, password


def appoint(desk: Desk, login: str, appointed: Appointments, by: str) -> Account:
    """Appoint an account, in the place of all that it was appointed to.

    Raises:
        AccountUnknown: there is no such account.
        AccountRefused: no administrator would be left.
    """
    account = find_account(desk, login)
    if account.is_administrator and not appointed.administrator:
        _keep_one_administrator(desk, account)
    account.is_chief = appointed.chief
    account.is_administrator = appointed.administrator
    account.is_auditor = appointed.auditor
    _record(desk, EventKind.ACCOUNT_APPOINTED, account, by, roles=appointed.words)
    return account


def reset_password(desk: Desk, login: str, by: str) -> str:
    """Give an account a new password to begin with; its sessions end.

    Raises:
        AccountUnknown: there is no such account.
    """
    account, password = find_account(desk, login), one_time()
    account.password, account.must_change = hashed_one_time(password), True
    account.failures, account.locked_until = 0, None
    revoke_all(desk, account.id)
    _record(desk, EventKind.ACCOUNT_RESET, account, by)
    return password


def change_password(desk: Desk, account_id: int, old: str, new: str) -> None:
    """Change one's own password; one's sessions end, but for the caller to open a new one.

    Raises:
        AccountRefused: the old one is wrong, or the new one is the old one.
        PasswordWeak: the new one is too easy to guess.
    """
    account = desk.session.get_one(Account, account_id)
    if not matches(account.password, old):
        raise AccountRefused("原密码不对")
    if old == new:
        raise AccountRefused("新密码不能与原密码相同")
    check_strength(new, account.login, account.name)
    account.password, account.must_change = hashed(new), False
    revoke_all(desk, account.id)


def disable(desk: Desk, login: str, by: str) -> None:
    """Let nobody in by this account; its sessions end.

    Raises:
        AccountUnknown: there is no such account.
        AccountRefused: it is disabled, or no administrator would be left.
    """
    account = find_account(desk, login)
    if account.disabled_at:
        raise AccountRefused(f"账号“{login}”已经停用")
    if account.is_administrator:
        _keep_one_administrator(desk, account)
    account.disabled_at = desk.at
    revoke_all(desk, account.id)
    _record(desk, EventKind.ACCOUNT_DISABLED, account, by)


def enable(desk: Desk, login: str, by: str) -> None:
    """Let an account in again.

    Raises:
        AccountUnknown: there is no such account.
        AccountRefused: it is not disabled.
    """
    account = find_account(desk, login)
    if not account.disabled_at:
        raise AccountRefused(f"账号“{login}”没有停用")
    account.disabled_at, account.failures, account.locked_until = None, 0, None
    _record(desk, EventKind.ACCOUNT_ENABLED, account, by)


def account_of_subject(desk: Desk, subject: str, name: str) -> Account:
    """The account of somebody whom the city's directory vouches for. At the first time it is the
    one that bears their name there, which belongs to nobody else of the directory. A password that
    was given them to begin with, and that they never changed, is then no password any more.

    Raises:
        AccountUnknown: nobody has opened an account for them, or it is disabled.
    """
    known = select(Account).where(Account.subject == subject)
    account = desk.session.scalars(known).one_or_none()
    if account is None:
        named = select(Account).where(Account.login == name, Account.subject.is_(None))
        account = desk.session.scalars(named.with_for_update()).one_or_none()
        if account is not None:
            account.subject = subject
    if account is None or account.disabled_at:
        raise AccountUnknown("您还没有督办系统的账号，请联系管理员开通")
    if account.must_change:
        account.password, account.must_change = "", False
    return account


def find_account(desk: Desk, login: str) -> Account:
    """The account of this name.

    Raises:
        AccountUnknown: there is none.
    """
    query = select(Account).where(Account.login == login.strip().lower())
    account = desk.session.scalars(query).one_or_none()
    if account is None:
        raise AccountUnknown(f"没有账号“{login}”")
    return account


def _name_for(desk: Desk, person_id: int | None) -> str:
    if person_id is None:
        return ""
    if desk.session.scalar(select(Account.id).where(Account.person_id == person_id)):
        raise AccountRefused("这个人已经有账号")
    query = select(Person.name).join(Unit, Person.unit_id == Unit.id)
    name = desk.session.scalar(query.where(Person.id == person_id))
    if name is None:
        raise AccountRefused("通讯录中没有这个人，请从名单中选择")
    return name


def _keep_one_administrator(desk: Desk, leaving: Account) -> None:
    others = select(Account.id).where(
        Account.is_administrator, Account.disabled_at.is_(None), Account.id != leaving.id
    )
    if desk.session.scalars(others.with_for_update()).first() is None:
        raise AccountRefused("这是最后一个管理员账号，请先任命另一个管理员")


def _record(desk: Desk, kind: EventKind, account: Account, by: str, **more: Any) -> None:
    data = {"account": account.login, "person": account.name, **more}
    append(desk.session, [Event(ENGINE_CHAIN, kind, desk.at, by, data)])
