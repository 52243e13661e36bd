"""The embedded runner: APScheduler as a mere alarm clock over the catalogue of jobs.

It remembers nothing; a second runner on the same store does no harm (the store's claims decide).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from threading import Timer

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from engine.errors import fault_of
from engine.log_actions import LogAction
from engine.rules.zone import ZONE
from flows.background import Background
from flows.catalogue import Job, catalogue
from flows.clock import system_clock
from flows.recording import Recorder
from flows.redaction import redacted
from flows.service import Service

log = logging.getLogger("duban.flows")

# That a job is passed over while it is still at work is no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


AGAIN = 60.0
"""Seconds after which a job that failed is looked at again, at the latest."""


class Runner:
    """Runs jobs of the catalogue in the background until stopped; by default all."""

    def __init__(self, service: Service, jobs: Sequence[Job] | None = None) -> None:
        self.service = service
        self.scheduler = BackgroundScheduler(timezone=ZONE)
        self.failed: dict[str, str] = {}
        self.background = Background()
        self.recorder = Recorder(service)
        for job in catalogue(service) if jobs is None else jobs:
            self.scheduler.add_job(
                self._run,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=system_clock() + job.first_look,
            )

    def start(self) -> None:
        """Look at every job at once, which catches up on what was missed, and go on."""
        self.scheduler.start()

    def stop(self) -> None:
        """Let what is running end, and stop."""
        self.scheduler.shutdown(wait=True)
        self.recorder.close()

    def run_now(self, job: Job) -> bool:
        """Look at a job at once, beside its times; False while it is at work here already. Whatever
        others do meanwhile, the store decides what is due."""
        if self.scheduler.running and self.scheduler.get_job(job.name) is not None:
            self.scheduler.modify_job(job.name, next_run_time=system_clock())
            return True
        return self.background.start(f"job-{job.name}", lambda: self._run(job))

    def _run(self, job: Job) -> None:
        """One job's failure is shown, logged once while it lasts, and stops no other."""
        before = self.failed.pop(job.name, "")
        try:
            with self.recorder.looking(job) as look:
                look.wrong = job.run(self.service)
        except Exception as error:
            self.failed[job.name] = redacted(fault_of(error))
            if self.failed[job.name] != before:
                log.exception("%s失败", job.title, extra=_told(LogAction.JOB_FAILED, job))
            self._look_again(job)
            return
        if look.wrong:
            self.failed[job.name] = look.wrong
            if look.wrong != before:
                log.error("%s：%s", job.title, look.wrong, extra=_told(LogAction.JOB_FAULT, job))
        elif before:
            log.info("%s恢复正常", job.title, extra=_told(LogAction.JOB_RECOVERED, job))

    def _look_again(self, job: Job) -> None:
        """Soon, where the next look is far: a fault that has passed is not to be shown for a day.
        Not from this thread, for which whoever stops the scheduler waits with its lock held."""
        if job.seconds > AGAIN and self.scheduler.running:
            timer = Timer(AGAIN, self._bring_forward, [job])
            timer.daemon = True
            timer.start()

    def _bring_forward(self, job: Job) -> None:
        if self.scheduler.running:
            with suppress(JobLookupError):  # it has been stopped meanwhile
                self.scheduler.modify_job(job.name, next_run_time=system_clock())


def _told(action: LogAction, job: Job) -> dict[str, str]:
    return {"action": action, "job": job.name}
