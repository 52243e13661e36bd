"""``duban list`` and ``duban notices``: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson, to_word
from engine.rules.words import NoticeState
from engine.rules.zone import local_day

if TYPE_CHECKING:
    from engine.listing import ProjectLine


def list_(
    unit: Annotated[
        str,
        typer.Option(
            "--unit",
            metavar="单位",
            help="只列该单位及其下级单位的事项，含它所牵头事项的分解",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """列出全部事项：单位、状态、灯色、最近时限、上次填报。"""
    with answering(as_json) as answer, installation() as service:
        from engine.listing import project_lines

        with service.database.read() as session:
            lines = project_lines(session, unit=unit)
        if not lines:
            nothing = "还没有清单。请用 duban import 导入台账"
            answer.say(f"没有{unit}及其下级单位的事项" if unit else nothing)
        answer.table(
            ("编号", "事项", "牵头单位", "状态", "灯色", "最近时限", "上次填报"),
            [
                (
                    line.code,
                    line.title
                    + (f"（检查出错，已搁置：{line.set_aside}）" if line.set_aside else ""),
                    line.unit,
                    line.state.label + ("，异议中" if line.disputed else ""),
                    line.light.label,
                    _next_date(line),
                    str(local_day(line.reported_at)) if line.reported_at else "无",
                )
                for line in lines
            ],
        )
        answer.put(
            projects=[
                {
                    "code": line.code,
                    "kind": line.kind,
                    "title": line.title,
                    "unit": line.unit,
                    "state": line.state,
                    "light": line.light,
                    "due": line.next_due,
                    "due_name": line.next_name,
                    "original_due": line.next_original,
                    "reported_on": local_day(line.reported_at) if line.reported_at else None,
                    "set_aside": line.set_aside,
                    "disputed": line.disputed,
                }
                for line in lines
            ]
        )


def _next_date(line: ProjectLine) -> str:
    """The nearest date with its name and, when it was moved, what it was first."""
    if not line.next_due:
        return "无"
    moved = f"（原定{line.next_original}）" if line.next_original != line.next_due else ""
    return f"{line.next_due} {line.next_name}{moved}"


def notices(
    state: Annotated[
        str,
        typer.Option(
            "--state",
            metavar="状态",
            help="draft 待签发、issued 已发出、dismissed 不予发出、cancelled 已取消",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """列出通知，新的在前。"""
    wanted = to_word(NoticeState, state) if state else None
    with answering(as_json) as answer, installation() as service:
        from engine.notices.notice_list import notice_lines

        with service.database.read() as session:
            lines = notice_lines(session, wanted)
        if not lines:
            answer.say("没有通知")
        answer.table(
            ("通知号", "种类", "状态", "日期", "标题", "文号", "单位", "答复期限", "答复人"),
            [
                (
                    str(line.number),
                    line.kind.label,
                    line.stands,
                    str(line.as_of),
                    line.title,
                    line.document,
                    line.unit,
                    str(line.reply_by or "无"),
                    line.answered_by,
                )
                for line in lines
            ],
        )
        answer.put(
            notices=[
                {
                    "notice": line.number,
                    "kind": line.kind,
                    "state": line.state,
                    "as_of": line.as_of,
                    "title": line.title,
                    "draft": line.draft,
                    "document": line.document,
                    "unit": line.unit,
                    "reply_by": line.reply_by,
                    "answered_by": line.answered_by,
                }
                for line in lines
            ]
        )
