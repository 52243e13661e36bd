"""填报: ``duban report``, to submit, to see the form, to see what was reported."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import desk
from cli.options import AsJson, Code, to_explanation, to_figure, to_named_figure

if TYPE_CHECKING:
    from engine.desk.issuing import Desk
    from engine.reports.stating import Statement
    from engine.store.tables import Project

TOGETHER = "--same 是沿用上次的全部数据，不能与 --value、--percent、--milestone 同写"


def report(
    code: Code,
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="办理人，填报时必写")] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", metavar="期次", help="2023-04 或 2023-W15；不写为本期", show_default=False
        ),
    ] = "",
    percent: Annotated[
        Decimal | None,
        typer.Option("--percent", parser=to_figure, metavar="数", help="形象进度，0 到 100"),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option("--value", metavar="指标=数", help="累计数，可写多次", show_default=False),
    ] = None,
    milestone: Annotated[
        list[str] | None,
        typer.Option("--milestone", metavar="名称", help="已完成的节点，可写多次"),
    ] = None,
    text: Annotated[str, typer.Option("--text", metavar="说明", help="情况说明")] = "",
    same: Annotated[bool, typer.Option("--same", help="数据无变化，沿用上次的数")] = False,
    confirm: Annotated[
        list[str] | None,
        typer.Option(
            "--confirm",
            metavar="原因",
            help="数据有疑点而确认无误的，说明原因；各疑点原因不同的写“疑点=原因”，可写多次",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="只看填报表：目标、上次的数、节点")] = False,
    history: Annotated[bool, typer.Option("--history", help="只看历次填报和更正")] = False,
    as_json: AsJson = False,
) -> None:
    """填报进展：累计数；没有写到的指标沿用上次的数。"""
    values = dict(to_named_figure(item) for item in value or ())
    explained = dict(to_explanation(item) for item in confirm or ())
    if same and (values or percent is not None or milestone):
        raise typer.BadParameter(TOGETHER)
    if not (by or show or history):
        raise typer.BadParameter("缺少 --by：请写明办理人")
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.reports.last_values import offered, unchanged
        from engine.reports.stating import Statement

        project = find_project(at, code)
        if show:
            from cli.report_forms import show_form

            show_form(answer, code, offered(at, project, period))
        elif history:
            from cli.report_forms import show_history

            show_history(answer, at, project)
        elif same:
            _submit(answer, at, project, unchanged(at, project, period, text), by, explained)
        else:
            period = period or offered(at, project).period
            statement = Statement(period, values, percent, text, tuple(milestone or ()))
            _submit(answer, at, project, statement, by, explained)


def _submit(
    answer: Answer,
    at: Desk,
    project: Project,
    statement: Statement,
    by: str,
    explained: dict[str, str],
) -> None:
    from engine.reports import reporting
    from engine.rules.reporting_dates import period_words

    try:
        row = reporting.report(at, project, statement, by, explained)
    except reporting.DoubtsFound as found:
        doubts = [{"code": d.code, "check": d.check, "text": d.text} for d in found.doubts]
        answer.put(code=project.code, period=statement.period, doubts=doubts)
        raise
    again = f"（第{row.version}次填报）" if row.version > 1 else ""
    answer.say(f"{project.code} {period_words(row.period)}已填报{again}")
    answer.put(code=project.code, period=row.period, version=row.version)
