"""督办日志 for readers: chosen by item, day, kind and person, read one batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.rules.log_words import readable
from engine.rules.zone import ZONE
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import project_chain, write
from engine.store.tables import JournalEvent, Project

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events; an empty field leaves nothing out.

    Attributes:
        project: the code of an item.
        first, last: local days, both included.
        kinds: of these kinds alone.
        person: who did it, as the journal names them.
    """

    project: Project | None = None
    first: date | None = None
    last: date | None = None
    kinds: tuple[EventKind, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event as a reader sees it."""

    number: int
    at: datetime
    kind: str
    code: str
    title: str
    actor: str
    text: str
    hash: str


def log_lines(session: Session, choice: Choice) -> Iterator[LogLine]:
    """The chosen events, oldest first. No more than a batch of them is held at once."""
    write(session)
    items = {
        project_chain(number): (code, title)
        for number, code, title in session.execute(select(Project.id, Project.code, Project.title))
    }
    columns = JournalEvent.__table__.c
    query = (
        select(
            columns.id,
            columns.at,
            columns.kind,
            columns.chain,
            columns.actor,
            columns.data,
            columns.hash,
        )
        .where(*_conditions(choice))
        .order_by(columns.id)
        .execution_options(yield_per=BATCH)
    )
    for number, at, kind, chain, actor, data, digest in session.execute(query):
        code, title = items.get(chain, ("", ""))
        label = KINDS[kind].label if kind in KINDS else kind
        local = at.astimezone(ZONE).replace(tzinfo=None)
        yield LogLine(number, local, label, code, title, actor, readable(data), digest)


def _conditions(choice: Choice) -> Iterator[ColumnElement[bool]]:
    columns = JournalEvent.__table__.c
    if choice.project is not None:
        yield columns.chain == project_chain(choice.project.id)
    if choice.first is not None:
        yield columns.at >= datetime.combine(choice.first, time(), ZONE)
    if choice.last is not None:
        yield columns.at < datetime.combine(choice.last + timedelta(days=1), time(), ZONE)
    if choice.kinds:
        yield columns.kind.in_([kind.value for kind in choice.kinds])
    if choice.person:
        yield columns.actor == choice.person
