"""A real Prefect server with real workers, each process watched for whom it calls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.prefect_calls import Prefect, environment
from tests.cli.conftest import free_port

PATIENCE = 400.0
UNDER_WAY = ("SCHEDULED", "PENDING", "RUNNING")
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

WATCH = """\
import os, signal, sys

CALLS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
END = os.environ.get("KILLED_BEFORE")


def hear(event, arguments):
    if event == END:
        os.killpg(0, signal.SIGKILL)
    if event in CALLS:
        called = arguments[0] if event.startswith("socket.get") else arguments[1]
        line = f"{os.getpid()}\\t{called!r}\\t{' '.join(sys.orig_argv[1:])}\\n"
        with open(os.environ["CALLS_FILE"], "a") as calls:
            calls.write(line)


sys.addaudithook(hear)
"""


def wait_for(condition: Callable[[], Any]) -> Any:
    """What the condition gives, once it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.7)  # each look costs the server more than it costs us
    raise AssertionError("waited in vain")


class Cluster:
    """The server and what is asked of it; ``url`` is the store of the installation.

    Attributes:
        scheduled: the schedules that would have called, had nobody paused them, each by its
            deployment and its name there.
    """

    def __init__(self, folder: Path, url: str, **more: str) -> None:
        self.folder = folder
        self.scheduled: set[tuple[str, str]] = set()
        self.port = free_port()
        self.prefect = Prefect(f"http://127.0.0.1:{self.port}/api")
        self.calls_file = folder / "calls"
        self.words = folder / "words"
        watcher = folder / "watch"
        watcher.mkdir()
        (watcher / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
        self.environment = environment(folder / "home", url, self.prefect.api) | {
            "PYTHONPATH": str(watcher),
            "CALLS_FILE": str(self.calls_file),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            **more,
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a ``duban`` command beside this process, in a group of its own."""
        with self.words.open("a") as words:
            return subprocess.Popen(
                [sys.executable, "-c", "from cli.main import main; main()", *arguments],
                env=self.environment | more,
                cwd=Path(__file__).parents[2],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
                start_new_session=True,
            )

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command that must succeed, and take its JSON object."""
        out, _ = self.start(*arguments, "--json").communicate(timeout=PATIENCE)
        answer: dict[str, Any] = json.loads(out)
        assert answer["ok"], answer["error"]
        return answer

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server answers inside."""
        process = self.start("cluster", "server", "--port", str(self.port))
        try:
            wait_for(lambda: self.prefect.is_healthy() or process.poll() is not None)
            yield
        finally:
            _stop(process)

    @contextmanager
    def working(self, name: str, **more: str) -> Iterator[subprocess.Popen[str]]:
        """A worker works inside."""
        process = self.start("cluster", "worker", "--name", name, "--limit", "5", **more)
        try:
            yield process
        finally:
            _stop(process)

    def pause(self) -> None:
        """Nothing is called any more but by us, once every schedule has called."""
        wanted = {
            (found["id"], schedule["slug"])
            for found in self.prefect.deployments()
            for schedule in found["schedules"]
        }
        wait_for(lambda: self._have_called() >= wanted)
        self.scheduled = self._have_called()
        self.prefect.pause()

    def _have_called(self) -> set[tuple[str, str]]:
        return {
            (run["deployment_id"], run["created_by"]["display_value"])
            for run in self.runs("督办")
            if run["auto_scheduled"]
        }

    def ended(self, runs: Sequence[str]) -> list[dict[str, Any]]:
        """These runs, once all have come to an end."""
        found: list[dict[str, Any]] = wait_for(lambda: self._if_ended(runs))
        return found

    def settle(self) -> None:
        """Wait until nothing runs, and nothing that is to run now waits for a worker."""
        wait_for(lambda: not self._under_way())

    def _under_way(self) -> list[dict[str, Any]]:
        due = {"before_": datetime.now(UTC).isoformat()}
        return self.prefect.runs(state={"type": {"any_": UNDER_WAY}}, expected_start_time=due)

    def runs(self, *tags: str) -> list[dict[str, Any]]:
        """The runs with these tags, called by us or by a schedule."""
        return self.prefect.runs(tags={"all_": list(tags)})

    def called(self) -> list[tuple[str, str]]:
        """Whom any process has called: the address as it was given, and the process."""
        lines = self.calls_file.read_text(encoding="utf-8").splitlines()
        return [(address, command) for _, address, command in (x.split("\t") for x in lines)]

    def _if_ended(self, runs: Sequence[str]) -> list[dict[str, Any]]:
        found = self.prefect.runs(id={"any_": list(runs)}, state={"type": {"any_": FINAL}})
        return found if len(found) == len(runs) else []


def _stop(process: subprocess.Popen[str]) -> None:
    """As systemd does it; whoever does not go is killed with all its processes."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
