"""What a condition is held against: a project, perhaps one of its dates, and a moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.rules.calendar import Calendar
from engine.rules.facts import DeadlineFacts, Moment, NoticeFacts, ProjectFacts
from engine.rules.limits import Limit
from engine.rules.words import Cadence

PROJECT = "project"
"""The subject of a ladder that looks at the project as a whole."""


@dataclass(frozen=True)
class Case:
    """A project, one of its deadlines or the whole of it, and a moment.

    Attributes:
        holds: how long an answer holds a ladder; None where no ladder is climbed.
    """

    facts: ProjectFacts
    deadline: DeadlineFacts | None
    moment: Moment
    calendar: Calendar
    holds: Limit | None = None

    @cached_property
    def subject(self) -> str:
        """The deadline's code, or ``project`` for the project as a whole."""
        return self.deadline.code if self.deadline else PROJECT

    @cached_property
    def notices(self) -> list[NoticeFacts]:
        """Earlier notices on the same subject."""
        return [n for n in self.facts.notices if n.deadline == self.subject]

    @property
    def turn(self) -> str:
        """What tells one saying of an undated rule from the next: the sweep's period, and the
        month for a daily sweep, which would otherwise say the same thing every day."""
        if self.moment.cadence is Cadence.DAILY:
            return f"{self.moment.day:%Y-%m}"
        return self.moment.period
