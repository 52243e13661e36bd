"""模板: the wording that an office has put in the place of the shipped one, version by version.

Nothing is overwritten: a change is a new version, and so is the way back. What may be changed, and
whether it is sound, is for ``notifications/wording.py`` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from engine.desk.desk import ENGINE
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.steps import Role
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import insert_ignoring_doubles, rows, table_of
from engine.store.tables import TemplateVersion

SHIPPED = 0
"""The number of what was shipped."""
NOTE_LENGTH = 500


class TemplateRefused(DubanError):
    """这个模板现在不能这样改。"""


class Edit(NamedTuple):
    """A template of the office's own that is in force."""

    name: str
    number: int
    source: str


class Spoilt(NamedTuple):
    """A version that failed on a letter, and why."""

    name: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What an office sets.

    Attributes:
        source: None for the shipped one.
        note: why, for those who come after.
        seen: the number of the version that the writer had before them.
    """

    name: str
    source: str | None
    note: str
    seen: int


def put(desk: Desk, new: NewVersion, by: str) -> int:
    """Put a version in force from now on; what was written before keeps its words.

    Returns:
        Its number.

    Raises:
        PersonUnknown, NotAllowed: see there; ``by`` is of the office.
        TemplateRefused: somebody else has changed it since it was seen, nothing is changed, or
            the note is missing or too long.
    """
    actor, note = acting(desk.session, by, Role.OFFICE), " ".join(new.note.split())
    last = latest(desk.session, new.name)
    if (last.number if last else SHIPPED) != new.seen:
        raise _overtaken(new.name, last)
    if (last.source if last else None) == new.source:
        raise TemplateRefused(f"模板“{new.name}”与正在使用的相同，没有可改的")
    if not note or len(note) > NOTE_LENGTH:
        raise TemplateRefused(f"请用 --note 写明为什么改，最多{NOTE_LENGTH}字")
    number = new.seen + 1
    values = {"name": new.name, "number": number, "source": new.source, "note": note}
    values |= {"author": actor, "at": desk.at, "fault": ""}
    inserted = insert_ignoring_doubles(desk.session, TemplateVersion).returning(_VERSION.number)
    if rows(desk.session, inserted, **values).first() is None:
        raise _overtaken(new.name, latest(desk.session, new.name))
    digest = sha256(new.source.encode()).hexdigest() if new.source is not None else ""
    _tell(desk, EventKind.TEMPLATE_SET, actor, new.name, number, note=note, sha256=digest)
    return number


def _overtaken(name: str, last: TemplateVersion | None) -> TemplateRefused:
    if last is None:
        return TemplateRefused(f"模板“{name}”还是自带的，没有改过；请去掉 --from")
    return TemplateRefused(
        f"模板“{name}”已由{last.author}于{written(local_day(last.at))}改为第{last.number}版"
        f"（{last.note}）。请看过这一版再改"
        f"（用 duban template diff {name} 看，改时写 --from {last.number}）"
    )


def report_spoilt(desk: Desk, found: Sequence[Spoilt]) -> None:
    """Keep with each version why it first failed on a letter; once is enough."""
    for name, number, why in dict.fromkeys(found):
        if rows(desk.session, _SPOILT, its_name=name, its_number=number, why=why).first():
            _tell(desk, EventKind.TEMPLATE_FAILED, ENGINE, name, number, why=why)


def in_force(session: Session, at: datetime | None = None) -> frozenset[Edit]:
    """The office's own templates that are in force, or were at a moment."""
    found = rows(session, _IN_FORCE_AT, at=at) if at else rows(session, _IN_FORCE)
    return frozenset(Edit(*row) for row in found if row.source is not None)


def latest(session: Session, name: str) -> TemplateVersion | None:
    """The last version of a template; None when it was never changed."""
    return session.scalars(_VERSIONS, {"its_name": name}).first()


def versions(session: Session, name: str) -> Sequence[TemplateVersion]:
    """All versions of a template, the last one first."""
    return session.scalars(_VERSIONS, {"its_name": name}).all()


def last_of_each(session: Session) -> dict[str, TemplateVersion]:
    """The last version of each template that was ever changed, by name."""
    return {row.name: row for row in session.scalars(_LAST_OF_EACH)}


def spoilt_now(session: Session) -> list[Spoilt]:
    """The versions in force that have failed on a letter."""
    last = last_of_each(session).values()
    return [Spoilt(v.name, v.number, v.fault) for v in last if v.fault and v.source is not None]


def _tell(desk: Desk, kind: EventKind, actor: str, name: str, number: int, **more: str) -> None:
    data = {"template": name, "version": number, **more}
    append(desk.session, [Event(ENGINE_CHAIN, kind, desk.at, actor, data)])


# The statements, built once.

_VERSION, _NEWER = table_of(TemplateVersion).c, table_of(TemplateVersion).alias().c
_LAST = select(func.max(_NEWER.number)).where(_NEWER.name == _VERSION.name)
_LAST_THEN = _LAST.where(_NEWER.at <= bindparam("at", type_=_VERSION.at.type))

_SOURCES = select(_VERSION.name, _VERSION.number, _VERSION.source)
_IN_FORCE = _SOURCES.where(_VERSION.number == _LAST.scalar_subquery())
_IN_FORCE_AT = _SOURCES.where(_VERSION.number == _LAST_THEN.scalar_subquery())

_LAST_OF_EACH = (
    select(TemplateVersion)
    .where(_VERSION.number == _LAST.scalar_subquery())
    .order_by(TemplateVersion.name)
)

_VERSIONS = (
    select(TemplateVersion)
    .where(TemplateVersion.name == bindparam("its_name"))
    .order_by(TemplateVersion.number.desc())
    .execution_options(populate_existing=True)
)

_SPOILT = (
    update(table_of(TemplateVersion))
    .where(
        _VERSION.name == bindparam("its_name"),
        _VERSION.number == bindparam("its_number"),
        _VERSION.fault == "",
    )
    .values(fault=bindparam("why"))
    .returning(_VERSION.number)
)
