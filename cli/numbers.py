"""文号: ``duban number list`` and ``void``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, By, Reason
from engine.rules.zone import local_day


def list_(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年", help="只列这一年的", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出编发的文号，并核对各年的文号是否连续无缺。"""
    with answering(as_json) as answer, installation() as service:
        from engine.notices.numbering import number_lines, series_lines

        with service.database.read() as session:
            lines, series = number_lines(session, year), series_lines(session, year)
        if not lines:
            answer.say("没有编发过文号")
        answer.table(
            ("文号", "通知号", "种类", "标题", "签发日期", "签发人", "作废"),
            [
                (
                    line.document,
                    str(line.notice),
                    line.kind.label,
                    line.title,
                    str(local_day(line.given_at)),
                    line.given_by,
                    f"{line.voided_by}：{line.void_reason}" if line.voided_at else "",
                )
                for line in lines
            ],
        )
        for each in series:
            (answer.warn if each.gaps else answer.say)(each.verdict)
        if any(each.gaps for each in series):
            answer.fall_short()
        answer.put(
            numbers=[asdict(line) for line in lines], series=[asdict(each) for each in series]
        )


def void(
    document: Annotated[
        str,
        typer.Argument(
            metavar="文号", help="如 政督〔2023〕3号；只写 3 的为本年的第3号", show_default=False
        ),
    ],
    by: By,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """领导宣布一个文号作废：号不再用，通知撤回，还没发出的信取消。"""
    with answering(as_json) as answer, desk() as at:
        from engine.notices import numbering

        voided = numbering.void(at, document, by, reason)
        row = voided.document
        answer.say(f"{row.text}已作废，通知 {row.notice_id} 撤回")
        if voided.reached:
            answer.warn(f"已收到原件的，请告知作废并收回：{'、'.join(voided.reached)}")
        answer.put(
            document=row.text,
            notice=row.notice_id,
            voided_by=row.voided_by,
            reached=voided.reached,
        )


COMMANDS: dict[str, Callable[..., None]] = {"list": list_, "void": void}
