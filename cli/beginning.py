"""What an installation begins with: the list of a sample, and the first accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.answer import Answer
from cli.installation import told_when_unreachable

if TYPE_CHECKING:
    from config.settings import Settings
    from flows.service import Service


def begin_sample_list(answer: Answer, settings: Settings, folder: Path) -> None:
    """Import a sample's list into an empty store, and tell so."""
    from flows.sample import begin_sample

    with told_when_unreachable(settings.database):
        begun = begin_sample(settings, folder)
    if begun is None:
        answer.say("库中已有清单，接着运行")
    else:
        answer.say(f"已导入示例并交办：{begun.note}")


def first_accounts(service: Service) -> list[str]:
    """Where nobody can sign in yet, open accounts; what is to be told of their passwords, which
    is told this once."""
    from engine.accounts.first import ADMINISTRATOR, open_first, open_for_sample
    from flows.clock import ShiftedClock

    with service.at_desk() as desk:
        password = open_first(desk)
        everybody = isinstance(service.now, ShiftedClock) and password and open_for_sample(desk)
    told = []
    if password:
        told.append(f"  管理员    账号 {ADMINISTRATOR}，初始密码 {password}（只显示这一次）")
    if everybody:
        told.append(f"  示例人员  以姓名登录，密码 {everybody}（只显示这一次）")
    return told
