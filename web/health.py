"""What keeps an installation from doing its duty, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.audit.kept import last_audit
from engine.store.job_history import looks
from flows.auditing import work_undone
from flows.catalogue import catalogue
from flows.runner import Runner
from flows.service import Service

UNREADABLE = "数据库读不出来：连不上、没有回应或不能用，请看日志和数据库的状态"


def faults(service: Service, runner: Runner) -> list[str]:
    """What fails in this process or in another, and what should have been run by now."""
    try:
        with service.database.read() as session:
            return faults_in(session, service, runner)
    except SQLAlchemyError:
        # Whoever asks need not have signed in: what the database says goes to the log alone.
        return [*_here(service, runner), UNREADABLE]


def faults_in(session: Session, service: Service, runner: Runner) -> list[str]:
    """The same for a page, which has its look at the store already: if each waited for a second
    connection, a few of them at once would wait for each other."""
    undone = (finding.text for finding in work_undone(session, service))
    return [*_here(service, runner), *_elsewhere(session, service, runner), *undone]


def _here(service: Service, runner: Runner) -> Iterator[str]:
    for job in catalogue(service):
        if job.name in runner.failed:
            yield f"{job.title}失败：{runner.failed[job.name]}"


def _elsewhere(session: Session, service: Service, runner: Runner) -> Iterator[str]:
    """Jobs that fail in processes that are still there, as they told the store."""
    jobs = {job.name: job for job in catalogue(service)}
    for look in looks(session):
        job = jobs.get(look.job)
        if not look.error or job is None or look.process == runner.recorder.process:
            continue
        if look.looked_at >= service.now() - job.patience:
            yield f"{job.title}失败（{look.process}）：{look.error}"


def audited(service: Service) -> dict[str, Any] | None:
    """The last audit for a program; None before the first, or when the store cannot be read."""
    try:
        with service.database.read() as session:
            last = last_audit(session)
    except SQLAlchemyError:
        return None
    if last.at is None:
        return None
    return {
        "at": last.at.isoformat(),
        "clean_at": last.clean_at and last.clean_at.isoformat(),
        "findings": [{"kind": found.kind.value, "text": found.text} for found in last.findings],
    }
