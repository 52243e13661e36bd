"""备份: made in the background, looked through, listed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.transfer.backing_up import Backup, back_up, backup_named, backups, faults_of
from flows.clock import system_clock
from flows.service import Service
from web.console.declared import Act, Done, Menu, Page
from web.console.given import Nothing
from web.console.system import ADMINISTRATORS, SEE
from web.console.visit import Visit

HERE, AT_WORK = "/system/backups", "backup"


@dataclass(frozen=True, slots=True)
class Backups:
    """All backups. ``fault`` is what the last attempt failed of."""

    backups: list[Backup]
    folder: str
    is_at_work: bool
    fault: str


def show(visit: Visit, _: Nothing) -> Backups:
    """All backups."""
    folder, background = visit.service.settings.backup_dir, visit.runner.background
    return Backups(
        backups(folder), str(folder), background.is_at_work(AT_WORK), background.fault(AT_WORK)
    )


def make(visit: Visit, _: Nothing) -> Done:
    """Begin a backup."""
    service = visit.service
    if not visit.runner.background.start(AT_WORK, lambda: _make(service)):
        return Done("正在备份，不必再点", HERE)
    return Done("已开始备份，做完、核对无误后列在下面", HERE)


def _make(service: Service) -> None:
    folder = service.settings.backup_dir
    back_up(service.database, folder, system_clock(), lambda *_: None)


def verify(visit: Visit, _: Nothing, name: str) -> Done:
    """Look through a backup."""
    found = faults_of(backup_named(visit.service.settings.backup_dir, name))
    if found:
        return Done(f"{name} 有问题，不要用它恢复：{'；'.join(found)}", HERE)
    return Done(f"{name} 完整：文件没有损坏，督办日志核对一致", HERE)


PAGES = (Page("backups", HERE, "备份", SEE, show, "backups.html", menu=Menu.SYSTEM),)
ACTS = (
    Act(
        "backup-make",
        "/system/backups/make",
        "立即备份",
        ADMINISTRATORS,
        make,
        about="把全部数据写成一个文件，期间照常办理；写完逐页核对，并核对督办日志。",
        back=HERE,
    ),
    Act(
        "backup-verify",
        "/system/backups/{name}/verify",
        "核对备份",
        ADMINISTRATORS,
        verify,
        about="核对文件有没有损坏、督办日志与写入时是否一致。数据多的要等一会儿。",
        back=HERE,
    ),
)
