"""What an installation remembers of itself: when it began and, for a sample, its clock and
calendar, so that every later command reads the store as the first one did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.directory import INBOX, OPEN
from engine.store.statements import insert_ignoring_doubles, rows, table_of
from engine.store.tables import Setting

INSTALLED_AT = "installed_at"
CLOCK_OFFSET = "clock_offset"
CALENDAR = "calendar"
SECRET = "secret"


_SETTING = table_of(Setting).c
_INSTALLED_AT = select(_SETTING.value).where(_SETTING.name == INSTALLED_AT)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Of a sample: how far its clock runs from the present, and its calendar layers."""

    clock_offset: timedelta | None = None
    calendar: tuple[str, ...] = ()


def recall(session: Session) -> Remembered:
    """What is remembered; nothing for an installation that holds a list of its own."""
    kept = session.execute(select(Setting.name, Setting.value))
    values: dict[str, str] = {name: value for name, value in kept}
    offset = values.get(CLOCK_OFFSET)
    layers = values.get(CALENDAR)
    return Remembered(
        timedelta(seconds=float(offset)) if offset is not None else None,
        tuple(layers.split(",")) if layers else (),
    )


def remember_sample(
    session: Session, at: datetime, offset: timedelta, calendar: tuple[str, ...]
) -> None:
    """This store is a sample's: it began at ``at``, on its own clock and calendar."""
    session.merge(Setting(name=INSTALLED_AT, value=at.isoformat()))
    session.merge(Setting(name=CLOCK_OFFSET, value=str(offset.total_seconds())))
    session.merge(Setting(name=CALENDAR, value=",".join(calendar)))


def remember_beginning(session: Session, at: datetime) -> None:
    """Periods before the installation are nobody's to catch up on."""
    if session.get(Setting, INSTALLED_AT) is None:
        session.add(Setting(name=INSTALLED_AT, value=at.isoformat()))


def remember_secret(session: Session) -> str:
    """What links and codes are signed with: made once, from then on always the same."""
    kept = session.get(Setting, SECRET)
    if kept is None:
        made = insert_ignoring_doubles(session, Setting)
        session.execute(made, {"name": SECRET, "value": token_urlsafe(32)})
        kept = session.get_one(Setting, SECRET)
    return kept.value


def remember_inbox(session: Session, is_open: bool) -> None:
    """Whether people have an inbox: the directory looks here whom it can reach without mail."""
    kept = session.get(Setting, INBOX)
    if (kept is not None and kept.value == OPEN) != is_open:
        session.merge(Setting(name=INBOX, value=OPEN if is_open else ""))


def installed_at(session: Session) -> datetime:
    """When this installation began."""
    return datetime.fromisoformat(rows(session, _INSTALLED_AT).scalar_one())
