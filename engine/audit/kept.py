"""What audits found is kept as long as it is so: told in the journal when it appears and when it is
gone, and shown to whoever looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from engine.desk.desk import ENGINE
from engine.rules.auditing import Finding
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import (
    insert_ignoring_doubles,
    insert_replacing_doubles,
    rows,
    table_of,
)
from engine.store.tables import AuditFinding, JournalEvent, Setting

AUDITED_AT, CLEAN_AT, JOURNAL_WHOLE_TO = "audited_at", "audit_clean_at", "audit_journal"
"""The settings that remember the last audit, the last without a finding, and up to which event it
found the journal whole."""
JOURNAL_END = "audit_journal_end"
"""The setting that remembers that event by its number and hash."""


@dataclass(frozen=True, slots=True)
class LastAudit:
    """The last audit, and the last one that found nothing; None for never."""

    at: datetime | None
    clean_at: datetime | None
    findings: tuple[Finding, ...]


def kept(session: Session, name: str) -> str | None:
    """A setting."""
    return rows(session, _SETTING, name=name).scalar_one_or_none()


def last_audit(session: Session) -> LastAudit:
    """What the last audit found."""
    found = tuple(Finding(*row) for row in rows(session, _FINDINGS))
    return LastAudit(_moment(kept(session, AUDITED_AT)), _moment(kept(session, CLEAN_AT)), found)


def keep(session: Session, findings: Sequence[Finding], journal: int, at: datetime) -> None:
    """Replace what earlier audits found, within the caller's transaction. What appears and what is
    gone is journalled once, also when two audits end at the same moment."""
    before = {(row.kind, row.subject): Finding(*row) for row in rows(session, _FINDINGS)}
    now = {(found.kind, found.subject): found for found in findings}
    events = [
        *_appeared(session, [found for key, found in now.items() if key not in before], at),
        *_gone(session, [found for key, found in before.items() if key not in now], at),
    ]
    changed = [asdict(found) for key, found in now.items() if before.get(key, found) != found]
    if changed:
        session.execute(_CHANGE, [{f"its_{k}": v for k, v in row.items()} for row in changed])
    append(session, events)
    settings = {AUDITED_AT: at.isoformat(), JOURNAL_WHOLE_TO: str(journal)}
    settings |= {} if findings else {CLEAN_AT: at.isoformat()}
    if kept(session, JOURNAL_WHOLE_TO) != str(journal):
        end = rows(session, _END, id=journal).scalar()
        settings |= {JOURNAL_END: f"{journal} {end}"} if end else {}
    session.execute(
        insert_replacing_doubles(session, Setting, ("name",)),
        [{"name": name, "value": value} for name, value in settings.items()],
    )


def _appeared(session: Session, found: Sequence[Finding], at: datetime) -> Iterator[Event]:
    if not found:
        return
    insert = insert_ignoring_doubles(session, AuditFinding).returning(_FOUND.kind, _FOUND.subject)
    new = session.execute(insert, [{**asdict(one), "found_at": at} for one in found]).all()
    written = {(kind, subject) for kind, subject in new}
    for one in found:
        if (one.kind, one.subject) in written:
            yield _event(EventKind.AUDIT_FOUND, one, at, {"text": one.text})


def _gone(session: Session, gone: Sequence[Finding], at: datetime) -> Iterator[Event]:
    for one in gone:
        key = {"its_kind": one.kind, "its_subject": one.subject}
        if rows(session, _DROP, **key).first() is not None:
            yield _event(EventKind.AUDIT_CLEARED, one, at, {})


def _event(kind: EventKind, found: Finding, at: datetime, more: dict[str, str]) -> Event:
    data = {"kind": found.kind.value, "subject": found.subject, **more}
    return Event(ENGINE_CHAIN, kind, at, ENGINE, data)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


# The statements, built once.

_TABLE = table_of(AuditFinding)
_FOUND, _KEPT = _TABLE.c, table_of(Setting).c
_THIS = (_FOUND.kind == bindparam("its_kind"), _FOUND.subject == bindparam("its_subject"))

_SETTING = select(_KEPT.value).where(_KEPT.name == bindparam("name"))
_FINDINGS = select(_FOUND.kind, _FOUND.subject, _FOUND.text, _FOUND.since).order_by(
    _FOUND.found_at, _FOUND.kind, _FOUND.subject
)
_CHANGE = (
    update(_TABLE).where(*_THIS).values(text=bindparam("its_text"), since=bindparam("its_since"))
)
_EVENT = table_of(JournalEvent).c
_END = select(_EVENT.hash).where(_EVENT.id == bindparam("id"))
_DROP = delete(_TABLE).where(*_THIS).returning(_FOUND.kind)
