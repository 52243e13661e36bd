"""Where a service works, as it says when it begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cli.installation import address_of
from engine.rules.zone import written_at

if TYPE_CHECKING:
    from flows.service import Service


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service works, and by what.

    Attributes:
        address: of its pages; empty for none.
        jobs: which of the jobs it looks at; empty for all.
        clock: what a demonstration's clock says; empty for the time of day.
    """

    address: str
    jobs: str
    home: str
    database: str
    mail: str
    policy: str
    calendar: str
    clock: str

    @property
    def fields(self) -> dict[str, str]:
        """For programs."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def lines(self) -> Iterator[str]:
        """For a reader."""
        yield f"督办已启动：{self.address}" if self.address else "督办已启动，不开网页"
        if self.jobs:
            yield f"  任务      {self.jobs}"
        yield f"  工作目录  {self.home}"
        yield f"  数据库    {self.database}"
        yield f"  邮件      {self.mail}"
        yield f"  规则      {self.policy}"
        yield f"  日历      {self.calendar}"
        if self.clock:
            yield f"  演示时钟  现在是 {self.clock}，不是实际时间"
        yield "按 Ctrl-C 停止"


def place_of(service: Service, jobs: str, has_web: bool) -> Place:
    """That of a service; see there."""
    from flows.clock import ShiftedClock
    from flows.mail_address import mail_address

    settings, policy = service.settings, service.rulebook.policy
    calendar = service.rulebook.calendar
    layers = "、".join(layer.title for layer in calendar.layers)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return Place(
        address=f"http://{host}:{settings.port}/" if has_web else "",
        jobs=jobs,
        home=str(settings.home),
        database=address_of(settings.database),
        mail=mail_address(settings),
        policy=f"{policy.title}（版本 {policy.version}）",
        calendar=f"{layers}（版本 {calendar.version}）",
        clock=written_at(service.now()) if isinstance(service.now, ShiftedClock) else "",
    )
