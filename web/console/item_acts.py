"""What can be done with an item in its present state, and by whom: the buttons of its page.

The engine decides again when something is done. Whether an asker may is the matter of the act
itself; a page shows only those that are open to its reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.words import ProjectKind

_S = ProjectState
SUPERVISED = tuple(OPEN_STATES)
BEGUN = (_S.REGISTERED, _S.ASSIGNED, _S.UNDERWAY)

OF_UNIT: tuple[tuple[str, str, tuple[ProjectState, ...]], ...] = (
    ("sign-for", "签收", (_S.ASSIGNED,)),
    ("return", "退回（非本单位职责）", (_S.ASSIGNED,)),
    ("report", "填报进展", (_S.UNDERWAY, _S.COMPLETION_REQUESTED)),
    ("complete", "申请办结", (_S.UNDERWAY,)),
    ("extend", "申请延期", (_S.ASSIGNED, _S.UNDERWAY, _S.SUSPENDED)),
    ("implementation", "报送实施方案", (_S.UNDERWAY, _S.COMPLETION_REQUESTED)),
    ("plan", "倒排工期", BEGUN),
    ("breakdown", "任务分解", BEGUN),
)
OF_OFFICE: tuple[tuple[str, str, tuple[ProjectState, ...]], ...] = (
    ("assign", "交办", (_S.REGISTERED, _S.RETURNED)),
    ("close", "核验销号", (_S.COMPLETION_REQUESTED,)),
    ("complete-back", "退回重办", (_S.COMPLETION_REQUESTED,)),
    ("reassign", "改派", (_S.RETURNED, _S.ASSIGNED, _S.UNDERWAY)),
    ("suspend", "暂停", (_S.UNDERWAY,)),
    ("resume", "恢复", (_S.SUSPENDED,)),
    ("reopen", "重新办理", (_S.CLOSED,)),
    ("silence", "暂缓提醒", SUPERVISED),
    ("plan", "倒排工期", BEGUN),
    ("breakdown", "任务分解", BEGUN),
)
OF_LEADERS: tuple[tuple[str, str, tuple[ProjectState, ...]], ...] = (
    ("comment", "批注", tuple(_S)),
    ("exempt", "免督", SUPERVISED),
    ("change", "调整目标或内容", SUPERVISED),
    ("terminate", "终止", (_S.ASSIGNED, _S.RETURNED, _S.UNDERWAY, _S.SUSPENDED)),
)
LISTED_ONLY = ("plan", "breakdown", "implementation")
"""What is done with items of a list and their measures alone."""


@dataclass(frozen=True, slots=True)
class ItemAct:
    """Something that can be done; ``act`` is the last part of its address."""

    act: str
    title: str
    is_main: bool


def item_acts(
    state: ProjectState, kind: ProjectKind, *, is_office: bool, is_leader: bool, is_led: bool
) -> list[ItemAct]:
    """What can be done in a state by who is so much, the most likely first.

    Args:
        is_led: whether a unit of the asker leads the item.
    """
    tables = ((is_led, OF_UNIT), (is_office, OF_OFFICE), (is_leader, OF_LEADERS))
    found = {act.act: act for applies, table in tables if applies for act in _acts(table, state)}
    return [act for act in found.values() if kind.is_reported or act.act not in LISTED_ONLY]


def _acts(
    table: tuple[tuple[str, str, tuple[ProjectState, ...]], ...], state: ProjectState
) -> Iterator[ItemAct]:
    open_now = [(act, title) for act, title, states in table if state in states]
    for place, (act, title) in enumerate(open_now):
        yield ItemAct(act, title, is_main=place == 0)
