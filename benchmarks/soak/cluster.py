"""A cluster on one machine, each process as an operator starts it, and kept running."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from benchmarks.soak.kept import Command, Kept, Postgres
from benchmarks.soak.prefect_calls import Prefect

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
        self._url, self._folder, self._port = url, folder, _free_port()
        self.postgres = postgres
        self.prefect = Prefect(f"http://127.0.0.1:{self._port}/api")
        self.server = self._command("server", "cluster", "server", "--port", str(self._port))
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

    def _command(self, name: str, *arguments: str) -> Command:
        environment = {
            what: value
            for what, value in os.environ.items()
            if not what.startswith(("DUBAN_", "PREFECT_"))
        }
        own = {
            "DUBAN_HOME": str(self._folder / "home"),
            "DUBAN_DATABASE_URL": named(self._url, name),
            "DUBAN_PREFECT_API_URL": f"http://127.0.0.1:{self._port}/api",
        }
        return Command(name, arguments, environment | own, self._folder)


def named(url: str, name: str) -> str:
    """The same store by connections that bear a name."""
    return f"{url}&application_name={name}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
