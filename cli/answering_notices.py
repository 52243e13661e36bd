"""What people do with a notice: 答复, 签发, 不予发出."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.drafting import Seen
from cli.installation import desk
from cli.options import AsJson, By, Number, Reason


def answer(
    number: Number,
    by: By,
    text: Annotated[
        str,
        typer.Option(
            "--text",
            metavar="内容",
            help="原因、措施和完成时间；督查结论反馈只签收的可不写",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """答复一份通知。答复后暂不升级。"""
    with answering(as_json) as out, desk() as at:
        from engine.notices import answering as verbs

        verbs.answer(at, number, text, by)
        out.say(f"通知 {number} 已答复")
        out.put(notice=number)


def sign(
    number: Number,
    by: By,
    basis: Annotated[
        str,
        typer.Option("--basis", metavar="依据", help="批示、纪要或文号", show_default=False),
    ],
    seen: Seen = None,
    as_json: AsJson = False,
) -> None:
    """签发一份核过的拟稿，编文号，随即发出。"""
    with answering(as_json) as out, desk() as at:
        from engine.notices import signing
        from engine.store.numbers import numbers_of

        notice = signing.sign(at, number, by, basis, seen)
        document = numbers_of(at.session, [number])[number]
        out.say(f"通知 {number}（{notice.kind.label}）已签发，{document}：{notice.title}")
        out.put(
            notice=number,
            kind=notice.kind.value,
            signed_by=notice.signed_by,
            document=document,
        )


def dismiss(number: Number, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """决定一份拟稿不予发出，写明理由。"""
    with answering(as_json) as out, desk() as at:
        from engine.notices import signing

        notice = signing.dismiss(at, number, by, reason)
        out.say(f"通知 {number}（{notice.kind.label}）不予发出")
        out.put(notice=number, kind=notice.kind.value, dismissed_by=notice.signed_by)
