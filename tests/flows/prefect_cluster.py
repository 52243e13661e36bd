"""A real Prefect server with real workers, each process watched for whom it calls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.cli.conftest import free_port

PATIENCE = 400.0
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

WATCH = """\
import os, sys

CALLS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def hear(event, arguments):
    if event in CALLS:
        called = arguments[0] if event.startswith("socket.get") else arguments[1]
        line = f"{os.getpid()}\\t{called!r}\\t{' '.join(sys.orig_argv[3:])}\\n"
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
        scheduled: what schedules would have called, had nobody paused them.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.scheduled: list[dict[str, Any]] = []
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.calls_file = folder / "calls"
        self.words = folder / "words"
        self._watcher = folder / "watch"
        self._watcher.mkdir()
        (self._watcher / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
        self.environment = {
            "PYTHONPATH": str(self._watcher),
            "CALLS_FILE": str(self.calls_file),
            "DUBAN_HOME": str(folder / "home"),
            "DUBAN_DATABASE_URL": url,
            "DUBAN_PREFECT_API_URL": self.api,
            "DUBAN_BASE_URL": "https://duban.example",
            "DUBAN_SHARDS": "2",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a ``duban`` command beside this process, in a group of its own."""
        foreign = ("DUBAN_", "PREFECT_", "DO_NOT_TRACK")
        own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        with self.words.open("a") as words:
            return subprocess.Popen(
                [sys.executable, "-c", "from cli.main import main; main()", *arguments],
                env=own | self.environment | more,
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
            wait_for(lambda: self._is_healthy() or process.poll() is not None)
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

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Ask the server; a body is posted."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.api}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def pause(self) -> list[dict[str, Any]]:
        """Nothing is called any more but by us. Returns what the schedules would have called."""
        due = wait_for(lambda: [run for run in self.runs("督办") if run["auto_scheduled"]])
        for deployment in self.ask("/deployments/filter", {}):
            self.ask(f"/deployments/{deployment['id']}", {"paused": True}, "PATCH")
        return due

    def call(self, name: str, **parameters: Any) -> str:
        """Call a job now; the id of its run."""
        deployment = self.ask(f"/deployments/name/{quote('督办')}/{quote(name)}")
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        run: str = self.ask(f"/deployments/{deployment['id']}/create_flow_run", body)["id"]
        return run

    def ended(self, runs: Sequence[str]) -> list[dict[str, Any]]:
        """These runs, once all have come to an end."""
        found: list[dict[str, Any]] = wait_for(lambda: self._if_ended(runs))
        return found

    def runs(self, *tags: str) -> list[dict[str, Any]]:
        """The runs with these tags, called by us or by a schedule."""
        wanted = {"flow_runs": {"tags": {"all_": list(tags)}}}
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", wanted)
        return found

    def called(self) -> list[tuple[str, str]]:
        """Whom any process has called: the address as it was given, and the process."""
        lines = self.calls_file.read_text(encoding="utf-8").splitlines()
        return [(address, command) for _, address, command in (x.split("\t") for x in lines)]

    def _if_ended(self, runs: Sequence[str]) -> list[dict[str, Any]]:
        ended = {"id": {"any_": list(runs)}, "state": {"type": {"any_": FINAL}}}
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", {"flow_runs": ended})
        return found if len(found) == len(runs) else []

    def _is_healthy(self) -> bool:
        try:
            return bool(self.ask("/health"))
        except OSError:
            return False


def _stop(process: subprocess.Popen[str]) -> None:
    """As systemd does it; whoever does not go is killed with all its processes."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
