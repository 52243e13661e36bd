"""暂缓提醒: for a time and a reason, an item is left alone but for what is never silenced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from engine.rules.facts import DeadlineFacts, ProjectFacts
from engine.rules.policy_parts import Silencing
from engine.rules.words import UNIT_CLOCKS, NoticeKind


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence, as it is told.

    Attributes:
        code: the item's code; empty for all items of the unit.
        ends_on: the last day, counted.
        lifted_on: the day from which it no longer holds, when it was lifted before its end.
    """

    number: int
    code: str
    title: str
    unit: str
    reason: str
    author: str
    starts_on: date
    ends_on: date
    lifted_on: date | None = None
    lifted_by: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        lifted = self.lifted_on is not None and self.lifted_on <= day
        return self.starts_on <= day <= self.ends_on and not lifted

    @property
    def over_on(self) -> date:
        """The first day on which it is over."""
        after = self.ends_on + timedelta(days=1)
        return min(self.lifted_on, after) if self.lifted_on else after


def is_silenced(
    facts: ProjectFacts,
    deadline: DeadlineFacts | None,
    notice: NoticeKind,
    day: date,
    silencing: Silencing,
) -> bool:
    """Whether a notice on a date of an item, or on the whole of it, is silenced on a day.

    The office's own clocks are not: a silence spares the unit, not the office.
    """
    if deadline is not None and deadline.kind not in UNIT_CLOCKS:
        return False
    return notice not in silencing.never and is_silent(facts, day)


def is_silent(facts: ProjectFacts, day: date) -> bool:
    """Whether a silence covers an item on a day."""
    return facts.silenced_until is not None and day <= facts.silenced_until


_SILENCE = TypeAdapter(Silence)


def silence_to_data(silence: Silence) -> dict[str, Any]:
    """A silence as JSON values."""
    data: dict[str, Any] = _SILENCE.dump_python(silence, mode="json")
    return data


def silence_from_data(data: dict[str, Any]) -> Silence:
    """The exact silence that ``silence_to_data`` wrote."""
    return _SILENCE.validate_python(data)
