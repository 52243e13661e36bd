"""领导批注: ``duban comment``."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, Code


def comment(
    code: Code,
    text: Annotated[
        str, typer.Option("--text", metavar="内容", help="批注内容", show_default=False)
    ],
    by: By,
    as_json: AsJson = False,
) -> None:
    """领导对一个事项写批注，督查室和责任单位都看得到，不改变时限。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.tasks.commenting import comment as write_comment

        write_comment(at, find_project(at, code), by, text)
        answer.say(f"{code} 的批注已写入督办日志")
        answer.put(code=code, text=text.strip())
