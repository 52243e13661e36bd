"""What an installation begins with: the list of a sample, and the first accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.installation import told_when_unreachable

if TYPE_CHECKING:
    from config.settings import Settings
    from flows.service import Service


@dataclass(frozen=True, slots=True)
class FirstAccounts:
    """The accounts that were just opened, with their passwords; empty where none were.

    Attributes:
        login, password: the administrator's.
        everybody: the password of all who hold a post in a sample.
    """

    login: str = ""
    password: str = ""
    everybody: str = ""

    @property
    def lines(self) -> Iterator[str]:
        """For the eyes of whoever started the service, this once."""
        if self.login:
            yield f"  管理员    账号 {self.login}，初始密码 {self.password}（只显示这一次）"
        if self.everybody:
            yield f"  示例人员  以姓名登录，密码 {self.everybody}（只显示这一次）"

    @property
    def without_passwords(self) -> str:
        """For a log, which others read and which is kept."""
        if not self.login:
            return ""
        also = "，也给示例人员开通了账号" if self.everybody else ""
        return (
            f"已开通管理员账号 {self.login}{also}。初始密码不写入日志，"
            f"请在本机用 duban user reset {self.login} 设一个，只显示一次"
        )


def begin_sample_list(settings: Settings, folder: Path) -> str:
    """Import a sample's list into an empty store; what came of it."""
    from flows.sample import begin_sample

    with told_when_unreachable(settings.database):
        begun = begin_sample(settings, folder)
    return f"已导入示例并交办：{begun.note}" if begun else "库中已有清单，接着运行"


def first_accounts(service: Service) -> FirstAccounts:
    """Where nobody can sign in yet, open accounts."""
    from engine.accounts.first import ADMINISTRATOR, open_first, open_for_sample
    from flows.clock import ShiftedClock

    with service.at_desk() as desk:
        password = open_first(desk)
        if password is None:
            return FirstAccounts()
        is_sample = isinstance(service.now, ShiftedClock)
        everybody = open_for_sample(desk) if is_sample else ""
        return FirstAccounts(ADMINISTRATOR, password, everybody)
