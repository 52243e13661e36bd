"""批示交办: ``duban instruct``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, ByOffice, ListYear, to_day, to_word
from engine.rules.words import Urgency


def instruct(
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="文件", help="从 YAML 文件读取，几件一起办，有错一件不办"),
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="事项", help="交办什么")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="承办单位")] = "",
    leader: Annotated[
        str, typer.Option("--leader", metavar="姓名", help="批示领导，须在通讯录的领导岗位")
    ] = "",
    given_on: Annotated[
        date | None, typer.Option("--date", parser=to_day, metavar="年-月-日", help="批示日期")
    ] = None,
    document: Annotated[
        str, typer.Option("--document", metavar="批示件", help="批示件的名称和文号")
    ] = "",
    due: Annotated[
        date | None,
        typer.Option(
            "--due", parser=to_day, metavar="年-月-日", help="办理时限；不写的按紧急程度计算"
        ),
    ] = None,
    urgency: Annotated[
        str, typer.Option("--urgency", metavar="程度", help="一般、紧急、特急")
    ] = Urgency.NORMAL.label,
    difficult: Annotated[bool, typer.Option("--difficult", help="难件")] = False,
    content: Annotated[str, typer.Option("--content", metavar="内容", help="批示内容")] = "",
    year: ListYear = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """交办领导批示，明确承办单位和时限。"""
    how = to_word(Urgency, urgency)
    with answering(as_json) as answer, desk() as at:
        from config.handed_over import load_instructions
        from engine.listing import office_person
        from engine.rules.instructions import Instruction
        from engine.tasks import instructing

        given = Instruction(title, unit, leader, given_on, document, due, how, difficult, content)
        instructions = load_instructions(file) if file else (given,)
        opened = instructing.instruct(at, instructions, by or office_person(at.session), year)
        items = []
        for project, instruction in zip(opened, instructions, strict=True):
            until = instructing.due_of(at, instruction)
            answer.say(f"已交办 {project.code} {project.title}（{instruction.unit}），时限 {until}")
            items.append({"code": project.code, "due": until})
        answer.put(items=items)
