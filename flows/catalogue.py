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
from notifications.dispatch import DispatchReport, dispatch

log = logging.getLogger("duban.flows")


@dataclass(frozen=True, slots=True)
class Job:
    """Something the engine does again and again.

    Attributes:
        title: what users call it.
        seconds: how often it is looked at.
        run: does whatever is due now; nothing when nothing is.
    """

    name: str
    title: str
    seconds: int
    run: Callable[[Service], object]


def send_mail(service: Service) -> DispatchReport:
    """Send what waits in the outbox."""
    report = dispatch(service.database, service.channels, service.composer, service.now)
    if report.sent or report.deferred or report.failed:
        log.info(
            "发信：送达%d封，待重试%d封，失败%d封",
            report.sent,
            report.deferred,
            report.failed,
            extra={"action": "dispatch"},
        )
    for channel, fault in report.faults.items():
        log.error("发信通道%s故障：%s", channel, fault, extra={"action": "channel_fault"})
    return report


def catalogue(dispatch_seconds: int) -> tuple[Job, ...]:
    """All jobs, in the order in which a rehearsal runs them."""
    return (
        Job("sweeps", "检查（日、周、月、季）", 10, run_due_sweeps),
        Job("dispatch", "发信", dispatch_seconds, send_mail),
        Job("checkpoint", "日志封存", 60, make_due_checkpoint),
    )
