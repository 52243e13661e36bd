"""Workers in processes of their own that share the sweeps of one store, and some of which are
killed with SIGKILL while they are at it."""

from __future__ import annotations

import os
import signal
import time
import traceback
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Self

from benchmarks.forking import forking
from config.scenario import Scenario
from engine.store.runs import unfinished
from flows.clock import VirtualClock
from flows.rehearsal.living import open_rehearsal
from flows.service import Service
from flows.tick import due_sweeps, run_due_sweeps

_context = forking(__name__)

DONE = "done"
TURNS = 20
"""How often the workers that are left, and new ones, go on with what the killed ones left."""


class WorkerFailed(RuntimeError):
    """A worker raised something; nobody had killed it."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, and what it is told and answers by."""

    process: BaseProcess
    line: Connection


class Crowd:
    """Runs the sweeps of a rehearsal: called as ``live_through`` calls its ``sweep``.

    Args:
        url: the address of the store.
        workers: how many share each sweep.
        risk: the share of sweeps on the way of which somebody is killed.
        seed: of who is killed, and how far on the way.
    """

    def __init__(
        self,
        scenario: Scenario,
        home: Path,
        url: str,
        *,
        workers: int = 4,
        risk: float = 0.06,
        seed: int = 2023,
    ) -> None:
        self.killed = 0
        self._given = scenario, home, url, workers
        self._risk, self._chance, self._usual = risk, Random(seed), 0.05
        self._is_owed = False
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        self._workers = [self._hire() for _ in range(self._given[-1])]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.line.close()
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()

    def __call__(self, service: Service) -> None:
        """Let the workers run what is due, until nothing is."""
        for _ in range(TURNS):
            self._take_turns(service.now())
            if is_done(service):
                return
        raise WorkerFailed(f"after {TURNS} turns sweeps are still due")

    def _hire(self) -> Worker:
        mine, its = _context.Pipe()
        process = _context.Process(target=_work, args=(its, *self._given), daemon=True)
        process.start()
        its.close()
        return Worker(process, mine)

    def _take_turns(self, moment: datetime) -> None:
        begun = time.monotonic()
        for worker in self._workers:
            worker.line.send(moment)
        self._is_owed |= self._chance.random() < self._risk
        if self._is_owed:
            self._is_owed = not self._kill_some()
        for worker in list(self._workers):
            if not _has_done(worker):
                self._workers[self._workers.index(worker)] = self._hire()
        self._usual = time.monotonic() - begun

    def _kill_some(self) -> bool:
        """One, two or all of them, somewhere on the way; whether any was still at it."""
        number = self._chance.choice((1, 1, 2, len(self._workers)))
        time.sleep(self._chance.random() * self._usual / 2)
        busy = [
            worker
            for worker in self._chance.sample(self._workers, number)
            if not worker.line.poll()
        ]
        for worker in busy:
            os.kill(worker.process.pid or 0, signal.SIGKILL)
        self.killed += len(busy)
        return bool(busy)


def is_done(service: Service) -> bool:
    """Whether no sweep is due by a service's clock, and none is under way."""
    with service.database.read() as session:
        return not unfinished(session) and not due_sweeps(session, service)


def _has_done(worker: Worker) -> bool:
    """Wait until a worker has done its turn; False when it was killed over it."""
    try:
        said = worker.line.recv()
    except (EOFError, ConnectionError):
        worker.process.join()
        if worker.process.exitcode == -signal.SIGKILL:
            return False
        said = f"exit code {worker.process.exitcode}"
    if said != DONE:
        raise WorkerFailed(said)
    return True


def _work(line: Connection, scenario: Scenario, home: Path, url: str, workers: int) -> None:
    """What a worker does until nobody is at the other end of its line."""
    service = open_rehearsal(scenario, home, url)
    clock = service.now
    assert isinstance(clock, VirtualClock)
    while True:
        try:
            clock.at = line.recv()
        except (EOFError, ConnectionError):
            return
        try:
            run_due_sweeps(service, shards=workers)
            line.send(DONE)
        except Exception:
            line.send(traceback.format_exc())
