"""The embedded runner: APScheduler as a mere alarm clock over the catalogue of jobs.

It remembers nothing; a second runner on the same store does no harm (the store's claims decide).
"""

from __future__ import annotations

import logging

from apscheduler.schedulers.background import BackgroundScheduler

from engine.rules.zone import ZONE
from flows.catalogue import Job, catalogue
from flows.clock import system_clock
from flows.service import Service

log = logging.getLogger("duban.flows")

# That a job is passed over while it is still at work is no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Runner:
    """Runs every job of the catalogue in the background until stopped."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.scheduler = BackgroundScheduler(timezone=ZONE)
        self.failed: dict[str, str] = {}
        for job in catalogue(service.settings.dispatch_seconds):
            self.scheduler.add_job(
                self._run,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=system_clock(),
            )

    def start(self) -> None:
        """Look at every job at once, which catches up on what was missed, and go on."""
        self.scheduler.start()

    def stop(self) -> None:
        """Let what is running end, and stop."""
        self.scheduler.shutdown(wait=True)

    def _run(self, job: Job) -> None:
        """One job's failure is shown, logged once while it lasts, and stops no other."""
        try:
            wrong = job.run(self.service)
            if wrong and self.failed.get(job.name) != wrong:
                log.error("%s：%s", job.title, wrong, extra={"action": f"{job.name}_wrong"})
            self.failed[job.name] = wrong
            if not wrong:
                del self.failed[job.name]
        except Exception as error:
            self.failed[job.name] = f"{type(error).__name__}: {error}"
            log.exception("%s失败", job.title, extra={"action": f"{job.name}_failed"})
