"""The desk: where and when a verb is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence
from engine.rules.zone import local_day

ENGINE = "督办引擎"
"""Who acts when nobody does."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A run, as what it issues is marked with it."""

    id: int
    cadence: Cadence
    period: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and when notices are issued: the transaction, the rulebook, the moment, the run.

    Attributes:
        run: the sweep that issues; its messages are gathered per person until it ends.
    """

    session: Session
    rulebook: Rulebook
    at: datetime
    run: Sweep | None = None

    @property
    def day(self) -> date:
        return local_day(self.at)
