"""What is asked of the Prefect server from outside, as its pages would."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

_OPENER = build_opener(ProxyHandler({}))
SECONDS = 30
PAUSE = 2
AWAY = URLError, ConnectionError, TimeoutError


class Prefect:
    """A Prefect server by the address of its interface."""

    def __init__(self, api: str) -> None:
        self._api = api

    def is_healthy(self) -> bool:
        """Whether it answers."""
        with suppress(*AWAY):
            return bool(self._ask("GET", "health", tries=1))
        return False

    def workers(self, pool: str) -> int:
        """How many workers of a pool are there."""
        found = self._ask("POST", f"work_pools/{pool}/workers/filter", {})
        return sum(worker["status"] == "ONLINE" for worker in found)

    def stand_at(self, as_of: datetime) -> None:
        """Every call of every deployment is held to this moment, also by its schedule."""
        for deployment in self._ask("POST", "deployments/filter", {}):
            parameters = {**deployment["parameters"], "as_of": as_of.isoformat()}
            self._ask("PATCH", f"deployments/{deployment['id']}", {"parameters": parameters})

    def call(self, job: str, **parameters: Any) -> None:
        """Call a job now."""
        (wanted,) = (
            deployment["id"]
            for deployment in self._ask("POST", "deployments/filter", {})
            if deployment["parameters"]["job"] == job
        )
        self._ask("POST", f"deployments/{wanted}/create_flow_run", {"parameters": parameters})

    def flow_runs(self) -> dict[str, int]:
        """How many calls there were, by what Prefect thinks of them."""
        found = self._ask("POST", "flow_runs/filter", {"flow_runs": {"state": {}}})
        begun = (run for run in found if run["start_time"] or not run["auto_scheduled"])
        return dict(Counter(run["state_name"] for run in begun))

    def _ask(self, method: str, path: str, body: Any = None, tries: int = 10) -> Any:
        """A server that is busy with its file refuses, and is asked again."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self._api}/{path}", data, headers, method=method)
        for _ in range(tries - 1):
            with suppress(*AWAY):
                return _answer(request)
            time.sleep(PAUSE)
        return _answer(request)


def _answer(request: Request) -> Any:
    with _OPENER.open(request, timeout=SECONDS) as answer:
        said = answer.read()
    return json.loads(said) if said else None
