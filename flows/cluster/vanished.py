"""Runs whose process is gone: told so on Prefect's pages, where they would run for ever.

For show only: whoever works on a sweep asks our own store what is left.
"""

from __future__ import annotations

from datetime import timedelta

from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType

NAME = "督办：进程已不在的运行"
BEGIN = "prefect.flow-run.Running"
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDS = frozenset(
    f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")
)
SILENCE = timedelta(minutes=3)
"""Of six heartbeats, which a run gives every thirty seconds; a server that restarts hears none."""


def tell_of_vanished(prefect: SyncPrefectClient) -> None:
    """Let the server call a run crashed that has neither ended nor given a sign of life."""
    if prefect.read_automations_by_name(NAME):
        return
    silent = EventTrigger(
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        after={BEGIN, HEARTBEAT},
        expect={HEARTBEAT} | ENDS,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        within=SILENCE,
    )
    gone = "进程已不在，其余由别的进程接着做"
    crashed = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=gone, force=False)
    prefect.create_automation(AutomationCore(name=NAME, trigger=silent, actions=[crashed]))
