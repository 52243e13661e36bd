"""The history of the jobs, from any number of processes: when each was last looked at, what it did,
what it fails of.

Jobs are looked at every few seconds. A process writes at most once a minute, all its jobs in one
small transaction; only the beginning and the end of a failure are written at once.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from engine.errors import fault_of
from engine.log_actions import LogAction
from engine.store.job_history import Look, RunTold, write
from flows.catalogue import Job
from flows.redaction import redacted
from flows.service import Service
from flows.telling import hearing

log = logging.getLogger("duban.flows")

SECONDS = 60
"""How long what was seen may wait to be written."""
MOST_WAITING = 100
"""How many runs wait for a store that cannot be written to."""


def this_process() -> str:
    """The machine and the process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(slots=True)
class Looking:
    """One look at a job. ``wrong`` is what the job says is wrong; empty when all is well."""

    wrong: str = ""


class Recorder:
    """What this process has seen of its jobs, and has yet to write.

    Args:
        process: by which name; a worker whose processes live for one run only gives its own.
    """

    def __init__(self, service: Service, process: str = "") -> None:
        self._service = service
        self.process = process or this_process()
        self._at_work: dict[str, datetime] = {}
        self._looks: dict[str, Look] = {}
        self._runs: list[RunTold] = []
        self._written_at = float("-inf")
        self._lock = Lock()

    @contextmanager
    def looking(self, job: Job) -> Iterator[Looking]:
        """What is done, told and raised inside is the look of this moment at a job."""
        looking, begun = Looking(), self._service.now()
        with self._lock:
            self._at_work[job.name] = begun + job.limit
        with hearing() as told:
            try:
                yield looking
            except Exception as error:
                looking.wrong = fault_of(error)
                raise
            finally:
                self._note(job.name, begun, "；".join(told), redacted(looking.wrong))

    def close(self) -> None:
        """Write what waits to be written."""
        with self._lock:
            self._write(self._service.now())

    def _note(self, job: str, begun: datetime, did: str, error: str) -> None:
        now = self._service.now()
        with self._lock:
            del self._at_work[job]
            before = self._looks.get(job) or Look(job, self.process, now)
            has_changed = before.error != error
            since = (now if has_changed else before.failed_at) if error else None
            self._looks[job] = Look(job, self.process, now, since, error)
            if did or (error and has_changed):
                self._runs.append(RunTold(job, self.process, begun, now, did, error))
            if has_changed or time.monotonic() - self._written_at >= SECONDS:
                self._write(now)

    def _write(self, now: datetime) -> None:
        """A history that cannot be written stops no job; it is tried again a minute later. What is
        at work within its limit counts as looked at."""
        for job, until in self._at_work.items():
            before = self._looks.get(job) or Look(job, self.process, now)
            self._looks[job] = replace(before, looked_at=min(now, until))
        if not self._looks:
            return
        try:
            with self._service.database.begin() as session:
                write(session, list(self._looks.values()), self._runs, now)
        except SQLAlchemyError:
            log.warning("运行记录未能写入", extra={"action": LogAction.HISTORY_UNWRITTEN})
            del self._runs[:-MOST_WAITING]
        else:
            self._runs.clear()
        self._written_at = time.monotonic()
