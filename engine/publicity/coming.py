"""What would be published now, before anybody decides that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.desk import Desk
from engine.publicity.privacy import private_words
from engine.publicity.public_notices import waiting_notices
from engine.publicity.publishing import contents, latest, news
from engine.publicity.reading import public_state
from engine.rules.public_facts import Changed
from engine.rules.totals import FieldCount
from engine.rules.zone import local_day
from engine.store.tables import Program, Publication


@dataclass(frozen=True, slots=True)
class ComingNotice:
    """A signed notice that waits to be published."""

    number: int
    title: str
    document: str


@dataclass(frozen=True, slots=True)
class Coming:
    """What a publication of a list would show now.

    Attributes:
        items: how many, counted by light.
        is_new: whether it is different from the last one, or the first of a month.
        changed: what is different since the last one; empty before the first.
        private: names and addresses of persons that occur in it.
    """

    program_id: int
    title: str
    year: int
    items: FieldCount
    last_on: date | None
    object_by: date | None
    is_new: bool
    changed: tuple[Changed, ...]
    notices: tuple[ComingNotice, ...]
    private: tuple[str, ...]


def coming(desk: Desk, program: Program) -> Coming:
    """What would be published of a list now.

    Raises:
        OutcomeUnreadable, PaperUnsound: see ``public_state``.
    """
    state, last = public_state(desk, program), latest(desk.session, program)
    fresh, waiting = news(state, last), waiting_notices(desk.session, program)
    found = private_words(desk.session, contents(fresh, waiting))
    return Coming(
        program_id=program.id,
        title=program.name,
        year=program.year,
        items=state.statistics.total,
        last_on=_day(last),
        object_by=last.object_by if last else None,
        is_new=fresh is not None and bool(state.projects),
        changed=fresh.changed if fresh else (),
        notices=tuple(ComingNotice(n.number, n.content.title, n.content.number) for n in waiting),
        private=tuple(found),
    )


def lists(session: Session) -> list[Program]:
    """All lists, the newest first."""
    return list(session.scalars(_LISTS))


def _day(last: Publication | None) -> date | None:
    return local_day(last.published_at) if last else None


_LISTS = select(Program).order_by(Program.year.desc(), Program.id)
