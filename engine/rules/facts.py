"""All that a decision about one project may look at, as plain values.

Facts are stored with every notice, so that ``explain`` can take the decision again years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from engine.rules.lifecycle import ProjectState
from engine.rules.targets import TargetForm
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is taken.

    Attributes:
        day: the local day of the sweep.
        cadence: the sweep that asks.
        period: the period it answers for, such as ``2023-W15``.
        cutoff: progress is held against the plan of this day (截至). For a monthly sweep it is
            the last day of the month before; otherwise it is ``day``.
    """

    day: date
    cadence: Cadence
    period: str
    cutoff: date


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A promise and the last reported figure, both in ``unit``; None when never reported."""

    metric: str
    unit: str
    form: TargetForm
    planned: Decimal
    actual: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A dated step; ``planned_percent`` is the share of the whole work done by then."""

    name: str
    due: date
    planned_percent: Decimal | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class DeadlineFacts:
    """A date that still binds."""

    id: int
    kind: DeadlineKind
    slot: str
    name: str
    version: int
    due: date
    original_due: date
    provisional: bool = False

    @property
    def code(self) -> str:
        """Its name in keys, such as ``milestone.2.v1``."""
        slot = f".{self.slot}" if self.slot else ""
        return f"{self.kind.value}{slot}.v{self.version}"


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """An earlier notice on the same project. ``deadline`` is the code of its deadline, ``number``
    what it is quoted by."""

    rule: str
    kind: NoticeKind
    state: NoticeState
    deadline: str
    occurrence: str
    issued_on: date
    reply_by: date | None
    answered_on: date | None
    number: int = 0

    @property
    def is_for_office(self) -> bool:
        """Whether it speaks of a clock of the office, and so says nothing of the unit."""
        return self.deadline.startswith(DeadlineKind.REVIEW.value)


@dataclass(frozen=True, slots=True)
class LightFacts:
    """The present colour and its memory.

    ``months`` are the colours of the last monthly assessments, oldest first.
    """

    colour: Light
    ever_red: bool
    months: tuple[tuple[str, Light], ...]


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A measure of a project, as far as the whole's progress goes; terminated ones are left out.

    Attributes:
        is_done: verified and closed; then it counts as whole.
        due: the date it is promised by.
    """

    code: str
    is_done: bool
    starts_on: date
    due: date | None
    reported_percent: Decimal | None
    reported_on: date | None
    targets: tuple[TargetFacts, ...]
    milestones: tuple[MilestoneFacts, ...]
    parts: tuple[PartFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project on one day.

    Attributes:
        parts: the measures it was broken down into.
        disputed: the unit has contested something about it, and the review is not decided.
        basis: what it rests on, where that is not the list's own decision: a decision of its own,
            or its batch's. Only with its own are ``content``, what is asked, and ``said``, the
            unit's last word on it, kept as well.
        silenced_until: the last day of a silence (暂缓提醒) that covers it today.
    """

    id: int
    code: str
    kind: ProjectKind
    title: str
    field: str
    unit: str
    leader: str
    state: ProjectState
    starts_on: date
    exempt_until: date | None
    reported_percent: Decimal | None
    reported_on: date | None
    targets: tuple[TargetFacts, ...]
    milestones: tuple[MilestoneFacts, ...]
    deadlines: tuple[DeadlineFacts, ...]
    notices: tuple[NoticeFacts, ...]
    light: LightFacts
    reachable: tuple[PostKind, ...]
    urgency: Urgency = Urgency.NORMAL
    parts: tuple[PartFacts, ...] = ()
    disputed: bool = False
    basis: str = ""
    content: str = ""
    said: str = ""
    silenced_until: date | None = None

    @property
    def due(self) -> date | None:
        """The date by which the whole is promised, when it still binds."""
        ends = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)
        return next((d.due for d in self.deadlines if d.kind in ends), None)


_PROJECT = TypeAdapter(ProjectFacts)
_MOMENT = TypeAdapter(Moment)


def project_to_data(facts: ProjectFacts) -> dict[str, Any]:
    """Facts as JSON values."""
    data: dict[str, Any] = _PROJECT.dump_python(facts, mode="json")
    return data


def project_from_data(data: dict[str, Any]) -> ProjectFacts:
    """The exact facts that ``project_to_data`` wrote."""
    return _PROJECT.validate_python(data)


def moment_to_data(moment: Moment) -> dict[str, Any]:
    """A moment as JSON values."""
    data: dict[str, Any] = _MOMENT.dump_python(moment, mode="json")
    return data


def moment_from_data(data: dict[str, Any]) -> Moment:
    """The exact moment that ``moment_to_data`` wrote."""
    return _MOMENT.validate_python(data)
