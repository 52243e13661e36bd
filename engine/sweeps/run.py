"""One run of one cadence: the period it has claimed, and what its parts come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement
from sqlalchemy.orm import Session

from engine.desk.desk import Desk, Sweep
from engine.desk.empty_posts import ListAlarm
from engine.rules.facts import Moment
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.store.parts import Span
from engine.store.statements import table_of
from engine.store.tables import Project

Clock = Callable[[], datetime]
Day = date | BindParameter[date]


@dataclass(frozen=True, slots=True)
class Run:
    """A period that is being worked on, as one of its workers sees it.

    Attributes:
        as_of: the moment the rules are held to.
        now: the running clock, for signs of life only.
        shards: among how many workers its steps are to be shared.
    """

    database: Database
    rulebook: Rulebook
    id: int
    moment: Moment
    as_of: datetime
    now: Clock
    shards: int = 1

    def desk(self, session: Session) -> Desk:
        """Where what this run issues is issued."""
        sweep = Sweep(self.id, self.moment.cadence, self.moment.period)
        return Desk(session, self.rulebook, self.as_of, sweep)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a part came to.

    Attributes:
        counts: projects, notices by kind, and reasons.
        alarms: whom it could not reach because nobody is in the post.
    """

    counts: Counter[str]
    alarms: list[ListAlarm] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a run, which must be over before the next begins.

    Attributes:
        lay_out: shares its rows out into parts; none when there is nothing to do.
        work: does one part, in the caller's transaction.
        apart: the rows of a part one by one, when one of them may be at fault.
        give_up: does what can be done about a single row that is at fault.
    """

    lay_out: Callable[[Run, Session], list[Span]]
    work: Callable[[Run, Desk, Span], Outcome]
    apart: Callable[[Run, Session, Span], list[Span]] | None = None
    give_up: Callable[[Desk, Span, Exception], Outcome] | None = None


_PROJECT = table_of(Project).c


def is_supervised(day: Day) -> ColumnElement[bool]:
    """Whether a project is open, and not set aside after an error."""
    return _PROJECT.state.in_(OPEN_STATES) & is_not_aside(day)


def is_not_aside(day: Day) -> ColumnElement[bool]:
    """Whether a project has not been set aside after an error on this day."""
    return _PROJECT.set_aside_until.is_(None) | (_PROJECT.set_aside_until < day)
