"""接单 and 办理: deeds on the items themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from config.acts.parts import OfItem, Part
from engine.rules.changes import ChangeKind


class BreakDown(OfItem):
    """任务分解, measure by measure as texts, and 交办 of the measures."""

    do: Literal["break_down"]
    measures: tuple[dict[str, str], ...] = Field(min_length=1)
    document: str = ""


class BackwardStep(Part):
    """A step of a backward plan; ``days`` are working days."""

    name: str
    days: int
    percent: Decimal | None = None


class PlanBack(OfItem):
    """倒排工期."""

    do: Literal["plan"]
    steps: tuple[BackwardStep, ...] = Field(min_length=1)
    start: date | None = None
    accept: str = ""


class GiveBack(OfItem):
    """退回."""

    do: Literal["give_back"]
    reason: str


class Reassign(OfItem):
    """改派."""

    do: Literal["reassign"]
    unit: str
    reason: str
    document: str = ""


class Pause(OfItem):
    """暂停和恢复."""

    do: Literal["suspend", "resume"]
    reason: str


class Silence(OfItem):
    """暂缓提醒, to the last day."""

    do: Literal["silence"]
    until: date
    reason: str


class Alter(OfItem):
    """调整, by the decision of ``body``."""

    do: Literal["change"]
    what: ChangeKind
    metric: str = ""
    to: str
    reason: str
    body: str
    document: str


class Report(OfItem):
    """填报, beside the reports that follow from habits."""

    do: Literal["report"]
    values: dict[str, Decimal] = Field(default_factory=dict)
    percent: Decimal
    text: str
    explanation: str = ""
