"""督查活动: planned, opened with a group, concluded; not too often, and never twice."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import Word


class InspectionState(Word):
    """How far an inspection has come."""

    PLANNED = "planned", "计划中"
    UNDERWAY = "underway", "督查中"
    CONCLUDED = "concluded", "已反馈结论"
    CANCELLED = "cancelled", "已取消"


class InspectionEvent(Word):
    """What can happen to an inspection."""

    OPEN = "open", "启动督查"
    CONCLUDE = "conclude", "反馈结论"
    CANCEL = "cancel", "取消督查"


_S, _E, _OFFICE = InspectionState, InspectionEvent, (Role.OFFICE,)

INSPECTION = LifeCycle(
    "督查",
    _S.PLANNED,
    (
        Step(_S.PLANNED, _E.OPEN, _S.UNDERWAY, reason_given, _OFFICE),
        Step(_S.PLANNED, _E.CANCEL, _S.CANCELLED, reason_given, _OFFICE),
        Step(_S.UNDERWAY, _E.CANCEL, _S.CANCELLED, reason_given, _OFFICE),
        Step(_S.UNDERWAY, _E.CONCLUDE, _S.CONCLUDED, reason_given, _OFFICE),
    ),
)
