"""``duban load``: what each unit was sent in a month, against the budget."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson


def to_month(text: str) -> date:
    """A month as typed."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是月份，请写成 2023-06 的形式") from None


def load(
    month: Annotated[
        date | None,
        typer.Option(
            "--month", parser=to_month, metavar="年-月", help="哪个月；默认本月", show_default=False
        ),
    ] = None,
    unit: Annotated[
        str, typer.Option("--unit", metavar="单位", help="只看一个单位", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """各单位一个月收到的邮件和通知，与减负额度对照。"""
    with answering(as_json) as answer, desk() as at:
        from engine.notices.load import unit_loads

        day = month or at.day
        budget = at.rulebook.policy.budget
        limit = budget.letters_per_unit_per_month if budget else None
        loads = unit_loads(at.session, day, unit)
        answer.say(
            f"{day.year}年{day.month}月，每个单位的额度：{f'{limit}封' if limit else '不限'}"
        )
        answer.table(
            ("单位", "邮件", "通知", "顺延中", "已并入另一封"),
            [
                (
                    one.unit,
                    f"{one.letters}封" + ("（超出额度）" if limit and one.letters > limit else ""),
                    f"{one.notices}份",
                    f"{one.held}封",
                    f"{one.merged}封",
                )
                for one in loads
            ],
        )
        if not loads:
            answer.say("这个月没有给单位发过邮件")
        answer.put(month=f"{day:%Y-%m}", limit=limit, units=[asdict(one) for one in loads])
