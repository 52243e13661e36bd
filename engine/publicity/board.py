"""晒单: all that was published, as the public board shows it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.publicity.publishing import kept_state, revision_of
from engine.rules.public_facts import PublicNotice, PublicProject, PublicState, notice_from_data
from engine.rules.public_objections import PublicObjectionState
from engine.rules.zone import local_day
from engine.store.statements import Found, rows, table_of
from engine.store.tables import DocumentNumber, Project, Publication, PublicObjection


@dataclass(frozen=True)
class ShownState:
    """A publication of the list; ``revision`` counts those of one month from 1."""

    key: str
    title: str
    published_at: datetime
    object_by: date
    state: PublicState

    @property
    def revision(self) -> int:
        return revision_of(self.key)

    @property
    def day(self) -> date:
        return local_day(self.published_at)

    def changes_of(self, code: str) -> tuple[str, ...]:
        """What this publication says is different about an item."""
        return tuple(self._changes.get(code, ()))

    @cached_property
    def _changes(self) -> dict[str, list[str]]:
        """By item, once: every page of a list asks."""
        found: dict[str, list[str]] = defaultdict(list)
        for change in self.state.changed:
            found[change.code].append(change.text)
        return found

    def corrections_of(self, code: str) -> tuple[str, ...]:
        """What this publication puts right about an item."""
        return tuple(
            f"根据异议{c.objection}更正：{c.finding}"
            for c in self.state.corrections
            if c.code == code
        )


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A published notice; withdrawn (``withdrawn_at``) when its number was made void."""

    number: int
    key: str
    published_at: datetime
    notice: PublicNotice
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownObjection:
    """An objection without who made it and what they wrote."""

    number: int
    code: str
    received_on: date
    handle_by: date
    state: PublicObjectionState
    handled_at: datetime | None
    finding: str


@dataclass(frozen=True)
class Board:
    """What was published of one list: publications oldest first, at least one."""

    states: tuple[ShownState, ...]
    notices: tuple[ShownNotice, ...]
    objections: tuple[ShownObjection, ...]

    @property
    def now(self) -> ShownState:
        """The publication in force."""
        return self.states[-1]

    def history_of(self, code: str) -> list[tuple[ShownState, PublicProject]]:
        """The publications that show an item, newest first."""
        return self._histories[code]

    @cached_property
    def _histories(self) -> dict[str, list[tuple[ShownState, PublicProject]]]:
        found: dict[str, list[tuple[ShownState, PublicProject]]] = defaultdict(list)
        for shown in reversed(self.states):
            for item in shown.state.projects:
                found[item.code].append((shown, item))
        return found

    def objections_to(self, code: str) -> list[ShownObjection]:
        """The objections to an item, newest first."""
        return [o for o in reversed(self.objections) if o.code == code]


def boards(session: Session) -> list[Board]:
    """The lists that were published, the newest year first."""
    states: dict[int, list[ShownState]] = defaultdict(list)
    for row in session.scalars(_STATES):
        states[row.program_id].append(_shown_state(row))
    notices: dict[int, list[ShownNotice]] = defaultdict(list)
    for publication, voided_at in session.execute(_NOTICES):
        notices[publication.program_id].append(_shown_notice(publication, voided_at))
    objections: dict[int, list[ShownObjection]] = defaultdict(list)
    for found in rows(session, _OBJECTIONS):
        objections[found.program_id].append(_shown_objection(found))
    made = [
        Board(tuple(shown), tuple(notices[number]), tuple(objections[number]))
        for number, shown in states.items()
    ]
    return sorted(made, key=lambda board: -board.now.state.year)


def stamp(session: Session) -> str:
    """A short text that is another one as soon as the board would look different."""
    found = [tuple(session.execute(query).one()) for query in _STAMPS]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _shown_state(row: Publication) -> ShownState:
    if row.object_by is None:
        raise TypeError("the publication of a list tells until when one may object")
    return ShownState(row.key, row.title, row.published_at, row.object_by, kept_state(row))


def _shown_notice(row: Publication, voided_at: datetime | None) -> ShownNotice:
    number = row.notice_id or 0
    content = notice_from_data(row.content)
    return ShownNotice(number, row.key, row.published_at, content, voided_at)


def _shown_objection(row: Found) -> ShownObjection:
    return ShownObjection(
        row.id,
        row.code,
        row.received_on,
        row.handle_by,
        row.state,
        row.handled_at,
        row.finding,
    )


_STATES = select(Publication).where(Publication.notice_id.is_(None)).order_by(Publication.id)

_NOTICES = (
    select(Publication, DocumentNumber.voided_at)
    .outerjoin(DocumentNumber, DocumentNumber.notice_id == Publication.notice_id)
    .where(Publication.notice_id.is_not(None))
    .order_by(Publication.id.desc())
)

_OBJECTION, _PROJECT = table_of(PublicObjection), table_of(Project)
_OBJECTIONS = (
    select(
        _PROJECT.c.program_id,
        _PROJECT.c.code,
        _OBJECTION.c.id,
        _OBJECTION.c.received_on,
        _OBJECTION.c.handle_by,
        _OBJECTION.c.state,
        _OBJECTION.c.handled_at,
        _OBJECTION.c.finding,
    )
    .join_from(_OBJECTION, _PROJECT, _OBJECTION.c.project_id == _PROJECT.c.id)
    .order_by(_OBJECTION.c.id)
)

_STAMPS = (
    select(func.count(), func.max(Publication.id)),
    select(
        func.count(), func.max(PublicObjection.handled_at), func.count(PublicObjection.handled_at)
    ),
    select(func.count(), func.max(DocumentNumber.voided_at)).where(
        DocumentNumber.voided_at.is_not(None)
    ),
)
