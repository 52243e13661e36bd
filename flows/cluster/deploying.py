"""Deployments: which jobs Prefect calls, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.catalogue import Every, Job, catalogue
from flows.cluster.asking import AGAIN, FLOW, POOL, asking, deployments
from flows.cluster.running import run_job
from flows.cluster.vanished import tell_of_vanished
from flows.service import Service


@dataclass(frozen=True, slots=True)
class Deployed:
    """A job as Prefect knows it. ``times`` are cron expressions or intervals, by their name."""

    name: str
    times: dict[str, str]


def deploy(service: Service, again: int) -> list[Deployed]:
    """Register the pool and the jobs that run at times of day; a second time, it changes nothing.

    Args:
        again: after how many minutes jobs are called once more, in case something was left undone.

    Raises:
        PrefectAway: the server does not answer.
    """
    jobs = [job for job in catalogue(service) if not job.is_resident]
    with asking() as prefect:
        _keep_pool(prefect)
        tell_of_vanished(prefect)
        before = deployments(prefect)
        deployed = [
            _deploy(job, _schedules(job, place, again), before) for place, job in enumerate(jobs)
        ]
        for name in before.keys() - {one.name for one in deployed}:
            prefect.delete_deployment(before[name].id)
    return deployed


def _keep_pool(prefect: SyncPrefectClient) -> None:
    """What an operator has set of it stays."""
    try:
        prefect.read_work_pool(POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        pool = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
        prefect.create_work_pool(pool)


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
