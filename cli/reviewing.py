"""复核: ``duban review request``, ``decide``, ``withdraw``, ``list``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, By, Code, Reason, to_day, to_word

RequestNumber = Annotated[
    int, typer.Argument(metavar="申请号", help="用 duban review list 查看", show_default=False)
]


def request(
    code: Code,
    by: By,
    reason: Reason,
    inspection: Annotated[
        int,
        typer.Option("--inspection", metavar="督查号", help="对督查结论有异议", show_default=False),
    ] = 0,
    notice: Annotated[
        int,
        typer.Option("--notice", metavar="通知号", help="对警示、通报有异议", show_default=False),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """责任单位申请复核，须在收到之日起的期限内。限期整改事项可以只写编号。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.reviews import reviewing

        project = find_project(at, code)
        row = reviewing.request(at, project, by, reason, inspection=inspection, notice=notice)
        answer.say(f"复核申请 {row.id} 已受理，{code} 标记为异议中，{row.decide_by} 前作出决定")
        answer.put(review=row.id, code=code, received_on=row.received_on, decide_by=row.decide_by)


def decide(
    number: RequestNumber,
    by: By,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            metavar="结果",
            help="upheld 维持、changed 变更、revoked 撤销",
            show_default=False,
        ),
    ],
    decision: Annotated[
        str, typer.Option("--decision", metavar="决定", help="理由和决定", show_default=False)
    ],
    due: Annotated[
        date | None,
        typer.Option(
            "--due", parser=to_day, metavar="年-月-日", help="变更后的整改时限", show_default=False
        ),
    ] = None,
    text: Annotated[
        str, typer.Option("--text", metavar="问题", help="变更后的问题内容", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """作出复核决定。参加过原督查、签发过原通知的须回避。"""
    from engine.rules.reviews import DECISIONS, ReviewState

    result = to_word(ReviewState, outcome)
    if result not in DECISIONS:
        raise typer.BadParameter(f"“{outcome}”不是复核决定，可写：upheld、changed、revoked")
    with answering(as_json) as answer, desk() as at:
        from engine.reviews import reviewing
        from engine.reviews.ruling import Ruling

        row = reviewing.decide(at, number, by, Ruling(result, decision, due, text))
        answer.say(f"复核申请 {number}：{result.label}")
        answer.put(review=row.id, state=row.state)


def withdraw(number: RequestNumber, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """责任单位撤回复核申请。"""
    with answering(as_json) as answer, desk() as at:
        from engine.reviews import reviewing

        reviewing.withdraw(at, number, by, reason)
        answer.say(f"复核申请 {number} 已撤回，下一个工作日继续督办")
        answer.put(review=number)


def list_(
    everything: Annotated[bool, typer.Option("--all", help="已决定和已撤回的也列出")] = False,
    as_json: AsJson = False,
) -> None:
    """列出待决定的复核申请。"""
    with answering(as_json) as answer, installation() as service:
        from engine.reviews.reviewed import review_lines

        with service.database.read() as session:
            lines = review_lines(session, open_only=not everything)
        if not lines:
            answer.say("没有复核申请" if everything else "没有待决定的复核申请")
        answer.table(
            ("申请号", "事项", "单位", "对什么", "申请", "状态", "决定期限", "决定"),
            [
                (
                    str(line.number),
                    line.code,
                    line.unit,
                    line.contested,
                    f"{line.requested_on} {line.requested_by}",
                    line.state.label,
                    str(line.decide_by),
                    f"{line.decided_on} {line.decided_by} {line.decision}"
                    if line.decided_on
                    else "",
                )
                for line in lines
            ],
        )
        answer.put(reviews=[asdict(line) for line in lines])


COMMANDS: dict[str, Callable[..., None]] = {
    "request": request,
    "decide": decide,
    "withdraw": withdraw,
    "list": list_,
}
