"""The sweeps of a rehearsal run by Prefect: real workers, some of which are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any, Self

from benchmarks.sameness.crowd import is_done
from config.settings import Settings
from flows.service import Service
from tests.flows.prefect_cluster import UNDER_WAY, Cluster

JOB = "sweeps"
PATIENCE = 40.0
"""Seconds after which it is called again, as the schedule does every ten minutes."""
PAUSE = 0.2
USUAL = 8.0
"""Seconds that a sweep takes for the first."""


def told(settings: Settings, shards: int) -> dict[str, str]:
    """What a worker is told of the installation that rehearses."""
    values = {
        "HOME": str(settings.home),
        "DATABASE_URL": settings.database,
        "POLICY": settings.policy,
        "CALENDAR": ",".join(settings.calendar),
        "BASE_URL": settings.base_url,
        "SHARDS": str(shards),
    }
    return {f"DUBAN_{name}": value for name, value in values.items()}


class PrefectCrowd:
    """Runs what is due: called as ``live_through`` calls its ``sweep``.

    Args:
        cluster: where the jobs are deployed; paused, since its schedules would call with the clock
            of today.
        settings: of the installation that rehearses.
        workers: how many there are, and share each sweep.
        risk: the share of sweeps on the way of which a worker is killed, with what it runs.
        seed: of who is killed, and when.
    """

    def __init__(
        self,
        cluster: Cluster,
        settings: Settings,
        *,
        workers: int = 4,
        risk: float = 0.1,
        seed: int = 2023,
    ) -> None:
        self.killed = 0
        self._cluster, self._risk, self._chance = cluster, risk, Random(seed)
        self._number, self._usual = workers, USUAL
        self._begun_at = datetime.now(UTC).isoformat()
        self._workers: list[subprocess.Popen[str]] = []
        self._told = told(settings, workers)

    def __enter__(self) -> Self:
        self._workers = [self._hire() for _ in range(self._number)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._kill(worker)

    def __call__(self, service: Service) -> None:
        """Let Prefect run what is due, until nothing is."""
        begun, called = time.monotonic(), float("-inf")
        is_risky = self._chance.random() < self._risk
        kill_at = begun + self._chance.random() * self._usual if is_risky else float("inf")
        while not is_done(service):
            now = time.monotonic()
            if now - called > PATIENCE:
                with suppress(OSError):  # too busy to be asked: asked again
                    self._cluster.prefect.call(JOB, as_of=service.now().isoformat())
                    called = now
            if now > kill_at:
                self._kill_one()
                kill_at = float("inf")
            time.sleep(PAUSE)
        self._usual = time.monotonic() - begun
        self._let_all_end()

    def _let_all_end(self) -> None:
        """Wait for the helpers that found nothing left to do: their clock stands at this moment,
        and they would take part in what comes next. Those of killed workers never end."""
        state = {"type": {"any_": UNDER_WAY}}
        wanted = {"flow_runs": {"state": state, "expected_start_time": {"after_": self._begun_at}}}
        end = time.monotonic() + PATIENCE
        while (left := self._cluster.prefect.ask("/flow_runs/filter", wanted)) and (
            time.monotonic() < end and any(map(_may_end, left))
        ):
            time.sleep(PAUSE)
        cancelled = {"state": {"type": "CANCELLED"}, "force": True}
        for run in left:
            self._cluster.prefect.ask(f"/flow_runs/{run['id']}/set_state", cancelled)

    def _hire(self) -> subprocess.Popen[str]:
        worker = self._cluster.start("cluster", "worker", "--limit", "5", **self._told)
        Thread(target=worker.communicate, daemon=True).start()  # what it says is not kept
        return worker

    def _kill_one(self) -> None:
        """Another takes its place."""
        place = self._chance.randrange(self._number)
        self._kill(self._workers[place])
        self._workers[place] = self._hire()
        self.killed += 1

    def _kill(self, worker: subprocess.Popen[str]) -> None:
        """With all that it runs."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _may_end(run: dict[str, Any]) -> bool:
    """Whether a run has not begun yet, or its process is there."""
    process = (run["infrastructure_pid"] or "").rpartition(":")[2]
    return not process or Path("/proc", process).exists()
