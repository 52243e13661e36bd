"""Runs that nobody works on any more: told so on Prefect's pages, where they would for ever look as
if somebody did.

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

PENDING = "prefect.flow-run.Pending"
RUNNING = "prefect.flow-run.Running"
HEARTBEAT = "prefect.flow-run.heartbeat"
ENDS = frozenset(
    f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")
)
START = timedelta(minutes=10)
"""A run is pending from when a worker takes it; as long as it waits for one it is not. It begins
after two seconds, of five at once on a busy machine after twenty; a worker may take 64 at once.
Nobody waits for the verdict, so there is time to spare: by then the job has been called again. A
run that begins even later is shown running again."""
SILENCE = timedelta(minutes=3)
"""Of six heartbeats, which a run gives every thirty seconds; a server that restarts hears none."""


def tell_of_vanished(prefect: SyncPrefectClient) -> None:
    """Let the server call a run crashed that does not begin, or that has neither ended nor given a
    sign of life.

    What an earlier version registered is replaced; what an operator has switched off stays off.
    """
    for wanted in (_not_begun(), _silent()):
        found = prefect.read_automations_by_name(wanted.name)
        if [(one.trigger, one.actions) for one in found] == [(wanted.trigger, wanted.actions)]:
            continue  # made anew, it would forget the runs it is waiting for
        wanted.enabled = all(one.enabled for one in found)
        prefect.create_automation(wanted)
        for one in found:
            prefect.delete_automation(one.id)


def _not_begun() -> AutomationCore:
    """A worker that dies takes along the runs it was about to start, and whoever could tell."""
    return _crashed(
        "督办：取走后没有开始的运行",
        _each(after={PENDING}, expect={PENDING, RUNNING} | ENDS, within=START),
        "取走它的工作进程没有让它开始，该做的由别的运行做",
    )


def _silent() -> AutomationCore:
    return _crashed(
        "督办：进程已不在的运行",
        _each(after={RUNNING, HEARTBEAT}, expect={HEARTBEAT} | ENDS, within=SILENCE),
        "进程已不在，其余由别的进程接着做",
    )


def _each(after: set[str], expect: set[str], within: timedelta) -> EventTrigger:
    """For each flow run by itself: it fires when nothing that is expected comes in time. What also
    stands in ``after`` begins the time anew."""
    return EventTrigger(
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        after=after,
        expect=expect,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        within=within,
    )


def _crashed(name: str, trigger: EventTrigger, why: str) -> AutomationCore:
    action = ChangeFlowRunState(name=None, state=StateType.CRASHED, message=why, force=False)
    return AutomationCore(name=name, trigger=trigger, actions=[action])
