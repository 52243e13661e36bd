"""What a worker runs: a job of the catalogue, to a moment, alone or with others."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.deployments import run_deployment
from prefect.logging.handlers import APILogHandler

from config.settings import load_settings
from engine.errors import DubanError
from engine.log_actions import LogAction
from engine.rules.zone import ZONE
from engine.sweeps.run import Run
from engine.sweeps.sweep import LaidOut, SweepReport, work_on
from flows.catalogue import Job, catalogue
from flows.clock import VirtualClock
from flows.cluster.asking import FLOW, WRITTEN_APART
from flows.logs import log_to_stderr, take_over
from flows.recording import Recorder
from flows.service import Service, open_service
from flows.tick import Work

log = logging.getLogger("duban.flows")

HELPING = "助查"
RETRY_SECONDS = 20


class JobFault(DubanError):
    """任务未能做成。"""


def _run_name() -> str:
    """``检查 2026-11-23 08:30``: of what, and to which local moment."""
    wanted = runtime.flow_run.parameters
    at = wanted.get("as_of") or runtime.flow_run.scheduled_start_time
    name = f"{runtime.deployment.name} {_local(at):%Y-%m-%d %H:%M}"
    return f"{name} {HELPING}" if wanted.get("helping") else name


def _local(at: datetime) -> datetime:
    """A moment without a zone is local."""
    return at.astimezone(ZONE) if at.tzinfo else at.replace(tzinfo=ZONE)


@flow(name=FLOW, flow_run_name=_run_name)
def run_job(
    job: str, as_of: datetime | None = None, shards: int | None = None, helping: bool = False
) -> None:
    """Do what is due of a job of the catalogue.

    Args:
        as_of: the moment to which it is done; by default the present.
        shards: among how many workers it is to be shared; by default what the catalogue says.
        helping: called by another run to share its work.
    """
    with _installation(as_of) as service:
        entry = next((found for found in catalogue(service) if found.name == job), None)
        if entry is None:
            raise JobFault(f"任务表中没有 {job}，请重新运行 duban cluster deploy")
        recorder = Recorder(service, os.environ.get("PREFECT__WORKER_NAME", ""))
        try:
            with recorder.looking(entry) as look:
                look.wrong = _call(service, entry, shards or entry.shards, helping)
        finally:
            recorder.close()
    if look.wrong:
        raise JobFault(look.wrong)


@contextmanager
def _installation(as_of: datetime | None) -> Iterator[Service]:
    """The installation as the worker sees it."""
    settings = load_settings()
    log_to_stderr(settings.log)
    take_over(*WRITTEN_APART)
    logging.getLogger("duban").addHandler(APILogHandler())
    service = open_service(settings, now=VirtualClock(_local(as_of)) if as_of else None)
    try:
        yield service
    finally:
        service.database.close()


def _call(service: Service, job: Job, shards: int, helping: bool) -> str:
    """What is wrong, as the job tells it."""
    if job.can_be_shared:
        return job.run(service, _shared(service, job, 1 if helping else shards), shards)
    wrong: str = _as_task(job, job.title, lambda: job.run(service))
    return wrong


def _shared(service: Service, job: Job, workers: int) -> Work:
    """How a sweep is worked on: in a task, with as many others as it has parts for."""

    def work(run: Run) -> SweepReport:
        title = f"{run.moment.cadence.label} {run.moment.period}"
        report = _as_task(job, title, lambda: work_on(run, _calling(run, workers)))
        if report.claimed:
            _show(service, report, title)
        return report

    return work


def _as_task(job: Job, title: str, do: Callable[[], Any]) -> Any:
    """Do it under the job's time limit, and again if it fails."""
    return task(
        name=job.title,
        task_run_name=title,
        retries=job.retries,
        retry_delay_seconds=RETRY_SECONDS,
        timeout_seconds=job.limit.total_seconds(),
        cache_policy=NO_CACHE,
        persist_result=False,
    )(do)()


def _calling(run: Run, workers: int) -> LaidOut:
    """Asks for other workers once there are parts for them, each only once."""
    wanted = runtime.flow_run.parameters | {"helping": True}

    def laid_out(parts: int) -> None:
        for number in range(1, min(workers, parts)):
            with _unless_away():
                run_deployment(
                    f"{FLOW}/{runtime.deployment.name}",
                    parameters=wanted,
                    tags=[HELPING],
                    timeout=0,
                    as_subflow=False,
                    idempotency_key=f"{runtime.flow_run.id}-{run.id}-{number}",
                )

    return laid_out


def _show(service: Service, report: SweepReport, title: str) -> None:
    """What was issued, by kind, and what was not, by reason, on Prefect's pages."""
    rows = [
        *(("产生", kind.label, count) for kind, count in report.issued.items()),
        *(("未发", reason.label, count) for reason, count in report.held.items()),
    ]
    page = service.settings.base_url
    with _unless_away():
        create_table_artifact(
            [dict(zip(("情况", "种类", "数量"), row, strict=True)) for row in rows],
            key=f"sweep-{report.cadence.value}",
            description=f"{title}，[督办系统]({page}/)" if page else title,
        )


@contextmanager
def _unless_away() -> Iterator[None]:
    """What is only for show may fail; the work goes on."""
    try:
        yield
    except Exception as error:
        log.warning("Prefect 未能照办：%s", error, extra={"action": LogAction.PREFECT_AWAY})
