"""The pushes of units (一月一促) that were not answered in time, and have not climbed yet.

A push lives for a month: the next one asks for the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.rules.policy import Rule
from engine.rules.quotes import Quote
from engine.rules.words import NoticeState, Reason
from engine.store.parts import Span, in_ranges, ranges
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Notice

A_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Asked:
    """A push without an answer: its period, and how it is quoted."""

    occurrence: str
    quote: Quote


def ranges_unanswered(session: Session, rule: Rule, day: date, **share: int) -> list[Span]:
    """The units that have left a push unanswered, shared out."""
    return ranges(session, _UNIT_RANGES, **share, **_wanted(rule, day))


def units_unanswered(session: Session, rule: Rule, day: date, span: Span) -> Sequence[int]:
    """Those of a part, in the order of their numbers."""
    within = {"first": span.first, "last": span.last}
    return rows(session, _UNITS, **within, **_wanted(rule, day)).scalars().all()


def unanswered(
    session: Session, rule: Rule, day: date, units: Sequence[int]
) -> dict[tuple[int, int], Asked]:
    """The last push that each of these units has left unanswered, by list and unit."""
    found = rows(session, _LEFT, units=units, **_wanted(rule, day))
    return {(row.program_id, row.unit_id): _asked(row) for row in found}


def _wanted(rule: Rule, day: date) -> dict[str, Any]:
    return {
        "kind": rule.when.unanswered,
        "its_rule": rule.id,
        "day": day,
        "since": day - A_MONTH,
    }


def _asked(row: Found) -> Asked:
    quote = Quote(
        number=row.id,
        kind=row.kind,
        issued_on=row.as_of,
        reply_by=row.reply_by,
        answered_on=None,
        standing=Reason.UNANSWERED,
    )
    return Asked(row.occurrence, quote)


# The queries, built once.

_NOTICE, _CLIMBED = table_of(Notice).c, table_of(Notice).alias("climbed").c
_RULE: BindParameter[str] = bindparam("its_rule")

_HAS_CLIMBED = (
    select(_CLIMBED.id)
    .where(
        _CLIMBED.rule == _RULE,
        _CLIMBED.program_id == _NOTICE.program_id,
        _CLIMBED.unit_id == _NOTICE.unit_id,
        _CLIMBED.occurrence == _NOTICE.occurrence,
    )
    .exists()
)

_IS_LEFT = (
    (_NOTICE.kind == bindparam("kind"))
    & (_NOTICE.state == NoticeState.ISSUED)
    & (_NOTICE.rule != _RULE)
    & (_NOTICE.as_of >= bindparam("since"))
    & (_NOTICE.reply_by < bindparam("day"))
    & _NOTICE.answered_at.is_(None)
    & _NOTICE.unit_id.is_not(None)
    & ~_HAS_CLIMBED
)

_ALL_UNITS = select(_NOTICE.unit_id).where(_IS_LEFT).distinct()
_UNIT_RANGES = in_ranges(_ALL_UNITS)
_UNITS = _ALL_UNITS.where(_NOTICE.unit_id.between(bindparam("first"), bindparam("last"))).order_by(
    _NOTICE.unit_id
)

_LEFT = (
    select(
        _NOTICE.id,
        _NOTICE.program_id,
        _NOTICE.unit_id,
        _NOTICE.kind,
        _NOTICE.occurrence,
        _NOTICE.as_of,
        _NOTICE.reply_by,
    )
    .where(_IS_LEFT, _NOTICE.unit_id.in_(bindparam("units", expanding=True)))
    .order_by(_NOTICE.id)
)
