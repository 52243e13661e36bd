"""The ``duban`` command: every verb and where it lives."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.exceptions import TyperException

from cli import (
    answering_notices,
    assigning,
    calendars,
    completing,
    explaining,
    extending,
    importing,
    inspecting,
    journal,
    listing,
    pausing,
    policies,
    reporting,
    running,
    simulating,
    sweeping,
)
from cli.usage import Command, Group, words_of

INTERRUPTED = 130

PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "清单": {
        "init": importing.init,
        "import": importing.import_,
        "list": listing.list_,
        "notices": listing.notices,
    },
    "责任单位办理": {
        "sign-for": assigning.sign_for,
        "return": assigning.return_,
        "report": reporting.report,
        "answer": answering_notices.answer,
    },
    "督查室办理": {
        "assign": assigning.assign,
        "inspect": inspecting.inspect,
        "suspend": pausing.suspend,
        "resume": pausing.resume,
    },
    "领导办理": {
        "sign": answering_notices.sign,
        "dismiss": answering_notices.dismiss,
        "exempt": pausing.exempt,
        "terminate": pausing.terminate,
    },
    "运行": {
        "up": running.up,
        "sweep": sweeping.sweep,
        "dispatch": sweeping.dispatch,
        "simulate": simulating.simulate,
        "explain": explaining.explain,
    },
}
GROUPS: dict[str, tuple[str, str, dict[str, Callable[..., None]]]] = {
    "extend": ("延期：申请、初审、审批", "多方办理", extending.COMMANDS),
    "complete": ("办结：申请、退回、核验销号、重新办理", "多方办理", completing.COMMANDS),
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


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line: 0 done, 1 refused or found wanting, 2 wrong usage."""
    try:
        return build()(list(arguments), prog_name="duban", standalone_mode=False) or 0
    except TyperException as error:
        words = words_of(error)
        if words:
            typer.secho(words, err=True, fg=typer.colors.RED)
        if "--json" in arguments:
            print(json.dumps({"ok": False, "error": words}, ensure_ascii=False))
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("已取消。", err=True)
        return INTERRUPTED


def main() -> None:
    """The entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
