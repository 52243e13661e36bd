"""The Prefect server, as those who register jobs and those who run them ask it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.responses import DeploymentResponse

from engine.errors import DubanError

POOL = "duban"
FLOW = "督办"
AGAIN = "again"
"""The schedule that goes on with what was left undone."""
WRITTEN_APART = ("prefect._internal", "uvicorn", "fastapi")
"""The loggers that Prefect, when it is imported, has written in a form of its own."""


class PrefectAway(DubanError):
    """Prefect 服务连不上。"""


@contextmanager
def asking() -> Iterator[SyncPrefectClient]:
    """The server, which answers.

    Raises:
        PrefectAway: it does not.
    """
    with get_client(sync_client=True) as prefect:
        fault = prefect.api_healthcheck()
        if fault:
            url = os.environ["PREFECT_API_URL"]
            raise PrefectAway(
                f"连不上 Prefect 服务 {url}（{fault}）；请先启动 duban cluster server"
            )
        yield prefect


def deployments(prefect: SyncPrefectClient) -> dict[str, DeploymentResponse]:
    """What is deployed, by its name."""
    ours = FlowFilter(name=FlowFilterName(any_=[FLOW]))
    return {found.name: found for found in prefect.read_deployments(flow_filter=ours)}
