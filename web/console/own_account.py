"""我的账号: one's sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field

from engine.accounts import tokens
from engine.accounts.sessions import SessionLine, revoke, session_lines
from engine.accounts.tokens import Scope, TokenLine, TokenRefused
from web.access import EVERYBODY, Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, Line, Nothing
from web.console.visit import Visit

HERE = "/me"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What one's account is, from where it is used, and by which programs."""

    login: str
    name: str
    posts: tuple[str, ...]
    roles: tuple[str, ...]
    sessions: list[SessionLine]
    this_session: int | None
    tokens: list[TokenLine]


class NewToken(Given):
    """A token to be issued."""

    name: Line = Field(title="给哪个程序用")
    scopes: list[Scope] = Field(title="范围", min_length=1)
    last_day: date = Field(title="有效期至", description="最长一年")


def own_account(visit: Visit, _: Nothing) -> OwnAccount:
    """One's own account."""
    asker = visit.asker
    return OwnAccount(
        login=asker.login,
        name=asker.name,
        posts=tuple(asker.units.values()),
        roles=tuple(role.label for role in Role if role in asker.roles),
        sessions=session_lines(visit.session, visit.at, asker.account_id),
        this_session=asker.session_id,
        tokens=tokens.token_lines(visit.session, asker.account_id),
    )


def issue_token(visit: Visit, given: NewToken) -> Done:
    """Issue a token for oneself; a program cannot."""
    if visit.asker.session_id is None:
        raise TokenRefused("令牌只能在工作台领取")
    secret = tokens.issue(
        visit.desk, visit.asker.account_id, given.name, given.scopes, given.last_day
    )
    return Done("令牌已发放，只显示这一次，请立即存好", HERE, secret=secret)


def revoke_token(visit: Visit, _: Nothing, number: int) -> Done:
    """Revoke one of one's tokens."""
    tokens.revoke(visit.desk, number, visit.asker.account_id)
    return Done("令牌已注销", HERE)


def end_session(visit: Visit, _: Nothing, number: int) -> Done:
    """Sign another of one's browsers out."""
    ended = revoke(visit.desk, number, visit.asker.account_id)
    return Done("这处登录已退出" if ended else "这处登录早已结束", HERE)


def _offer_token(visit: Visit) -> Offer:
    return Offer(values={"scopes": [Scope.READ], "last_day": visit.day + timedelta(days=180)})


PAGES = (
    Page("me", HERE, "我的账号", EVERYBODY, own_account, "own_account.html", menu=Menu.SYSTEM),
)
ACTS = (
    Act(
        "token-issue",
        "/me/tokens",
        "领取接口令牌",
        EVERYBODY,
        issue_token,
        NewToken,
        about="程序凭令牌以您的身份查看和办理，权限不超过您的账号。",
        offer=_offer_token,
        back=HERE,
    ),
    Act(
        "token-revoke",
        "/me/tokens/{number}/revoke",
        "注销令牌",
        EVERYBODY,
        revoke_token,
        about="注销后，使用这个令牌的程序立即不能再访问。",
        back=HERE,
        is_grave=True,
    ),
    Act(
        "session-end",
        "/me/sessions/{number}/end",
        "退出这处登录",
        EVERYBODY,
        end_session,
        back=HERE,
    ),
)
