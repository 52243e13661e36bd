"""Looking at inspections: ``duban inspection list``, ``show``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import installation
from cli.options import AsJson

if TYPE_CHECKING:
    from engine.inspections.inspected import InspectionCard


def list_(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年度", help="只看一年的", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出督查：年度计划、进行中的和已反馈结论的，问题销号几项。"""
    with answering(as_json) as answer, installation() as service:
        from engine.inspections.inspected import inspection_lines

        with service.database.read() as session:
            lines = inspection_lines(session, year)
        if not lines:
            answer.say("没有督查")
        answer.table(
            ("督查号", "方式", "名称", "状态", "日期", "组长", "事项", "问题销号"),
            [
                (
                    str(line.number),
                    line.kind.label,
                    line.title,
                    line.state.label,
                    f"{line.starts_on}至{line.ends_on}",
                    line.leader,
                    "、".join(line.items),
                    f"{line.closed}/{line.findings}",
                )
                for line in lines
            ],
        )
        answer.put(inspections=[asdict(line) for line in lines])


def show(
    number: Annotated[
        int,
        typer.Argument(metavar="督查号", help="用 duban inspection list 查看", show_default=False),
    ],
    as_json: AsJson = False,
) -> None:
    """看一次督查：结论、问题整改、签收回执和证据。"""
    with answering(as_json) as answer, installation() as service:
        from engine.inspections.inspected import inspection_card

        with service.database.read() as session:
            card = inspection_card(session, number)
        _say(answer, card)
        answer.put(**asdict(card))


def _say(answer: Answer, card: InspectionCard) -> None:
    line = card.line
    answer.say(f"督查 {line.number} {line.kind.label}“{line.title}”：{line.state.label}")
    answer.say(f"期间：{line.starts_on}至{line.ends_on}；事项：{'、'.join(line.items)}")
    facts = {
        "组长": line.leader,
        "成员": "、".join(card.members),
        "内容": card.about,
        "批示依据": card.basis,
        "结论": card.conclusion,
    }
    for name, text in facts.items():
        if text:
            answer.say(f"{name}：{text}")
    if card.findings:
        answer.say(f"问题{line.findings}项，已销号{line.closed}项")
    answer.table(
        ("限期整改", "事项", "问题", "状态", "时限", "复查"),
        [
            (
                finding.code,
                finding.item,
                finding.text,
                finding.state.label,
                str(finding.due or ""),
                f"{finding.rechecked_on} {finding.recheck}" if finding.rechecked_on else "",
            )
            for finding in card.findings
        ],
    )
    answer.table(
        ("被督查单位", "通知号", "送达", "签收"),
        [
            (
                receipt.unit,
                str(receipt.notice),
                str(receipt.issued_on),
                f"{receipt.signed_on} {receipt.signed_by}" if receipt.signed_on else "尚未签收",
            )
            for receipt in card.receipts
        ],
    )
    answer.table(
        ("证据号", "事项", "文件名"),
        [(str(piece.number), piece.code, piece.name) for piece in card.evidence],
    )
