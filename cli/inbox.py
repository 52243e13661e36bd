"""``duban inbox``: what a person was sent, and what can be done about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson
from engine.rules.words import ChannelKind
from engine.rules.zone import ZONE

if TYPE_CHECKING:
    from engine.notices.inbox import InboxLine

COMMANDS = {"answer": "answer", "sign_for": "sign-for", "report": "report"}
"""By what the links of letters call it; the rules of links are not imported for a list."""
WAYS = {kind.value: kind.label for kind in ChannelKind}


def inbox(
    name: Annotated[
        str,
        typer.Argument(metavar="姓名", help="同名的写“姓名@单位”", show_default=False),
    ],
    open_only: Annotated[bool, typer.Option("--open", help="只列还要办理的")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多几份")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出某人收到的通知，新的在前，并写明还能办什么。"""
    with answering(as_json) as answer, desk() as at:
        from engine.notices.inbox import inbox as received

        lines = [one for one in received(at, name, limit) if one.to_do or not open_only]
        answer.table(
            ("通知号", "种类", "收到", "标题", "渠道", "答复期限", "可办理"),
            [
                (
                    str(one.number),
                    one.kind.label,
                    f"{one.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
                    one.title,
                    "、".join(WAYS.get(way, way) for way in one.ways),
                    str(one.reply_by or "无"),
                    "\n".join(_commands(one, name)),
                )
                for one in lines
            ],
        )
        if not lines:
            answer.say("没有要办理的通知" if open_only else "没有收到过通知")
        told = [asdict(one) | {"to_do": _commands(one, name)} for one in lines]
        answer.put(notices=told)


def _commands(line: InboxLine, name: str) -> list[str]:
    """What the reader can still do, as commands."""
    return [f"duban {COMMANDS[one.act]} {one.about} --by {name}" for one in line.to_do]
