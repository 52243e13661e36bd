"""督办日志 by pages: newest first, chosen by day, item, unit, kind, person and reason.

Every filter has an index that goes by time, so that a page is found without reading what is not on
it; what is passed on to the next page is an event, so that the thousandth costs no more than the
first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, String, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from engine.logbook import Choice, conditions
from engine.rules.log_words import readable
from engine.store.event_kinds import KINDS
from engine.store.journal import PROJECT_CHAIN, project_chain, write
from engine.store.statements import Found, rows, table_of
from engine.store.tables import JournalEvent, Project, Unit

PAGE = 50


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event as a page shows it.

    Attributes:
        notice: the number of the notice that it tells of, which can be explained; None for none.
        hash: by which it is chained to those before.
    """

    number: int
    at: datetime
    kind: str
    code: str
    title: str
    unit: str
    actor: str
    text: str
    notice: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events, newest first; from which to go on to newer ones (``before``) and to older ones
    (``after``), None where there are none."""

    entries: list[LogEntry]
    before: int | None
    after: int | None


def log_page(
    session: Session,
    choice: Choice,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> LogPage:
    """A page of the chosen events.

    Args:
        before: the page of those that are newer than this one.
        after: the page of those that are older than this one.
    """
    write(session)
    numbers = _numbers(session, choice, before, after, limit + 1)
    has_more, numbers = len(numbers) > limit, numbers[:limit]
    if before is not None:
        numbers.reverse()
    is_first = before is None and after is None
    newer = numbers[0] if numbers and not is_first and (before is None or has_more) else None
    older = numbers[-1] if numbers and (before is not None or has_more) else None
    return LogPage(_entries(session, numbers), newer, older)


def _numbers(
    session: Session, choice: Choice, before: int | None, after: int | None, limit: int
) -> list[int]:
    """Which events stand on a page."""
    where = list(conditions(choice, _unit_by(session, choice)))
    cursor = before if before is not None else after
    if cursor is not None:
        where += _beyond(session, cursor, newer=before is not None)
    order = (_EVENT.at, _EVENT.id)
    query = select(_EVENT.id).where(*where).limit(limit)
    query = query.order_by(*(order if before is not None else (c.desc() for c in order)))
    return list(session.execute(query).scalars())


def _unit_by(session: Session, choice: Choice) -> ColumnElement[str]:
    """SQLite does not know whose items an event is about, and is told when not to go by chains."""
    is_told = choice.unit is not None and session.get_bind().dialect.name == "sqlite"
    if is_told and _leads_many(session, choice.unit):
        return literal_column("+journal.chain", String())
    return _EVENT.chain


def _beyond(session: Session, cursor: int, *, newer: bool) -> Iterator[ColumnElement[bool]]:
    """What comes before or after an event; the first clause alone is one that an index serves."""
    at = rows(session, _MOMENT, number=cursor).scalar_one_or_none()
    if at is None:
        return
    if newer:
        yield _EVENT.at >= at
        yield (_EVENT.at > at) | (_EVENT.id > cursor)
    else:
        yield _EVENT.at <= at
        yield (_EVENT.at < at) | (_EVENT.id < cursor)


def _leads_many(session: Session, unit: int | None) -> bool:
    """Whether so much of the log is about a unit's items that a page of it is found sooner by
    reading the log from its end than by sorting all that the unit has."""
    counted = rows(session, _SHARE, unit=unit).one()
    share = counted.led / max(counted.items, 1)
    return bool(share * share * (counted.events or 0) > PAGE)


def _entries(session: Session, numbers: Sequence[int]) -> list[LogEntry]:
    events = {row.id: row for row in rows(session, _EVENTS, ids=numbers)}
    ids = {int(e.chain.removeprefix(PROJECT_CHAIN)) for e in events.values() if _is_of_item(e)}
    items = {project_chain(row.id): row for row in rows(session, _ITEMS, ids=sorted(ids))}
    return [_entry(events[number], items) for number in numbers]


def _is_of_item(event: Found) -> bool:
    return bool(event.chain.startswith(PROJECT_CHAIN))


def _entry(event: Found, items: dict[str, Found]) -> LogEntry:
    item, notice = items.get(event.chain), event.data.get("notice")
    return LogEntry(
        number=event.id,
        at=event.at,
        kind=KINDS[event.kind].label if event.kind in KINDS else event.kind,
        code=item.code if item else "",
        title=item.title if item else "",
        unit=item.unit if item else "",
        actor=event.actor,
        text=readable(event.data),
        notice=notice if isinstance(notice, int) else None,
        hash=event.hash,
    )


# The queries that are always the same, built once.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_EVENT, _PROJECT, _UNIT = table_of(JournalEvent).c, table_of(Project).c, table_of(Unit).c

_MOMENT = select(_EVENT.at).where(_EVENT.id == bindparam("number"))
_SHARE = select(
    select(func.count())
    .select_from(table_of(Project))
    .where(_PROJECT.lead_unit_id == bindparam("unit"))
    .scalar_subquery()
    .label("led"),
    select(func.count()).select_from(table_of(Project)).scalar_subquery().label("items"),
    select(func.max(_EVENT.id)).scalar_subquery().label("events"),
)

_EVENTS = select(
    _EVENT.id, _EVENT.at, _EVENT.kind, _EVENT.chain, _EVENT.actor, _EVENT.data, _EVENT.hash
).where(_EVENT.id.in_(_IDS))

_ITEMS = (
    select(_PROJECT.id, _PROJECT.code, _PROJECT.title, _UNIT.name.label("unit"))
    .join_from(table_of(Project), table_of(Unit), _UNIT.id == _PROJECT.lead_unit_id)
    .where(_PROJECT.id.in_(_IDS))
)
