"""邮箱与退信: ``duban address list|restore`` and ``duban bounce``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, ByOffice
from engine.errors import DubanError, cause_of


class BouncesNotSet(DubanError):
    """没有设置退信地址。"""


def list_addresses(as_json: AsJson = False) -> None:
    """列出停用的邮箱：谁的，何时停用，为什么。"""
    with answering(as_json) as answer, desk() as at:
        from engine.rules.zone import ZONE
        from engine.staff.addresses import disabled_addresses

        found = disabled_addresses(at.session)
        answer.table(
            ("姓名", "单位", "邮箱", "停用时间", "原因"),
            [
                (
                    line.person,
                    line.unit,
                    line.email,
                    f"{line.since.astimezone(ZONE):%Y-%m-%d %H:%M}" if line.since else "不详",
                    line.why,
                )
                for line in found
            ],
        )
        if not found:
            answer.say("没有停用的邮箱")
        answer.put(addresses=[asdict(line) for line in found])


def restore(
    name: Annotated[
        str,
        typer.Argument(metavar="姓名", help="同名的写“姓名@单位”", show_default=False),
    ],
    email: Annotated[
        str,
        typer.Option(
            "--email", metavar="邮箱", help="更正后的邮箱；没有错的不写", show_default=False
        ),
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """恢复停用的邮箱，写错的一并更正。已改送他人的通知不再重发。"""
    with answering(as_json) as answer, desk() as at:
        from engine.listing import office_person
        from engine.staff.addresses import restore_address

        address = restore_address(at, name, by or office_person(at.session), email)
        answer.say(f"{name.partition('@')[0]}的邮箱已恢复：{address}")
        answer.put(person=name, email=address)


def bounce(
    file: Annotated[str, typer.Argument(metavar="文件", help="退信的原文；“-”从标准输入读")] = "-",
    as_json: AsJson = False,
) -> None:
    """处理一封退信：由邮件服务器收到退信时调用，标记退信、停用邮箱、改送、告警。"""
    with answering(as_json) as answer, installation() as service:
        from notifications.bounces import Finding, take_back

        paths = service.return_paths
        if paths is None:
            raise BouncesNotSet("没有设置退信地址，请先设置 DUBAN_BOUNCE_ADDRESS，见运行手册")
        content = _read(file)
        with service.at_desk() as at:
            number, found = take_back(at, paths, content)
        said = {
            Finding.BOUNCED: "已标记退信，所附通知改送上一级岗位并告警",
            Finding.KNOWN: "此前已处理，未作改动",
            Finding.NOT_FINAL: "对方服务器仍在投递，未作改动",
        }
        answer.say(f"邮件{number}：{said[found]}")
        answer.put(delivery=number, finding=found.value)


def _read(file: str) -> bytes:
    """The mail; no more of it than shows that it is too large."""
    from notifications.bounces import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise typer.BadParameter(f"读不了文件“{file}”：{cause_of(error)}") from None


COMMANDS: dict[str, Callable[..., None]] = {"list": list_addresses, "restore": restore}
