"""督办日志 for readers: chosen by item, unit, day, kind, person and reason, read one batch at a
time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, cast, literal, select
from sqlalchemy.orm import Session

from engine.rules.log_words import readable
from engine.rules.words import Reason
from engine.rules.zone import ZONE
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import PROJECT_CHAIN, project_chain, write
from engine.store.tables import JournalEvent, Project
from engine.store.tables.journal import IS_REASONED, ToldReason

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events; an empty field leaves nothing out.

    Attributes:
        project: the code of an item.
        first, last: local days, both included.
        kinds: of these kinds alone.
        person: who did it, as the journal names them.
        unit: on items that this unit leads, by its number.
        reason: for this reason.
    """

    project: Project | None = None
    first: date | None = None
    last: date | None = None
    kinds: tuple[EventKind, ...] = ()
    person: str = ""
    unit: int | None = None
    reason: Reason | None = None


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
        .where(*conditions(choice))
        .order_by(columns.id)
        .execution_options(yield_per=BATCH)
    )
    for number, at, kind, chain, actor, data, digest in session.execute(query):
        code, title = items.get(chain, ("", ""))
        label = KINDS[kind].label if kind in KINDS else kind
        local = at.astimezone(ZONE).replace(tzinfo=None)
        yield LogLine(number, local, label, code, title, actor, readable(data), digest)


def conditions(
    choice: Choice, unit_by: ColumnElement[str] = JournalEvent.__table__.c.chain
) -> Iterator[ColumnElement[bool]]:
    """What the chosen events have in common; nothing when all are chosen.

    Args:
        unit_by: how the chains of a unit are compared; see ``engine.log_pages``.
    """
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
    if choice.unit is not None:
        project = Project.__table__.c
        chain = literal(PROJECT_CHAIN) + cast(project.id, String)
        yield unit_by.in_(select(chain).where(project.lead_unit_id == choice.unit))
    if choice.reason is not None:
        yield ToldReason(columns.data) == choice.reason.value
        yield IS_REASONED  # type: ignore[misc]  # a text stands wherever a condition does
