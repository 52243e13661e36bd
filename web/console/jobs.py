"""任务: what runs by itself, when it was last looked at, what it did; 立即运行."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from engine.store.job_history import last_done, looks, recent_runs
from flows.catalogue import Daily, Job, catalogue
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, Nothing
from web.console.system import ADMINISTRATORS, SEE
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/system/jobs"


class Asked(Given):
    """How much of the history."""

    shown: int = Field(50, ge=1, le=500)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with its newest sign of life in whatever process.

    Attributes:
        when: when it is due, in words.
        did: what the last run did that did something.
        error: why it fails now; empty when it works.
    """

    name: str
    title: str
    when: str
    looked_at: datetime | None
    process: str
    did_at: datetime | None
    did: str
    error: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that did something or failed."""

    title: str
    started_at: datetime
    finished_at: datetime
    did: str
    error: str
    process: str


@dataclass(frozen=True, slots=True)
class Jobs:
    """All jobs, and what they did of late."""

    jobs: list[JobLine]
    runs: list[RunLine]


def show(visit: Visit, asked: Asked) -> Jobs:
    """All jobs."""
    jobs = catalogue(visit.service)
    newest = {look.job: look for look in reversed(looks(visit.session))}
    done, titles = last_done(visit.session), {job.name: job.title for job in jobs}
    lines = []
    for job in jobs:
        look, did = newest.get(job.name), done.get(job.name)
        lines.append(
            JobLine(
                job.name,
                job.title,
                _when(job),
                look.looked_at if look else None,
                look.process if look else "",
                did.finished_at if did else None,
                did.did if did else "",
                look.error if look else "",
                look.failed_at if look else None,
            )
        )
    runs = [
        RunLine(titles.get(r.job, r.job), r.started_at, r.finished_at, r.did, r.error, r.process)
        for r in recent_runs(visit.session, asked.shown)
    ]
    return Jobs(lines, runs)


_ROUND = {3600: "每小时", 86400: "每24小时"}


def _when(job: Job) -> str:
    if isinstance(job.cadence, Daily):
        times = dict.fromkeys(f"{at:%H:%M}" for _, at in job.cadence.times)
        return f"每天{'、'.join(times)}"
    seconds = job.cadence.seconds
    if seconds < 60:
        return f"每{seconds}秒"
    return _ROUND.get(seconds) or f"每{seconds // 60}分钟"


def run(visit: Visit, _: Nothing, name: str) -> Done:
    """Look at a job at once."""
    job = _job(visit, name)
    if not visit.runner.run_now(job):
        return Done(f"“{job.title}”正在运行，不必再点", HERE)
    return Done(f"“{job.title}”已开始，稍后在下面看结果；没有到时的事项不会提前办", HERE)


def _job(visit: Visit, name: str) -> Job:
    job = next((job for job in catalogue(visit.service) if job.name == name), None)
    if job is None:
        raise NotFound("没有这个任务")
    return job


def _offer(visit: Visit, name: str) -> Offer:
    job = _job(visit, name)
    return Offer(facts=[("任务", job.title), ("平时", _when(job))])


PAGES = (Page("jobs", HERE, "任务", SEE, show, "jobs.html", Asked, Menu.SYSTEM),)
ACTS = (
    Act(
        "job-run",
        "/system/jobs/{name}/run",
        "立即运行",
        ADMINISTRATORS,
        run,
        about="现在就看一遍有没有该办的。同一期检查只办一次，不会重复发出通知。",
        offer=_offer,
        back=HERE,
    ),
)
