"""公示异议: ``duban objection receive``, ``list``, ``handle``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.board import Confirm
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice, Code, to_day
from engine.rules.public_objections import PublicObjectionEvent, PublicObjectionState

RESULTS = {
    "属实": PublicObjectionEvent.UPHOLD,
    "不属实": PublicObjectionEvent.ANSWER,
    "不予受理": PublicObjectionEvent.DECLINE,
}


def to_result(text: str) -> PublicObjectionEvent:
    """What was found, as typed."""
    if text not in RESULTS:
        raise typer.BadParameter(f"“{text}”不在可选范围内，可写：{'、'.join(RESULTS)}")
    return RESULTS[text]


def receive(
    code: Code,
    name: Annotated[
        str, typer.Option("--name", metavar="姓名", help="异议人，不公开", show_default=False)
    ],
    contact: Annotated[
        str, typer.Option("--contact", metavar="联系方式", help="不公开", show_default=False)
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="内容", help="异议内容", show_default=False)
    ],
    on: Annotated[
        date,
        typer.Option(
            "--on", parser=to_day, metavar="年-月-日", help="收到之日", show_default=False
        ),
    ],
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """登记对公示内容的异议（来信、来电、来访）；逾期的登记后不予受理。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.publicity import objections

        said = objections.Objector(name, contact, text, on)
        actor = by or office_person(at.session)
        row = objections.receive(at, find_project(at, code), said, actor)
        if row.state is PublicObjectionState.RECEIVED:
            answer.say(f"已登记，异议号 {row.id}，应于 {row.handle_by} 前办结")
        else:
            answer.say(f"已登记，异议号 {row.id}，{row.state.label}：{row.finding}")
        answer.put(objection=row.id, state=row.state, handle_by=row.handle_by)


def list_(as_json: AsJson = False) -> None:
    """列出公示异议及办理情况。"""
    with answering(as_json) as answer, installation() as service:
        from engine.publicity.objection_list import objection_lines
        from engine.rules.zone import local_day

        today = local_day(service.now())
        with service.database.read() as session:
            lines = objection_lines(session)
        if not lines:
            answer.say("没有公示异议")
        answer.table(
            ("异议号", "事项", "收到", "异议人", "联系方式", "内容", "办理情况", "办理结果"),
            [
                (
                    str(line.number),
                    line.code,
                    str(line.received_on),
                    line.name,
                    line.contact,
                    line.text,
                    "，".join(filter(None, (line.state.label, line.left(today)))),
                    line.finding or "—",
                )
                for line in lines
            ],
        )
        answer.put(
            objections=[
                {
                    "objection": line.number,
                    "code": line.code,
                    "received_on": line.received_on,
                    "handle_by": line.handle_by,
                    "state": line.state,
                    "name": line.name,
                    "contact": line.contact,
                    "text": line.text,
                    "finding": line.finding,
                }
                for line in lines
            ]
        )


def handle(
    number: Annotated[
        int,
        typer.Argument(metavar="异议号", help="用 duban objection list 查看", show_default=False),
    ],
    result: Annotated[
        PublicObjectionEvent,
        typer.Option(
            "--result",
            parser=to_result,
            metavar="结果",
            help="属实、不属实或不予受理",
            show_default=False,
        ),
    ],
    finding: Annotated[
        str,
        typer.Option("--finding", metavar="核实情况", help="要公示，不写人名", show_default=False),
    ],
    by: ByOffice = "",
    confirm: Confirm = "",
    as_json: AsJson = False,
) -> None:
    """办理公示异议；属实的须先更正数据，随即公示更正。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.publicity import objections

        actor = by or office_person(at.session)
        row = objections.handle(at, number, result, finding, actor, confirm)
        more = "，更正已公示" if row.state is PublicObjectionState.UPHELD else ""
        answer.say(f"异议 {number}：{row.state.label}{more}")
        answer.put(objection=number, state=row.state)


COMMANDS: dict[str, Callable[..., None]] = {
    "receive": receive,
    "list": list_,
    "handle": handle,
}
