"""The ``duban`` command: every verb and where it lives."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import typer
from typer.exceptions import TyperException

from cli import (
    addresses,
    answering_notices,
    assessing,
    assigning,
    auditing,
    backing_up,
    board,
    breakdown,
    calendars,
    changing,
    channels,
    cluster,
    commenting,
    completing,
    congress,
    documents,
    drafting,
    evidence,
    explaining,
    exporting,
    extending,
    feeds,
    implementation,
    importing,
    inbox,
    inspecting,
    instructions,
    journal,
    listing,
    load,
    meetings,
    numbers,
    objections,
    pausing,
    people,
    planning,
    policies,
    proposals,
    reporting,
    reviewing,
    running,
    silences,
    simulating,
    sweeping,
    templates,
    transfer,
    users,
)
from cli.usage import Command, Group, words_of

INTERRUPTED = 130

PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "清单": {
        "init": importing.init,
        "import": importing.import_,
        "list": listing.list_,
        "tree": breakdown.tree,
        "notices": listing.notices,
    },
    "责任单位办理": {
        "sign-for": assigning.sign_for,
        "return": assigning.return_,
        "inbox": inbox.inbox,
        "plan": planning.plan,
        "report": reporting.report,
        "answer": answering_notices.answer,
    },
    "督查室办理": {
        "breakdown": breakdown.breakdown,
        "assign": assigning.assign,
        "reassign": assigning.reassign,
        "instruct": instructions.instruct,
        "suspend": pausing.suspend,
        "resume": pausing.resume,
    },
    "领导办理": {
        "sign": answering_notices.sign,
        "dismiss": answering_notices.dismiss,
        "comment": commenting.comment,
        "exempt": pausing.exempt,
        "change": changing.change,
        "terminate": pausing.terminate,
    },
    "运行": {
        "up": running.up,
        "sweep": sweeping.sweep,
        "dispatch": sweeping.dispatch,
        "load": load.load,
        "simulate": simulating.simulate,
        "document": documents.document,
        "explain": explaining.explain,
        "audit": auditing.audit,
        "bounce": addresses.bounce,
        "transfer": transfer.transfer,
        "backup": backing_up.backup,
        "restore": backing_up.restore,
    },
}
GROUPS: dict[str, tuple[str, str, dict[str, Callable[..., None]]]] = {
    "proposal": (
        "建议（点单）：收集、合并、评估、上年延续、清单草案",
        "督查室办理",
        proposals.COMMANDS,
    ),
    "meeting": ("会议审议建议", "督查室办理", meetings.COMMANDS),
    "implementation": ("实施方案：报送、查看", "责任单位办理", implementation.COMMANDS),
    "post": ("岗位：查看、换人、设定B角", "督查室办理", people.POSTS),
    "address": ("邮箱：查看停用的、恢复和更正", "督查室办理", addresses.COMMANDS),
    "leave": ("离岗：登记、销假、查看", "多方办理", people.LEAVES),
    "extend": ("延期：申请、初审、审批、查看", "多方办理", extending.COMMANDS),
    "silence": ("暂缓提醒：设定、解除、查看", "督查室办理", silences.COMMANDS),
    "complete": ("办结：申请、退回、核验销号、重新办理", "多方办理", completing.COMMANDS),
    "opinion": ("审议意见：接收、交办问题、报告、测评", "多方办理", congress.COMMANDS),
    "assess": ("考核：评分、送达、异议、处理", "督查室办理", assessing.COMMANDS),
    "feed": ("日历订阅：查看、更换地址", "督查室办理", feeds.COMMANDS),
    "draft": ("拟稿：修改、核稿、退回、查看", "多方办理", drafting.COMMANDS),
    "template": ("模板：查看、检查、预览、启用、恢复", "督查室办理", templates.COMMANDS),
    "number": ("文号：查看、作废", "多方办理", numbers.COMMANDS),
    "inspection": ("督查：计划、启动、结论、复查", "督查室办理", inspecting.COMMANDS),
    "evidence": ("证据：取出、核对", "督查室办理", evidence.COMMANDS),
    "review": ("复核：申请、决定、撤回", "多方办理", reviewing.COMMANDS),
    "board": ("公示：公示清单、查看、导出公示栏", "督查室办理", board.COMMANDS),
    "objection": ("公示异议：登记、查看、办理", "督查室办理", objections.COMMANDS),
    "export": ("导出：台账、日志、考核、年终台账", "日志、规则与日历", exporting.COMMANDS),
    "user": ("账号：查看、开通、授权、重置密码、停用", "运行", users.COMMANDS),
    "channel": ("发送渠道：查看、试发", "运行", channels.COMMANDS),
    "cluster": ("集群：登记任务、工作进程、Prefect 服务", "运行", cluster.COMMANDS),
    "journal": ("督办日志：核对、导出", "日志、规则与日历", journal.COMMANDS),
    "policy": ("督办规则：检查、比较", "日志、规则与日历", policies.COMMANDS),
    "calendar": ("工作日历", "日志、规则与日历", calendars.COMMANDS),
}


def _app(help_text: str) -> typer.Typer:
    return typer.Typer(
        cls=Group,
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def build() -> typer.Typer:
    """The whole command line."""
    app = _app("督办：民生实事清单的督办引擎。到期提示、催办、警示、通报，句句有依据。")
    for panel, commands in PANELS.items():
        _add(app, commands, rich_help_panel=panel)
    for name, (help_text, panel, commands) in GROUPS.items():
        group = _app(help_text)
        _add(group, commands)
        app.add_typer(group, name=name, rich_help_panel=panel)
    return app


def _add(app: typer.Typer, commands: dict[str, Callable[..., None]], **panel: Any) -> None:
    for name, command in commands.items():
        app.command(name, cls=Command, **panel)(command)


@cache
def command_line() -> Any:
    """The command line as Typer carries it out; to make it of so many commands takes long."""
    return typer.main.get_command(build())


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line: 0 done, 1 refused or found wanting, 2 wrong usage."""
    try:
        code: int = command_line()(list(arguments), prog_name="duban", standalone_mode=False) or 0
    except TyperException as error:
        words = words_of(error)
        if words:
            typer.secho(words, err=True, fg=typer.colors.RED)
        if "--json" in arguments:
            print(json.dumps({"ok": False, "error": words}, ensure_ascii=False))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:  # typer makes a code of Ctrl-C, and says nothing
        typer.echo("已取消。", err=True)
    return code


def main() -> None:
    """The entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
