"""The registry of document numbers: one series for each 机关代字 and year, without gaps.

A number is taken by moving the row of its series, which locks that row until the transaction ends:
whoever comes second waits, and a transaction that fails, or whose process dies, gives back what it
took.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, insert, select, update
from sqlalchemy.orm import Session

from engine.rules.numbering import DocumentNo
from engine.rules.zone import local_day
from engine.store.statements import insert_ignoring_doubles, rows, table_of
from engine.store.tables import DocumentNumber, NumberSeries


def give_numbers(
    session: Session, issuer: str, notices: Sequence[int], at: datetime, by: str
) -> dict[int, str]:
    """The next numbers of the year in which they are signed, one for each notice in its order.

    Returns:
        The numbers as they are printed, by notice.
    """
    if not notices:
        return {}
    year = local_day(at).year
    begun = {"issuer": issuer, "year": year, "last": 0}
    session.execute(insert_ignoring_doubles(session, NumberSeries), begun)
    taken = {"its_issuer": issuer, "its_year": year, "count": len(notices)}
    first = session.execute(_TAKE, taken).scalar_one() - len(notices) + 1
    given = {notice: DocumentNo(issuer, year, n) for n, notice in enumerate(notices, first)}
    session.execute(
        _INSERT,
        [
            {**asdict(no), "notice_id": notice, "given_at": at, "given_by": by}
            for notice, no in given.items()
        ],
    )
    return {notice: no.text for notice, no in given.items()}


def numbers_of(session: Session, notices: Sequence[int]) -> Mapping[int, str]:
    """The numbers that notices bear, as they are printed; most bear none."""
    if not notices:
        return {}
    found = rows(session, _OF_NOTICES, ids=list(notices))
    return {row.notice_id: DocumentNo(row.issuer, row.year, row.number).text for row in found}


# The statements, built once.

_SERIES, _NUMBERS = table_of(NumberSeries), table_of(DocumentNumber)
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_TAKE = (
    update(_SERIES)
    .where(_SERIES.c.issuer == bindparam("its_issuer"), _SERIES.c.year == bindparam("its_year"))
    .values(last=_SERIES.c.last + bindparam("count"))
    .returning(_SERIES.c.last)
)

_INSERT = insert(_NUMBERS)

_OF_NOTICES = select(
    _NUMBERS.c.notice_id, _NUMBERS.c.issuer, _NUMBERS.c.year, _NUMBERS.c.number
).where(_NUMBERS.c.notice_id.in_(_IDS))
