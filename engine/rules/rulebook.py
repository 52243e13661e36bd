"""The policy and the calendar that a decision is taken under, and the ways that are open to it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rules.calendar import Calendar
from engine.rules.policy import Policy
from engine.rules.routes import NO_ROUTES, Routes


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One policy and one calendar, each with its version; ``routes`` decide nothing."""

    policy: Policy
    calendar: Calendar
    routes: Routes = NO_ROUTES
