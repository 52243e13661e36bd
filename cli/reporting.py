"""填报: ``duban report``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, Code, to_figure, to_named_figure


def report(
    code: Code,
    by: By,
    period: Annotated[
        str, typer.Option("--period", metavar="年-月", help="期次，如 2023-04", show_default=False)
    ],
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
    as_json: AsJson = False,
) -> None:
    """填报进展：累计数；没有写到的指标沿用上次的数。"""
    values = dict(to_named_figure(item) for item in value or ())
    with answering(as_json) as answer, desk() as at:
        from engine import reporting
        from engine.transition import find_project

        statement = reporting.Statement(period, values, percent, text, tuple(milestone or ()))
        row = reporting.report(at, find_project(at, code), statement, by)
        again = f"（第{row.version}次填报）" if row.version > 1 else ""
        answer.say(f"{code} {period} 已填报{again}")
        answer.put(code=code, period=period, version=row.version)
