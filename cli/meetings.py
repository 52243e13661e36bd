"""审议: ``duban meeting record`` and ``list``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice, to_day
from cli.proposals import office_of


def to_verdict(text: str) -> tuple[int, str]:
    """A proposal and what was said of it, typed as ``建议号`` or ``建议号:意见``."""
    number, _, opinion = text.replace("：", ":").partition(":")
    if not number.strip().isdecimal():
        raise typer.BadParameter(f"“{text}”应写成 建议号 或 建议号:意见，例如 3 或 7:资金未落实")
    return int(number), opinion.strip()


def record(
    body: Annotated[
        str,
        typer.Option("--body", metavar="机构", help="如 市政府常务会议", show_default=False),
    ],
    title: Annotated[
        str,
        typer.Option("--title", metavar="名称", help="如 第12次常务会议", show_default=False),
    ],
    on: Annotated[
        date,
        typer.Option(
            "--on", parser=to_day, metavar="年-月-日", help="会议日期", show_default=False
        ),
    ],
    passed: Annotated[
        list[Any] | None,
        typer.Option(
            "--pass",
            parser=to_verdict,
            metavar="建议号[:意见]",
            help="通过的，可写几次",
            show_default=False,
        ),
    ] = None,
    declined: Annotated[
        list[Any] | None,
        typer.Option(
            "--decline",
            parser=to_verdict,
            metavar="建议号:意见",
            help="不通过的，须写明意见，可写几次",
            show_default=False,
        ),
    ] = None,
    document: Annotated[
        str, typer.Option("--document", metavar="文号", help="会议纪要的文号")
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """登记一次会议审议了哪些建议，哪些通过、哪些不通过。"""
    with answering(as_json) as answer, desk() as at:
        from engine.proposals.meetings import Sitting, Verdict, record_meeting

        verdicts = [Verdict(number, True, opinion) for number, opinion in passed or ()]
        verdicts += [Verdict(number, False, opinion) for number, opinion in declined or ()]
        sitting = Sitting(body, title, on, document)
        meeting = record_meeting(at, sitting, verdicts, office_of(at, by))
        count = sum(verdict.passed for verdict in verdicts)
        answer.say(f"会议 {meeting.id} 已登记：通过{count}条，不通过{len(verdicts) - count}条")
        answer.put(meeting=meeting.id, passed=count, declined=len(verdicts) - count)


def list_(
    year: Annotated[
        int | None, typer.Option("--year", metavar="年", help="只看审议哪一年清单的")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出会议及其审议结果。"""
    with answering(as_json) as answer, installation() as service:
        from dataclasses import asdict

        from engine.proposals.proposal_list import meeting_lines

        with service.database.read() as session:
            lines = meeting_lines(session, year)
        if not lines:
            answer.say("没有会议记录")
        answer.table(
            ("会议号", "清单年度", "机构", "名称", "日期", "文号", "通过", "不通过"),
            [
                (
                    str(line.number),
                    str(line.year),
                    line.body,
                    line.title,
                    str(line.held_on),
                    line.document,
                    "、".join(map(str, line.passed)),
                    "、".join(map(str, line.declined)),
                )
                for line in lines
            ],
        )
        answer.put(meetings=[asdict(line) for line in lines])


COMMANDS: dict[str, Callable[..., None]] = {"record": record, "list": list_}
