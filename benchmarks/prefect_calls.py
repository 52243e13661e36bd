"""What is asked of a Prefect server from outside, as its pages would."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

_OPENER = build_opener(ProxyHandler({}))
SECONDS = 60
PAUSE = 2
AWAY = URLError, ConnectionError, TimeoutError
FOREIGN = ("DUBAN_", "PREFECT_", "DO_NOT_TRACK")

Answered = list[dict[str, Any]]


def environment(home: Path, store: str, api: str) -> dict[str, str]:
    """What a process of a cluster is told, and nothing that this one was told."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    told = {"HOME": str(home), "DATABASE_URL": store, "PREFECT_API_URL": api}
    return ours | {f"DUBAN_{name}": value for name, value in told.items()}


class Prefect:
    """A Prefect server by the address of its interface."""

    def __init__(self, api: str) -> None:
        self.api = api

    def is_healthy(self) -> bool:
        """Whether it answers."""
        with suppress(*AWAY):
            return bool(self.ask("/health", tries=1))
        return False

    def workers(self, pool: str) -> int:
        """How many workers of a pool are there."""
        found = self.ask(f"/work_pools/{pool}/workers/filter", {})
        return sum(worker["status"] == "ONLINE" for worker in found)

    def deployments(self) -> Answered:
        """What is deployed, in the order of the names."""
        found: Answered = self.ask("/deployments/filter", {"sort": "NAME_ASC"})
        return found

    def automations(self) -> Answered:
        """What the server does by itself, in the order of the names."""
        found: Answered = self.ask("/automations/filter", {"sort": "NAME_ASC"})
        return found

    def hurry(self, seconds: dict[str, int]) -> None:
        """Let automations wait for so long only, by their names."""
        for found in self.automations():
            if found["name"] in seconds:
                changed = {name: found[name] for name in ("name", "enabled", "trigger", "actions")}
                changed["trigger"]["within"] = seconds[found["name"]]
                self.ask(f"/automations/{found['id']}", changed, "PUT")

    def switch(self, automation: str, on: bool) -> None:
        """Switch an automation on or off, by its name."""
        [wanted] = (found["id"] for found in self.automations() if found["name"] == automation)
        self.ask(f"/automations/{wanted}", {"enabled": on}, "PATCH")

    def put(self, run: str, state: str) -> None:
        """Tell the state of a flow run, as those do who work on it."""
        self.ask(f"/flow_runs/{run}/set_state", {"state": {"type": state}})

    def pause(self, paused: bool = True) -> None:
        """Nothing is called any more but by us, or again."""
        self._change({"paused": paused})

    def stand_at(self, as_of: datetime) -> None:
        """Every call of every deployment is held to this moment, also by its schedule."""
        for found in self.deployments():
            parameters = {**found["parameters"], "as_of": as_of.isoformat()}
            self._change({"parameters": parameters}, found)

    def call(self, job: str, **parameters: Any) -> str:
        """Call a job now; the id of its flow run."""
        [wanted] = (d["id"] for d in self.deployments() if d["parameters"]["job"] == job)
        run = self.ask(f"/deployments/{wanted}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def runs(self, **wanted: Any) -> Answered:
        """The flow runs that a filter leaves."""
        found: Answered = self.ask("/flow_runs/filter", {"flow_runs": wanted})
        return found

    def flow_runs(self) -> dict[str, int]:
        """How many calls there were, by what Prefect thinks of them."""
        found = self.runs(state={})
        begun = (run for run in found if run["start_time"] or not run["auto_scheduled"])
        return dict(Counter(run["state_name"] for run in begun))

    def ask(self, path: str, body: Any = None, method: str | None = None, tries: int = 10) -> Any:
        """Ask; a body is posted. A server busy with its file refuses, and is asked again."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.api}{path}", data, headers, method=method)
        for _ in range(tries - 1):
            with suppress(*AWAY):
                return _answer(request)
            time.sleep(PAUSE)
        return _answer(request)

    def _change(self, changes: dict[str, Any], *deployments: dict[str, Any]) -> None:
        for found in deployments or self.deployments():
            self.ask(f"/deployments/{found['id']}", changes, "PATCH")


def _answer(request: Request) -> Any:
    with _OPENER.open(request, timeout=SECONDS) as answer:
        said = answer.read()
    return json.loads(said) if said else None
