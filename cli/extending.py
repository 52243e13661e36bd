"""延期: ``duban extend request``, ``review``, ``decide``, ``list``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, Code, Reason, to_day, to_word

RequestNumber = Annotated[
    int, typer.Argument(metavar="申请号", help="申请时给出的编号", show_default=False)
]


def request(
    code: Code,
    by: By,
    until: Annotated[
        date,
        typer.Option(
            "--until", parser=to_day, metavar="年-月-日", help="新的时限", show_default=False
        ),
    ],
    reason: Reason,
    progress: Annotated[
        str, typer.Option("--progress", metavar="进展", help="目前进展", show_default=False)
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="时限", help="completion 办结、milestone 节点、rectification 整改"
        ),
    ] = "completion",
    step: Annotated[
        str, typer.Option("--step", metavar="序号", help="第几个节点", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """申请延期，须在到期前。"""
    from engine.rules.words import DeadlineKind

    of = to_word(DeadlineKind, kind)
    with answering(as_json) as answer, desk() as at:
        from engine.dates import extending
        from engine.desk.transition import find_project

        project = find_project(at, code)
        row = extending.request(at, project, of, step, until, reason, progress, by)
        answer.say(f"{code} 延期申请已提交，申请号 {row.id}，等待督查室初审")
        answer.put(code=code, extension=row.id)


def review(
    number: RequestNumber,
    opinion: Annotated[
        str, typer.Option("--opinion", metavar="意见", help="初审意见", show_default=False)
    ],
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """督查室初审，报领导审批。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates import extending
        from engine.listing import office_person

        extending.review(at, number, by or office_person(at.session), opinion)
        answer.say(f"延期申请 {number} 已初审，等待领导审批")
        answer.put(extension=number)


def decide(
    number: RequestNumber,
    by: By,
    approve: Annotated[
        bool, typer.Option("--approve/--refuse", help="批准或不批准", show_default=False)
    ],
    decision: Annotated[
        str, typer.Option("--decision", metavar="意见", help="审批意见", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """领导审批。批准的，时限调整，原时限保留备查。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates import extending

        extending.decide(at, number, by, approve=approve, decision=decision)
        answer.say(f"延期申请 {number} {'已批准，时限已调整' if approve else '未批准'}")
        answer.put(extension=number, approved=approve)


def list_(
    everything: Annotated[bool, typer.Option("--all", help="办结的申请也列出")] = False,
    as_json: AsJson = False,
) -> None:
    """列出在等办理的延期申请；申请期间原时限不变，督办照常进行。"""
    with answering(as_json) as answer, desk() as at:
        from engine.dates.extension_list import extension_lines

        lines = extension_lines(at.session, waiting=None if everything else True)
        answer.table(
            ("申请号", "编号", "时限", "原定", "现定", "申请延至", "理由", "进展", "状态"),
            [
                (
                    str(line.number),
                    line.code,
                    line.name,
                    str(line.original_due),
                    str(line.due),
                    str(line.new_due),
                    line.reason,
                    line.progress,
                    line.state.label,
                )
                for line in lines
            ],
        )
        answer.say(f"共{len(lines)}件延期申请" if lines else "没有等待办理的延期申请")
        answer.put(extensions=[asdict(line) for line in lines])


COMMANDS: dict[str, Callable[..., None]] = {
    "request": request,
    "review": review,
    "decide": decide,
    "list": list_,
}
