"""One run of one cadence: the period it has claimed, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.rules.facts import Moment
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.runs import LEASE
from engine.store.statements import table_of
from engine.store.tables import Project, RunState, SweepRun

Clock = Callable[[], datetime]
Day = date | BindParameter[date]


class Overtaken(Exception):
    """The lease ran out, and another runner has gone on from here; this one must stop."""


@dataclass(frozen=True, slots=True)
class Run:
    """A claimed period.

    Attributes:
        as_of: the moment the rules are held to.
        done: the last project or unit that was finished before this runner took the run.
        now: the running clock, for leases only.
    """

    database: Database
    rulebook: Rulebook
    id: int
    moment: Moment
    as_of: datetime
    done: int
    now: Clock

    def desk(self, session: Session, after: int | None = None) -> Desk:
        """The desk of one batch, which ends with ``advance``.

        Args:
            after: where this runner left off; not needed for what cannot be done twice.

        Raises:
            Overtaken: another runner has finished the run, or has gone on from ``after``.
        """
        row = self.hold(session)
        if after not in (None, row.cursor):
            raise Overtaken
        return Desk(session, self.rulebook, self.as_of, row)

    def hold(self, session: Session) -> SweepRun:
        """The row of this run, which no other runner can change until the transaction ends.

        Raises:
            Overtaken: another runner has finished the run.
        """
        row = session.scalars(_HELD, {"id": self.id}).one()
        if row.state is not RunState.RUNNING:
            raise Overtaken
        return row

    def advance(self, session: Session, counts: Counter[str], cursor: int | None = None) -> None:
        """Remember, within a batch's transaction, what it did and, when given, how far it came;
        the lease is renewed."""
        row = session.get_one(SweepRun, self.id)
        row.lease_until = self.now() + LEASE
        row.cursor = row.cursor if cursor is None else cursor
        row.counts = dict(Counter(row.counts) + counts)


_PROJECT = table_of(Project).c
_HELD = select(SweepRun).where(SweepRun.id == bindparam("id")).with_for_update()


def is_supervised(day: Day) -> ColumnElement[bool]:
    """Whether a project is open, and not set aside after an error."""
    return _PROJECT.state.in_(OPEN_STATES) & is_not_aside(day)


def is_not_aside(day: Day) -> ColumnElement[bool]:
    """Whether a project has not been set aside after an error on this day."""
    return _PROJECT.set_aside_until.is_(None) | (_PROJECT.set_aside_until < day)
