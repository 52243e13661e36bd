"""暂缓提醒: ``duban silence set``, ``lift``, ``list``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, ByOffice, Reason, to_day

SilenceNumber = Annotated[
    int,
    typer.Argument(metavar="暂缓号", help="用 duban silence list 查看", show_default=False),
]


def set_(
    until: Annotated[
        date,
        typer.Option(
            "--until", parser=to_day, metavar="年-月-日", help="到哪一天（含）", show_default=False
        ),
    ],
    reason: Reason,
    code: Annotated[
        str,
        typer.Argument(metavar="[编号]", help="事项编号，如 2023-01", show_default=False),
    ] = "",
    unit: Annotated[
        str,
        typer.Option(
            "--unit", metavar="单位", help="该单位牵头的全部事项；不写编号", show_default=False
        ),
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """暂缓提醒一个事项，或一个单位牵头的全部事项，到某一天为止。红色警示等照常发出。"""
    if bool(code) == bool(unit):
        raise typer.BadParameter("请写一个事项编号，或者用 --unit 写一个单位，只写其中一个")
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.notices import silencing

        actor = by or office_person(at.session)
        if code:
            silence = silencing.silence_item(at, code, until, reason, actor)
        else:
            silence = silencing.silence_unit(at, unit, until, reason, actor)
        what = silence.code or f"{silence.unit}牵头的全部事项"
        answer.say(f"{what} 暂缓提醒至 {until}，暂缓号 {silence.number}；期满自动恢复")
        answer.put(silence=asdict(silence))


def lift(number: SilenceNumber, by: ByOffice = "", as_json: AsJson = False) -> None:
    """提前解除暂缓，下一次日检查起恢复提醒。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.notices import silencing

        silence = silencing.lift(at, number, by or office_person(at.session))
        answer.say(f"暂缓号 {number} 已解除，下一次日检查起恢复提醒")
        answer.put(silence=asdict(silence))


def list_(
    everything: Annotated[bool, typer.Option("--all", help="到期、解除的也列出")] = False,
    as_json: AsJson = False,
) -> None:
    """列出正在暂缓提醒的事项和单位：到哪天、谁设定、理由。"""
    with answering(as_json) as answer, desk() as at:
        from engine.notices.silences import silences
        from engine.notices.silencing import ended

        found = silences(at.session, at.day, all_=everything)
        answer.table(
            ("暂缓号", "事项", "牵头单位", "从", "到", "设定人", "理由", "状态"),
            [
                (
                    str(silence.number),
                    f"{silence.code} {silence.title}" if silence.code else "全部事项",
                    silence.unit,
                    str(silence.starts_on),
                    str(silence.ends_on),
                    silence.author,
                    silence.reason,
                    "暂缓中" if silence.holds_on(at.day) else ended(silence),
                )
                for silence in found
            ],
        )
        answer.say(f"共{len(found)}项" if found else "没有正在暂缓提醒的事项")
        answer.put(silences=[asdict(silence) for silence in found])


COMMANDS: dict[str, Callable[..., None]] = {"set": set_, "lift": lift, "list": list_}
