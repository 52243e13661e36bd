"""账号: ``duban user list``, ``add``, ``appoint``, ``reset``, ``disable``, ``enable``.

Whoever may run commands on this machine may do all of these: it is the way back in when every
administrator has lost their password.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson

MACHINE = "本机命令"
"""Who acts, as the journal tells it, where nobody is named."""

Login = Annotated[str, typer.Argument(metavar="账号", help="登录用的名称", show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="姓名", help="谁办的，记入日志")]
Chief = Annotated[bool, typer.Option("--chief", help="督查室主任（须有督查室岗位才生效）")]
Administrator = Annotated[bool, typer.Option("--administrator", help="管理员：管账号、系统、日志")]
Auditor = Annotated[bool, typer.Option("--auditor", help="审计员：只看督办日志")]


def list_(as_json: AsJson = False) -> None:
    """列出账号：谁的，有什么授权，是否停用；以及有岗位而没有账号的人。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts.account_list import AccountLine, account_lines, unserved
        from engine.rules.zone import ZONE

        def state(line: AccountLine) -> str:
            if line.disabled:
                return "已停用"
            if line.locked_until and line.locked_until > at.at:
                return "已锁定"
            return "未改初始密码" if line.must_change else "正常"

        lines, without = account_lines(at.session), unserved(at.session)
        answer.table(
            ("账号", "姓名", "单位", "授权", "状态", "最近使用"),
            [
                (
                    line.login,
                    line.name,
                    line.unit or "（通讯录以外）",
                    "、".join(_words(line.chief, line.administrator, line.auditor)),
                    state(line),
                    f"{line.used_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if line.used_at else "从未",
                )
                for line in lines
            ],
        )
        if without:
            answer.say(f"有岗位而没有账号的{len(without)}人：")
            answer.say("、".join(f"{one.name}@{one.unit}" for one in without))
        answer.put(
            accounts=[asdict(line) for line in lines],
            without_account=[f"{one.name}@{one.unit}" for one in without],
        )


def _words(chief: bool, administrator: bool, auditor: bool) -> list[str]:
    from engine.accounts.accounts import Appointments

    return Appointments(chief, administrator, auditor).words


def add(
    login: Login,
    person: Annotated[
        str,
        typer.Option(
            "--person",
            metavar="姓名",
            help="给通讯录中的谁；同名的写“姓名@单位”。只管系统的账号不写",
            show_default=False,
        ),
    ] = "",
    chief: Chief = False,
    administrator: Administrator = False,
    auditor: Auditor = False,
    by: By = MACHINE,
    as_json: AsJson = False,
) -> None:
    """开通账号，显示一次初始密码。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts.accounts import Appointments, open_account
        from engine.desk.people import find_person

        number = find_person(at.session, person).id if person else None
        appointed = Appointments(chief, administrator, auditor)
        account, password = open_account(at, login, by, person_id=number, appointed=appointed)
        answer.say(f"账号“{account.login}”（{account.name}）已开通")
        answer.say(f"初始密码 {password}（只显示这一次，第一次登录须修改）")
        answer.put(login=account.login, name=account.name, password=password)


def appoint(
    login: Login,
    chief: Chief = False,
    administrator: Administrator = False,
    auditor: Auditor = False,
    by: By = MACHINE,
    as_json: AsJson = False,
) -> None:
    """更改账号的授权：写了的为有，没有写的为无。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts import accounts
        from engine.accounts.accounts import Appointments

        appointed = Appointments(chief, administrator, auditor)
        accounts.appoint(at, login, appointed, by)
        words = "、".join(appointed.words) or "无"
        answer.say(f"账号“{login}”的授权：{words}")
        answer.put(login=login, roles=appointed.words)


def reset(login: Login, by: By = MACHINE, as_json: AsJson = False) -> None:
    """重置密码，显示一次新密码；各处登录全部退出。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts.accounts import reset_password

        password = reset_password(at, login, by)
        answer.say(f"账号“{login}”的新密码 {password}（只显示这一次，登录后须修改）")
        answer.put(login=login, password=password)


def disable(login: Login, by: By = MACHINE, as_json: AsJson = False) -> None:
    """停用账号，各处登录立即退出。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts import accounts

        accounts.disable(at, login, by)
        answer.say(f"账号“{login}”已停用")
        answer.put(login=login, disabled=True)


def enable(login: Login, by: By = MACHINE, as_json: AsJson = False) -> None:
    """启用停用的账号。"""
    with answering(as_json) as answer, desk() as at:
        from engine.accounts import accounts

        accounts.enable(at, login, by)
        answer.say(f"账号“{login}”已启用")
        answer.put(login=login, disabled=False)


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "add": add,
    "appoint": appoint,
    "reset": reset,
    "disable": disable,
    "enable": enable,
}
