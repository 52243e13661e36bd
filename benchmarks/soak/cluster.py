"""A cluster on one machine, each process as an operator starts it, and kept running."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.prefect_calls import Prefect, environment
from benchmarks.soak.kept import Command, Kept, Postgres
from tests.cli.conftest import free_port

PAUSE = 0.05
PATIENCE = 180
"""Seconds within which everything must have started."""

POOL = "duban"


Found = TypeVar("Found")


class NotInTime(Exception):
    """Something did not happen within its time."""


class Cluster:
    """PostgreSQL, the Prefect server and the workers. Prefect keeps its own data in a file: the
    PostgreSQL of the wheel lacks an extension that it asks for.

    Args:
        postgres: runs already, with the store at ``url``.
    """

    def __init__(self, postgres: Postgres, url: str, workers: int, folder: Path) -> None:
        self._url, self._folder, port = url, folder, free_port()
        self.postgres = Kept(postgres, is_up=True)
        self.prefect = Prefect(f"http://127.0.0.1:{port}/api")
        self.server = self._command("server", "cluster", "server", "--port", str(port))
        self.workers = {
            name: self._command(name, "cluster", "worker", "--name", name, "--limit", "1")
            for name in (f"worker-{number}" for number in range(1, workers + 1))
        }

    @property
    def kept(self) -> list[Kept]:
        """All that runs, in the order in which it starts."""
        return [self.postgres, self.server, *self.workers.values()]

    @contextmanager
    def running(self, as_of: datetime) -> Iterator[None]:
        """Deployed and with all workers there; every call is held to the same moment."""
        try:
            self.server.start()
            self.wait(self.prefect.is_healthy, PATIENCE)
            self._deploy()
            self.prefect.stand_at(as_of)
            for worker in self.workers.values():
                worker.start()
            self.wait(lambda: self.prefect.workers(POOL) == len(self.workers), PATIENCE)
            yield
        finally:
            for command in (*self.workers.values(), self.server):
                command.stop()

    def wait(self, find: Callable[[], Found | None], seconds: float) -> Found:
        """Keep everything running until something is found that is not nothing.

        Raises:
            NotInTime: there was nothing in time.
        """
        until = time.monotonic() + seconds
        while not (found := find()):
            if time.monotonic() > until:
                raise NotInTime
            for one in self.kept:
                one.keep()
            time.sleep(PAUSE)
        return found

    def _deploy(self) -> None:
        deploy = self._command("deploy", "cluster", "deploy")
        deploy.start()
        self.wait(lambda: not deploy.is_up(), PATIENCE)

    def _command(self, name: str, *arguments: str) -> Kept:
        told = environment(self._folder / "home", named(self._url, name), self.prefect.api)
        return Kept(Command(name, arguments, told, self._folder))


def named(url: str, name: str) -> str:
    """The same store by connections that bear a name."""
    return f"{url}&application_name={name}"
