"""Whether the journal is whole: what was written since the last audit that found it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.audit.faults import in_words
from engine.audit.kept import JOURNAL_END, JOURNAL_WHOLE_TO, kept
from engine.rules.auditing import Finding, FindingKind, checkpoint_missing, counted
from engine.store.chain import Fault, Verifier
from engine.store.journal import verify
from engine.store.records import events_after
from engine.store.statements import rows, table_of
from engine.store.tables import Checkpoint, JournalEvent, JournalHead

MOST = 200_000
"""Events that one audit looks at; the next goes on from there."""
AGAIN = 1_000
"""Events that are looked at once more: of two transactions that write at once, the one with the
lower numbers may end later."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is wrong with the journal; up to which number it is whole; its latest moment."""

    findings: tuple[Finding, ...]
    whole_to: int
    written_at: datetime | None


def look(session: Session, *, full: bool) -> Seen:
    """The events since the last clean audit, each by its hash, in its chain; or all of them."""
    mark = int(kept(session, JOURNAL_WHOLE_TO) or 0)
    last, written_at = rows(session, _LAST).one()
    last = last or 0
    faults = _taken_away(session, mark, last)
    if full:
        faults, to = [*faults, *verify(session)], last
    else:
        faults, to = faults or _new_faults(session, mark, last), min(last, mark + MOST)
    names = in_words(session, faults)
    findings = tuple(counted(FindingKind.JOURNAL_ALTERED, names, len(names), "处不符"))
    return Seen(findings, mark if faults else to, written_at)


def _taken_away(session: Session, mark: int, last: int) -> list[Fault]:
    """Whether the end that the last clean audit saw is gone: where the heads were put back too,
    the chains tell nothing of it, and on SQLite new events take the numbers of those."""
    if last < mark:
        return [Fault("日志", last, f"此后缺少事件：上次巡检到编号 {mark}")]
    number, _, seen = (kept(session, JOURNAL_END) or "").partition(" ")
    if number == str(mark) and rows(session, _HASH, id=mark).scalar() != seen:
        return [Fault("日志", mark, "已不是上次巡检看到的那个事件，从这里起被换过")]
    return []


def _new_faults(session: Session, mark: int, last: int) -> list[Fault]:
    after = max(mark - AGAIN, 0)
    verifier = Verifier.after(after, _tips(session, after, mark + MOST))
    faults = [
        fault
        for event in events_after(session, after, mark + MOST)
        for fault in verifier.take(event)
    ]
    if last <= mark + MOST:
        faults += _heads(session, after)
    return faults


def _tips(session: Session, after: int, to: int) -> Mapping[str, tuple[int, str]]:
    """The event before the first new one of each chain, where there is one."""
    found = rows(session, _BEFORE, after=after, to=to)
    return {row.chain: (row.seq, row.hash) for row in found}


def _heads(session: Session, after: int) -> list[Fault]:
    """Of the chains with new events, those whose head is not their last event."""
    found: Sequence[Any] = rows(session, _WRONG_HEADS, after=after).all()
    return [Fault(row.chain, row.seq, "链头记录与最后一个事件不符") for row in found]


def checkpoint(session: Session, due: datetime, now: datetime) -> Iterator[Finding]:
    """The checkpoint that should have been made."""
    last = rows(session, _LAST_CHECKPOINT).scalar_one_or_none()
    is_late = last is None or last < due
    if is_late and rows(session, _UNCOVERED, due=due).first() is not None:
        yield from checkpoint_missing(last, due, now)


# The queries, built once.

_EVENT, _HEAD = table_of(JournalEvent).c, table_of(JournalHead).c

_NEWEST = select(func.max(_EVENT.id).label("id")).scalar_subquery()
_LAST = select(
    _NEWEST.label("last"), select(_EVENT.at).where(_EVENT.id == _NEWEST).scalar_subquery()
)

_HASH = select(_EVENT.hash).where(_EVENT.id == bindparam("id"))

_TOUCHED = select(
    _EVENT.chain, func.min(_EVENT.seq).label("first"), func.max(_EVENT.seq).label("last")
)
_NEW = (
    _TOUCHED.where(_EVENT.id > bindparam("after"), _EVENT.id <= bindparam("to"))
    .group_by(_EVENT.chain)
    .subquery()
)
_OTHER = table_of(JournalEvent).alias()
_BEFORE = select(_OTHER.c.chain, _OTHER.c.seq, _OTHER.c.hash).where(
    _OTHER.c.chain == _NEW.c.chain, _OTHER.c.seq == _NEW.c.first - 1
)

_TIPS = _TOUCHED.where(_EVENT.id > bindparam("after")).group_by(_EVENT.chain).subquery()
_HEAD_OF_TIP = _HEAD.chain == _TIPS.c.chain
_EVENT_OF_HEAD = (_OTHER.c.chain == _HEAD.chain) & (_OTHER.c.seq == _HEAD.seq)
_WRONG_HEADS = (
    select(_TIPS.c.chain, _TIPS.c.last.label("seq"))
    .select_from(_TIPS)
    .outerjoin(table_of(JournalHead), _HEAD_OF_TIP)
    .outerjoin(_OTHER, _EVENT_OF_HEAD)
    .where(
        _HEAD.seq.is_(None)
        | (_HEAD.seq != _TIPS.c.last)
        | _OTHER.c.hash.is_(None)
        | (_OTHER.c.hash != _HEAD.hash)
    )
    .order_by(_TIPS.c.chain)
)

_SEAL = table_of(Checkpoint).c
_LAST_CHECKPOINT = select(_SEAL.at).order_by(_SEAL.seq.desc()).limit(1)
_UNCOVERED = (
    select(_HEAD.chain)
    .join_from(
        table_of(JournalHead),
        table_of(JournalEvent),
        (_EVENT.chain == _HEAD.chain) & (_EVENT.seq == _HEAD.checkpointed_seq + 1),
    )
    .where(_HEAD.seq > _HEAD.checkpointed_seq, _EVENT.at < bindparam("due"))
    .limit(1)
)
