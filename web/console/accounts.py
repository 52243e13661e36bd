"""账号: opened, appointed, reset, disabled, by an administrator."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.accounts import accounts
from engine.accounts.account_list import AccountLine, Unserved, account_lines, unserved
from engine.accounts.accounts import Appointments, find_account
from engine.accounts.sessions import SessionLine, revoke, session_lines
from web.access import Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, Nothing
from web.console.visit import Visit

HERE = "/system/accounts"
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts, who has none, and who is signed in."""

    accounts: list[AccountLine]
    unserved: list[Unserved]
    sessions: list[SessionLine]


class Appointed(Given):
    """What no post says of an account."""

    chief: bool = Field(False, title="督查室主任", description="须有督查室岗位才生效")
    administrator: bool = Field(False, title="管理员", description="管账号、系统和日志")
    auditor: bool = Field(False, title="审计员", description="只看督办日志")

    @property
    def appointments(self) -> Appointments:
        return Appointments(self.chief, self.administrator, self.auditor)


class NewAccount(Appointed):
    """An account to be opened."""

    login: Line = Field(title="账号", description="小写字母、数字，或2至20个汉字")
    person_id: int | None = Field(
        None, title="人员", description="通讯录中有岗位、没有账号的人；只管系统的账号可不选"
    )


class NewAccounts(Given):
    """Persons for each of whom an account is to be opened."""

    person_ids: list[int] = Field(title="人员", min_length=1, max_length=500)


def show(visit: Visit, _: Nothing) -> Accounts:
    """All accounts."""
    session = visit.session
    return Accounts(account_lines(session), unserved(session), session_lines(session, visit.at))


def open_one(visit: Visit, given: NewAccount) -> Done:
    """Open an account."""
    account, password = accounts.open_account(
        visit.desk,
        given.login,
        visit.asker.name,
        person_id=given.person_id,
        appointed=given.appointments,
    )
    return Done(f"账号“{account.login}”已开通，初始密码只显示这一次", HERE, secret=password)


def open_many(visit: Visit, given: NewAccounts) -> Done:
    """Open an account for each of many persons, called by their names."""
    waiting = {one.person_id: one for one in unserved(visit.session)}
    taken = {line.login for line in account_lines(visit.session)}
    told = []
    for number in dict.fromkeys(given.person_ids):
        person = waiting.get(number)
        login = _free(person.name if person else "", taken)
        taken.add(login)
        _, password = accounts.open_account(visit.desk, login, visit.asker.name, person_id=number)
        told.append(f"{person.unit if person else ''}　{login}　{password}")
    return Done(
        f"已开通{len(told)}个账号，初始密码只显示这一次，请打印后分发", HERE, secret="\n".join(told)
    )


def _free(name: str, taken: set[str]) -> str:
    """A login like the name that nobody has."""
    if name not in taken and accounts.LOGIN.fullmatch(name):
        return name
    return next(login for n in range(1, 10_000) if (login := f"user{n}") not in taken)


def appoint(visit: Visit, given: Appointed, login: str) -> Done:
    """Appoint an account."""
    accounts.appoint(visit.desk, login, given.appointments, visit.asker.name)
    return Done(f"账号“{login}”的授权已更改", HERE)


def reset(visit: Visit, _: Nothing, login: str) -> Done:
    """Give an account a new password to begin with."""
    password = accounts.reset_password(visit.desk, login, visit.asker.name)
    return Done(f"账号“{login}”的密码已重置，新密码只显示这一次", HERE, secret=password)


def disable(visit: Visit, _: Nothing, login: str) -> Done:
    """Let nobody in by an account."""
    accounts.disable(visit.desk, login, visit.asker.name)
    return Done(f"账号“{login}”已停用", HERE)


def enable(visit: Visit, _: Nothing, login: str) -> Done:
    """Let an account in again."""
    accounts.enable(visit.desk, login, visit.asker.name)
    return Done(f"账号“{login}”已启用", HERE)


def end_session(visit: Visit, _: Nothing, number: int) -> Done:
    """Sign a browser of anybody's out."""
    ended = revoke(visit.desk, number)
    return Done("这处登录已退出" if ended else "这处登录早已结束", HERE)


def _offer_people(visit: Visit) -> Offer:
    people = unserved(visit.session)
    choices = [Choice(str(one.person_id), f"{one.unit} {one.name}") for one in people]
    return Offer(choices={"person_id": choices, "person_ids": choices})


def _offer_appointed(visit: Visit, login: str) -> Offer:
    account = find_account(visit.desk, login)
    return Offer(
        values={
            "chief": account.is_chief,
            "administrator": account.is_administrator,
            "auditor": account.is_auditor,
        },
        facts=[("账号", account.login), ("姓名", account.name)],
    )


PAGES = (Page("accounts", HERE, "账号", ADMINISTRATORS, show, "accounts.html", menu=Menu.SYSTEM),)
ACTS = (
    Act(
        "account-open",
        "/system/accounts/open",
        "开通账号",
        ADMINISTRATORS,
        open_one,
        NewAccount,
        about="能看什么、能办什么，由此人的岗位决定；岗位没有写的，在下面授权。",
        offer=_offer_people,
        back=HERE,
    ),
    Act(
        "accounts-open",
        "/system/accounts/open-many",
        "成批开通账号",
        ADMINISTRATORS,
        open_many,
        NewAccounts,
        about="以姓名作账号，每人一个初始密码，第一次登录须修改。",
        offer=_offer_people,
        back=HERE,
    ),
    Act(
        "account-appoint",
        "/system/accounts/{login}/appoint",
        "账号授权",
        ADMINISTRATORS,
        appoint,
        Appointed,
        offer=_offer_appointed,
        back=HERE,
    ),
    Act(
        "account-reset",
        "/system/accounts/{login}/reset",
        "重置密码",
        ADMINISTRATORS,
        reset,
        about="原密码立即失效，各处登录全部退出；新密码只显示一次，请当面或用电话告知本人。",
        back=HERE,
        is_grave=True,
    ),
    Act(
        "account-disable",
        "/system/accounts/{login}/disable",
        "停用账号",
        ADMINISTRATORS,
        disable,
        about="停用后不能登录，各处登录立即退出；办过的事、日志都不变。",
        back=HERE,
        is_grave=True,
    ),
    Act(
        "account-enable",
        "/system/accounts/{login}/enable",
        "启用账号",
        ADMINISTRATORS,
        enable,
        back=HERE,
    ),
    Act(
        "account-session-end",
        "/system/sessions/{number}/end",
        "退出此人的登录",
        ADMINISTRATORS,
        end_session,
        back=HERE,
    ),
)
