"""日历订阅: ``duban feed show``, ``renew``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import installation
from cli.options import AsJson, By

UnitName = Annotated[str, typer.Argument(metavar="单位", help="联系表中的全称", show_default=False)]


def show(unit: UnitName, as_json: AsJson = False) -> None:
    """查看一个单位的日历订阅地址。"""
    with answering(as_json) as answer, installation() as service:
        from engine.staff.feeds import feed_named

        with service.database.read() as session:
            found = feed_named(session, unit)
        if found.renewed_by:
            answer.say(f"{found.unit}的订阅地址由{found.renewed_by}更换过")
        _tell(answer, service.links.feed(found.id, found.serial), service.settings.base_url, unit)


def renew(unit: UnitName, by: By, as_json: AsJson = False) -> None:
    """更换一个单位的日历订阅地址，旧地址立即失效。"""
    with answering(as_json) as answer, installation() as service:
        from engine.staff.feeds import feed_named
        from engine.staff.feeds import renew as verb

        with service.database.read() as session:
            found = feed_named(session, unit)
        with service.at_desk() as desk:
            serial = verb(desk, unit, by, found.serial)
        answer.say(f"{found.unit}的旧地址已失效，请把新地址交给单位")
        _tell(answer, service.links.feed(found.id, serial), service.settings.base_url, unit)


def _tell(answer: Answer, path: str, base_url: str, unit: str) -> None:
    address = f"{base_url}{path}"
    answer.say(address)
    if not base_url:
        answer.say("还没有设置 DUBAN_BASE_URL，请在前面补上本系统的网址")
    answer.put(unit=unit, address=address)


COMMANDS: dict[str, Callable[..., None]] = {"show": show, "renew": renew}
