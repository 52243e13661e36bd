"""How a worker starts flow runs: forked from a process that has imported everything once.

A run that imports for itself is busy with that for five seconds, which is longer than most of them
take. The server that forks has no threads and no connections; it ends with its worker.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from multiprocessing import forkserver, get_context
from typing import Any, Self
from uuid import UUID

import anyio
from anyio import TASK_STATUS_IGNORED as UNTOLD
from anyio.abc import TaskStatus
from prefect._internal.control_listener import configure_from_env
from prefect.client.schemas.objects import FlowRun
from prefect.engine import handle_engine_signals
from prefect.flow_engine import load_flow_run, run_flow
from prefect.flows import load_flow_from_flow_run
from prefect.runner._control_channel import ControlChannel
from prefect.runner._flow_run_executor import FlowRunExecutorContext
from prefect.runner._process_manager import ProcessHandle
from prefect.runner.runner import Runner
from prefect.settings import PREFECT_HOME
from prefect.workers import process as process_worker
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker, ProcessWorkerResult

from flows.cluster.running import run_job

_context = get_context("forkserver")


def make_ready() -> None:
    """Begin to import, so that the first run need not wait for it."""
    _context.set_forkserver_preload([__name__])
    forkserver.ensure_running()


class _OwnFolder(Runner):
    """What a process worker has beside it. Its folder, into which nothing of ours is ever put,
    would be in one that all on this machine share, and that belongs to whoever was there first."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._tmp_dir = PREFECT_HOME.value() / "runner"


vars(process_worker)["Runner"] = _OwnFolder


class ForkingWorker(ProcessWorker):
    """A process worker in all but how a process begins. It serves pools of the same type, and is
    registered beside the one it stands for."""

    @classmethod
    def __dispatch_key__(cls) -> str:
        return f"{cls.type}-forking"

    async def __aenter__(self) -> Self:
        self._executing = FlowRunExecutorContext()  # one for all runs: each is a connection
        # Each run is waited for in a thread; of those that all share there are forty.
        self._waiting = anyio.CapacityLimiter(math.inf)
        await self._executing.__aenter__()
        await super().__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await super().__aexit__(*raised)
        finally:
            await self._executing.__aexit__(*raised)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Start a flow run, and wait until its process has ended."""
        channel = self._executing.control_channel
        executor = self._executing.create_executor(
            flow_run,
            _Starter(configuration.env, channel, self._waiting, task_status or UNTOLD),
            resolve_flow=load_flow_from_flow_run,
            propose_submitting=False,
        )
        done = await executor.submit()
        if done is None or done.status_code is None:
            raise RuntimeError("the process of a flow run did not start")
        return ProcessWorkerResult(status_code=done.status_code, identifier=str(done.handle.pid))


class _Starter:
    """Starts one flow run.

    Args:
        environment: what the run is told.
        channel: by which it is told to end.
        waiting: how many may be waited for at once.
        begun: is told its process.
    """

    def __init__(
        self,
        environment: Mapping[str, str | None],
        channel: ControlChannel,
        waiting: anyio.CapacityLimiter,
        begun: TaskStatus[int],
    ) -> None:
        self._environment, self._channel, self._begun = environment, channel, begun
        self._waiting = waiting

    async def start(
        self, flow_run: FlowRun, task_status: TaskStatus[ProcessHandle] = UNTOLD
    ) -> None:
        """Start it, tell so, and wait until it has ended."""
        port, token = self._channel.register(flow_run.id)
        told = {"PREFECT__CONTROL_PORT": str(port), "PREFECT__CONTROL_TOKEN": token}
        environment = {name: value for name, value in self._environment.items() if value} | told
        process = _context.Process(target=_run, args=(flow_run.id, environment))
        await anyio.to_thread.run_sync(process.start)  # the first waits until all is imported
        task_status.started(ProcessHandle(process))  # type: ignore[arg-type]  # like a SpawnProcess
        self._begun.started(process.pid or 0)
        await anyio.to_thread.run_sync(process.join, abandon_on_cancel=True, limiter=self._waiting)


def _run(number: UUID, environment: Mapping[str, str]) -> None:
    """What ``python -m prefect.engine`` does, less its imports."""
    os.environ.update(environment)
    configure_from_env()
    with handle_engine_signals(number):
        run_flow(run_job, flow_run=load_flow_run(number))
