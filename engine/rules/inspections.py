"""督查活动: planned, opened with a group, concluded; not too often, and never twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from engine.rules.lifecycle import ProjectState
from engine.rules.steps import LifeCycle, Role, Step, always, reason_given
from engine.rules.words import InspectionKind, Word


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
        Step(_S.PLANNED, _E.OPEN, _S.UNDERWAY, always, _OFFICE),
        Step(_S.PLANNED, _E.CANCEL, _S.CANCELLED, reason_given, _OFFICE),
        Step(_S.UNDERWAY, _E.CANCEL, _S.CANCELLED, reason_given, _OFFICE),
        Step(_S.UNDERWAY, _E.CONCLUDE, _S.CONCLUDED, always, _OFFICE),
    ),
)


class FindingState(Word):
    """How far a finding has come; it is closed one by one (逐一销号)."""

    OPEN = "open", "整改中"
    CLOSED = "closed", "已销号"
    CONFIRMED = "confirmed", "已销号，复查合格"
    REOPENED = "reopened", "复查不合格，重新整改"
    REVOKED = "revoked", "复核撤销"

    @property
    def is_closed(self) -> bool:
        return self in (FindingState.CLOSED, FindingState.CONFIRMED)


def finding_state(rectification: ProjectState, recheck_passed: bool | None) -> FindingState:
    """What follows from the rectification's state and the last re-check (None: none was made)."""
    if rectification is ProjectState.TERMINATED:
        return FindingState.REVOKED
    if rectification is ProjectState.CLOSED:
        return FindingState.CONFIRMED if recheck_passed else FindingState.CLOSED
    return FindingState.REOPENED if recheck_passed is False else FindingState.OPEN


@dataclass(frozen=True, slots=True)
class InspectedItem:
    """One item of a unit as a conclusion tells of it; ``findings`` are text, code and date of
    each rectification."""

    code: str
    title: str
    findings: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """督查结论 as it is fed back to one unit (条例 733 art. 16).

    Attributes:
        review_within: how long the unit may contest it, in words (art. 17).
    """

    inspection: int
    title: str
    kind: InspectionKind
    leader: str
    starts_on: date
    ends_on: date
    text: str
    items: tuple[InspectedItem, ...]
    review_within: str


_CONCLUSION = TypeAdapter(Conclusion)


def conclusion_to_data(conclusion: Conclusion) -> dict[str, Any]:
    """A conclusion as JSON values."""
    data: dict[str, Any] = _CONCLUSION.dump_python(conclusion, mode="json")
    return data


def conclusion_from_data(data: dict[str, Any]) -> Conclusion:
    """The exact conclusion that ``conclusion_to_data`` wrote."""
    return _CONCLUSION.validate_python(data)
