"""The catalogue on Prefect: deployments with their schedules, the workers, and what a worker runs.

The only module that knows Prefect. It takes seconds to import, so nothing of the embedded path
imports it, and ``flows/prefect_home.py`` must have prepared the process before.

Prefect calls, and shows what happened; what is due, who is at it and when it is over is known to
our own store alone. So a flow run that comes late, twice or not at all, a worker that is killed and
a server that is away do no harm: whoever works on a sweep works until the store says it is over,
and the next call goes on with what is left.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from prefect import flow, get_client, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments import run_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.logging.handlers import APILogHandler
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from config.settings import load_settings
from engine.errors import DubanError
from engine.log_actions import LogAction
from engine.rules.zone import ZONE
from engine.sweeps.run import Run
from engine.sweeps.sweep import LaidOut, SweepReport, work_on
from flows.catalogue import Every, Job, catalogue
from flows.clock import VirtualClock
from flows.logs import log_to_stderr
from flows.recording import Recorder
from flows.service import Service, open_service
from flows.tick import Work

log = logging.getLogger("duban.flows")

POOL = "duban"
FLOW = "督办"
HELPING = "助查"
ENGINE = "python -P -m prefect.engine"
"""What a worker starts for a flow run. Left to itself, it first starts another process that looks
for the flow's files, which takes longer than most runs."""

AGAIN = "again"
"""The calls that go on with what was left undone."""

RETRY_SECONDS = 20


class PrefectAway(DubanError):
    """Prefect 服务连不上。"""


class NotDeployed(DubanError):
    """还没有登记。"""


class JobFault(DubanError):
    """任务未能做成。"""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A job as Prefect knows it. ``times`` are cron expressions or intervals, by their name."""

    name: str
    times: dict[str, str]


# What a worker runs


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
    """The installation as the worker sees it, whose folder this is not."""
    os.chdir(os.environ["PWD"])
    settings = load_settings()
    log_to_stderr(settings.log)
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


# Deployments


def deploy(service: Service, again: int) -> list[Deployed]:
    """Register the pool and the jobs that run at times of day; a second time, it changes nothing.

    Args:
        again: after how many minutes jobs are called once more, in case something was left undone.

    Raises:
        PrefectAway: the server does not answer.
    """
    jobs = [job for job in catalogue(service) if not job.is_resident]
    with _server() as prefect:
        _keep_pool(prefect)
        before = _deployments(prefect)
        deployed = [
            _deploy(job, _schedules(job, place, again), before) for place, job in enumerate(jobs)
        ]
        for name in before.keys() - {one.name for one in deployed}:
            prefect.delete_deployment(before[name].id)
    return deployed


@contextmanager
def _server() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as prefect:
        fault = prefect.api_healthcheck()
        if fault:
            url = os.environ["PREFECT_API_URL"]
            raise PrefectAway(
                f"连不上 Prefect 服务 {url}（{fault}）；请先启动 duban cluster server"
            )
        yield prefect


def _keep_pool(prefect: SyncPrefectClient) -> None:
    """What an operator has set of it stays."""
    template = ProcessWorker.get_default_base_job_template()
    template["job_configuration"]["command"] = ENGINE
    try:
        prefect.read_work_pool(POOL)
    except ObjectNotFound:
        prefect.create_work_pool(
            WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
        )
    else:
        prefect.update_work_pool(POOL, WorkPoolUpdate(base_job_template=template))


def _deployments(prefect: SyncPrefectClient) -> dict[str, DeploymentResponse]:
    """What is deployed, by its name."""
    ours = FlowFilter(name=FlowFilterName(any_=[FLOW]))
    return {found.name: found for found in prefect.read_deployments(flow_filter=ours)}


def _deploy(job: Job, schedules: list[Schedule], before: dict[str, DeploymentResponse]) -> Deployed:
    name = job.title.partition("（")[0]
    RunnerDeployment.from_flow(
        run_job,
        name,
        description=job.title,
        parameters={"job": job.name},
        tags=[FLOW],
        schedules=schedules,
        paused=name in before and before[name].paused,
        work_pool_name=POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,
    ).apply()
    return Deployed(name, {str(one.slug): one.cron or f"每 {one.interval}" for one in schedules})


def _schedules(job: Job, place: int, again: int) -> list[Schedule]:
    """When a job is called: not all at once again, and not when many have their own times."""
    zone = job.zone.key
    if isinstance(job.cadence, Every):
        every = timedelta(seconds=job.cadence.seconds)
        anchor = datetime(2020, 1, 1, 0, 7 + place, tzinfo=job.zone)
        return [Interval(every, anchor_date=anchor, timezone=zone, slug="every")]
    crons = {name: f"{at.minute} {at.hour} * * *" for name, at in job.cadence.times}
    crons[AGAIN] = f"{(5 + place) % again}-59/{again} * * * *"
    return [Cron(cron, timezone=zone, slug=name) for name, cron in crons.items()]


# Processes


def work(name: str, limit: int, begun: Callable[[], None]) -> None:
    """Run what Prefect calls for, until the process is told to stop.

    Args:
        limit: how many runs at once.
        begun: told when it looks for work.

    Raises:
        PrefectAway: the server does not answer, or no longer.
        NotDeployed: the pool is not registered.
    """
    with _server() as prefect:
        try:
            prefect.read_work_pool(POOL)
        except ObjectNotFound:
            raise NotDeployed("Prefect 服务上还没有登记，请先运行 duban cluster deploy") from None
    # A run begins in a folder of its own, and finds the program and its settings by these.
    os.environ["PWD"] = os.getcwd()
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        asyncio.run(_work(name, limit, begun))
    except Exception as error:  # after minutes of trying
        raise PrefectAway(f"与 Prefect 服务失去了联系，工作进程退出：{error}") from error


async def _work(name: str, limit: int, begun: Callable[[], None]) -> None:
    worker = ProcessWorker(
        work_pool_name=POOL, name=name, limit=limit, create_pool_if_not_found=False
    )
    told = worker.start(printer=lambda line: begun() if "started" in line else None)
    working = asyncio.ensure_future(told)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    with suppress(asyncio.CancelledError):
        await working


def server_app() -> FastAPI:
    """The Prefect server: its interface, its pages, and what it does by itself."""
    # Slow to import, and of no use to a worker.
    from prefect.server.api.server import create_app
    from prefect.server.database.configurations import AioSqliteConfiguration
    from prefect.server.database.orm_models import FlowRun

    # From 2.1 on SQLAlchemy asks what to do with this attribute in a bulk insert, and Prefect does
    # not say: no schedule would ever call anything. What it stands for is inserted beside it.
    vars(FlowRun)["state"].inplace.bulk_dml(lambda cls, mapping, state: None)
    # On SQLite a reader that turns writer cannot wait, and what it was about to write is lost.
    begin = AioSqliteConfiguration.begin_transaction
    AioSqliteConfiguration.begin_transaction = (  # type: ignore[method-assign]
        lambda self, session, with_for_update=False: begin(self, session, with_for_update=True)
    )
    return create_app(final=True)
