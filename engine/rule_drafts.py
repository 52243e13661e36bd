"""Drafts of a policy or a calendar: written by the office, put in force by a decision of its head.

There is one draft of each at a time. Until it is put in force it changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.dates.recalculating import adopt
from engine.desk.desk import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.rules.calendar import Calendar
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.steps import Role
from engine.rules.words import Word
from engine.store.rulebooks import choose
from engine.store.tables import Setting


class Drafted(Word):
    """What a draft is of."""

    POLICY = "policy", "督办规则"
    CALENDAR = "calendar", "工作日历"


class DraftRefused(DubanError):
    """草稿现在不能这样办理。"""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A draft, or the text that what is in force was made from.

    Attributes:
        source: as it was written.
        content: what was made of it, as JSON values.
        note: why.
    """

    version: str
    title: str
    source: str
    content: dict[str, Any]
    note: str
    author: str
    written_at: datetime


def draft_of(session: Session, kind: Drafted) -> RuleDraft | None:
    """The draft that waits for a decision."""
    return _read(session, f"draft_{kind.value}")


def source_in_force(session: Session, kind: Drafted, version: str) -> str:
    """The text that a version was made from; empty when it did not come from a draft."""
    kept = _read(session, f"source_{kind.value}")
    return kept.source if kept and kept.version == version else ""


def write_draft(
    desk: Desk, part: Policy | Calendar, title: str, source: str, note: str, by: str
) -> RuleDraft:
    """Put a draft in the place of the one before.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        DraftRefused: it is what is in force already.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    kind = Drafted.POLICY if isinstance(part, Policy) else Drafted.CALENDAR
    if part.version == _in_force(desk.rulebook, kind).version:
        raise DraftRefused(f"与正在使用的{kind.label}相同，没有可改的")
    draft = RuleDraft(part.version, title, source, part.to_data(), note, actor, desk.at)
    _write(desk.session, f"draft_{kind.value}", draft)
    return draft


def drop_draft(desk: Desk, kind: Drafted, by: str) -> None:
    """Do without a draft.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        DraftRefused: there is none.
    """
    acting(desk.session, by, Role.OFFICE)
    _waiting(desk.session, kind, "")
    _remove(desk.session, kind)


def put_in_force(desk: Desk, kind: Drafted, seen: str, by: str) -> None:
    """Let the whole installation go by a draft from now on; dates that follow from it move.

    Args:
        seen: the version that was decided on.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        DraftRefused: there is no draft, or it has been changed since it was seen.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    draft = _waiting(desk.session, kind, seen)
    book = desk.rulebook
    part: Policy | Calendar
    if kind is Drafted.POLICY:
        part = Policy.from_data(draft.content)
        book = Rulebook(part, book.calendar, book.routes)
    else:
        part = Calendar.from_data(draft.content)
        book = Rulebook(book.policy, part, book.routes)
    choose(desk.session, part, desk.at)
    _write(desk.session, f"source_{kind.value}", draft)
    _remove(desk.session, kind)
    adopt(Desk(desk.session, book, desk.at), actor)


def _in_force(book: Rulebook, kind: Drafted) -> Policy | Calendar:
    return book.policy if kind is Drafted.POLICY else book.calendar


def _waiting(session: Session, kind: Drafted, seen: str) -> RuleDraft:
    draft = draft_of(session, kind)
    if draft is None:
        raise DraftRefused(f"没有等待决定的{kind.label}草稿，可能已经启用或放弃")
    if seen and seen != draft.version:
        raise DraftRefused(f"草稿已由{draft.author}改过，请重新看过再决定")
    return draft


def _read(session: Session, name: str) -> RuleDraft | None:
    text = session.scalar(select(Setting.value).where(Setting.name == name))
    if not text:
        return None
    data = json.loads(text)
    return RuleDraft(**{**data, "written_at": datetime.fromisoformat(data["written_at"])})


def _write(session: Session, name: str, draft: RuleDraft) -> None:
    data = {**asdict(draft), "written_at": draft.written_at.isoformat()}
    session.merge(Setting(name=name, value=json.dumps(data, ensure_ascii=False)))
    session.flush()


def _remove(session: Session, kind: Drafted) -> None:
    session.execute(delete(Setting).where(Setting.name == f"draft_{kind.value}"))
