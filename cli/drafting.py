"""拟稿: ``duban draft show`` and ``amend``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice, Number


def show(number: Number, as_json: AsJson = False) -> None:
    """看一份拟稿或已发的约谈建议、通报：全文、补充说明和其中的疑点。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.answering import find_notice
        from engine.notices.drafting import doubts_left
        from notifications.preview import preview

        with service.database.read() as session:
            notice = find_notice(session, number)
            words = preview(session, notice)
            doubts = [doubt.text for doubt in doubts_left(notice)]
            answer.say(f"通知 {number}（{notice.kind.label}，{notice.state.label}）\n")
            answer.say(words)
            for doubt in doubts:
                answer.warn(f"疑点：{doubt}")
            answer.put(
                notice=number,
                kind=notice.kind,
                state=notice.state,
                remark=notice.remark,
                confirmed=notice.remark_confirmed,
                doubts=doubts,
                text=words,
            )


def amend(
    number: Number,
    text: Annotated[
        str,
        typer.Option("--text", metavar="内容", help="补充说明；写空的为删去", show_default=False),
    ],
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="理由", help="数字有疑点而确认无误的，写明理由")
    ] = "",
    replace: Annotated[bool, typer.Option("--replace", help="改写已有的补充说明")] = False,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室在待签发的拟稿中加一段补充说明；其中的比例和合计会重新核算。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.notices import drafting
        from engine.notices.answering import find_notice
        from engine.reports.doubting import DoubtsFound

        seen = find_notice(at.session, number).remark if replace else ""
        who = by or office_person(at.session)
        try:
            notice = drafting.amend(at, number, text, who, confirm, seen)
        except DoubtsFound as found:
            answer.put(notice=number, doubts=[doubt.text for doubt in found.doubts])
            raise
        what = "已写入补充说明" if notice.remark else "已删去补充说明"
        answer.say(f"通知 {number}（{notice.kind.label}）{what}")
        answer.put(notice=number, remark=notice.remark, confirmed=notice.remark_confirmed)


COMMANDS: dict[str, Callable[..., None]] = {"show": show, "amend": amend}
