"""One run of one cadence: the period it has claimed, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from engine.issuing import Desk
from engine.rules.facts import Moment
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.runs import LEASE
from engine.store.tables import Project, SweepRun

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed period.

    Attributes:
        as_of: the moment the rules are held to.
        now: the running clock, for leases only.
    """

    database: Database
    rulebook: Rulebook
    id: int
    moment: Moment
    as_of: datetime
    now: Clock

    def desk(self, session: Session) -> Desk:
        """The desk of one batch, with the lease renewed."""
        row = self.row(session)
        row.lease_until = self.now() + LEASE
        return Desk(session, self.rulebook, self.as_of, row)

    def row(self, session: Session) -> SweepRun:
        return session.get_one(SweepRun, self.id)

    def advance(self, session: Session, cursor: int, counts: Counter[str]) -> None:
        """Remember, within the batch's transaction, that it is done and what it did."""
        row = self.row(session)
        row.cursor = cursor
        row.counts = dict(Counter(row.counts) + counts)


def is_supervised(day: date) -> ColumnElement[bool]:
    """Whether a project is open, and not set aside after an error."""
    not_aside = Project.set_aside_until.is_(None) | (Project.set_aside_until < day)
    return Project.state.in_(OPEN_STATES) & not_aside
