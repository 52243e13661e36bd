"""The policy and the calendar that a decision is taken under, together."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rules.calendar import Calendar
from engine.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One policy and one calendar, each with its version."""

    policy: Policy
    calendar: Calendar
