"""A worker: runs what Prefect calls for, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from prefect._internal import observers
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.utilities.services import critical_service_loop
from prefect.workers import base

from engine.errors import DubanError
from engine.log_actions import LogAction
from flows.cluster.asking import AGAIN, POOL, WRITTEN_APART, PrefectAway, asking, deployments
from flows.cluster.starting import ForkingWorker, make_ready
from flows.logs import take_over

log = logging.getLogger("duban.flows")

BEGINNING = "开工"
"""What the calls of a worker that has just begun are marked with."""


def _tell(text: str = "") -> None:
    """What Prefect prints about a server that does not answer: its faults are lines of the log."""
    if "Traceback" in text:
        log.warning(
            "Prefect 服务没有回应，稍后再问：%s",
            text.strip().splitlines()[-1],
            extra={"action": LogAction.PREFECT_AWAY},
        )


for module in (base, observers):
    vars(module)["critical_service_loop"] = partial(critical_service_loop, printer=_tell)


class NotDeployed(DubanError):
    """还没有登记。"""


def work(name: str, limit: int, begun: Callable[[], None]) -> None:
    """Run what Prefect calls for, until the process is told to stop.

    Args:
        limit: how many runs at once.
        begun: told when it looks for work.

    Raises:
        PrefectAway: the server does not answer, or no longer.
        NotDeployed: the pool is not registered.
    """
    with asking() as prefect:
        try:
            prefect.read_work_pool(POOL)
        except ObjectNotFound:
            raise NotDeployed("Prefect 服务上还没有登记，请先运行 duban cluster deploy") from None
        _go_on(prefect)
    make_ready()
    take_over(*WRITTEN_APART)
    try:
        asyncio.run(_work(name, limit, begun))
    except Exception as error:  # after minutes of trying
        raise PrefectAway(f"与 Prefect 服务失去了联系，工作进程退出：{error}") from error


def _go_on(prefect: SyncPrefectClient) -> None:
    """Call the jobs that may have been left undone, as their schedules do every ten minutes: until
    now nobody may have been at work. Workers that begin in the same minute call once."""
    minute = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"
    for name, found in deployments(prefect).items():
        if not found.paused and any(schedule.slug == AGAIN for schedule in found.schedules):
            prefect.create_flow_run_from_deployment(
                found.id, tags=[BEGINNING], idempotency_key=f"{name} {minute}"
            )


async def _work(name: str, limit: int, begun: Callable[[], None]) -> None:
    worker = ForkingWorker(
        work_pool_name=POOL, name=name, limit=limit, create_pool_if_not_found=False
    )
    told = worker.start(printer=lambda line: begun() if "started" in line else None)
    working = asyncio.ensure_future(told)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    with suppress(asyncio.CancelledError):
        await working
