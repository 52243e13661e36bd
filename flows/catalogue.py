"""The catalogue of jobs: each declared once, whoever runs it. Adding a job is one entry here.

A job is looked at every few seconds; whether anything is due is decided by the calendar and the
store, never by a timer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flows.service import Service
from flows.tick import make_due_checkpoint, run_due_sweeps
from notifications.board.export import export, is_current
from notifications.board.site import read_site, stamp_of
from notifications.dispatch import DispatchReport, dispatch

log = logging.getLogger("duban.flows")


@dataclass(frozen=True, slots=True)
class Job:
    """Something the engine does again and again.

    Attributes:
        title: what users call it.
        seconds: how often it is looked at.
        run: does whatever is due now, and tells what is wrong; empty when all is well.
    """

    name: str
    title: str
    seconds: int
    run: Callable[[Service], str]


def check(service: Service) -> str:
    """Run the sweeps that are due. What goes wrong in one is raised."""
    run_due_sweeps(service)
    return ""


def send_mail(service: Service) -> DispatchReport:
    """Send what waits in the outbox."""
    report = dispatch(
        service.database, service.rulebook, service.channels, service.composer, service.now
    )
    if report.sent or report.deferred or report.failed:
        log.info(
            "发信：送达%d封，待重试%d封，失败%d封",
            report.sent,
            report.deferred,
            report.failed,
            extra={"action": "dispatch"},
        )
    return report


def deliver(service: Service) -> str:
    """Send what waits; a channel that is down is told, and its letters wait."""
    faults = send_mail(service).faults.items()
    return "；".join(f"发信通道{channel}故障：{fault}" for channel, fault in faults)


def seal(service: Service) -> str:
    """Make the day's checkpoint of the journal when it is due."""
    make_due_checkpoint(service)
    return ""


def show(service: Service) -> str:
    """Export the public board where a folder for it is named and it has changed."""
    folder, publicity = service.settings.board_dir, service.rulebook.policy.publicity
    if folder is None:
        return ""
    with service.database.read() as session:
        if is_current(folder, stamp_of(session, publicity)):
            return ""
    files, stamp = read_site(service.database, publicity)
    done = export(files, folder, stamp)
    log.info("公示栏：更新%d个文件", done.written, extra={"action": "board"})
    return ""


def catalogue(dispatch_seconds: int) -> tuple[Job, ...]:
    """All jobs."""
    return (
        Job("sweeps", "检查（日、周、月、季）", 10, check),
        Job("dispatch", "发信", dispatch_seconds, deliver),
        Job("checkpoint", "日志封存", 60, seal),
        Job("board", "公示栏导出", 60, show),
    )
