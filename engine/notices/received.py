"""来信: what a letter asks of its reader, and what of it can still be done. Read-only, in sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.notices.readers import Reader, reader_of
from engine.notices.received_items import ReceivedItem, items_of
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    Notice,
)


class LetterUnknown(DubanError):
    """没有这封信。"""


@dataclass(frozen=True, slots=True)
class ReceivedNotice:
    """A notice that a letter carries; ``awaits_answer`` holds while the reader's unit owes one.

    Attributes:
        items: the items it names, in its order.
    """

    number: int
    kind: NoticeKind
    state: NoticeState
    title: str
    reply_by: date | None
    answered_by: str
    answered_at: datetime | None
    answer: str
    awaits_answer: bool
    items: tuple[ReceivedItem, ...]


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """A letter as its reader finds it today."""

    delivery_id: int
    reader: Reader
    notices: tuple[ReceivedNotice, ...]

    @property
    def items(self) -> tuple[ReceivedItem, ...]:
        """All items of its notices, each once."""
        return tuple({item.id: item for n in self.notices for item in n.items}.values())

    def item(self, number: int) -> ReceivedItem | None:
        return next((item for item in self.items if item.id == number), None)

    def notice(self, number: int) -> ReceivedNotice | None:
        return next((notice for notice in self.notices if notice.number == number), None)


def received(desk: Desk, delivery_id: int, person_id: int) -> ReceivedLetter:
    """A letter to a person, with all that it names as it now is.

    Raises:
        LetterUnknown: there is no such letter, or it was to somebody else.
    """
    letter = rows(desk.session, _LETTER, delivery=delivery_id, person=person_id).one_or_none()
    if letter is None:
        raise LetterUnknown("没有这封信")
    reader = reader_of(desk, person_id, letter.post_kind)
    notices = rows(desk.session, _NOTICES, delivery=delivery_id).all()
    items = _items(desk, notices, reader.unit_ids)
    return ReceivedLetter(
        delivery_id, reader, tuple(_notice(row, items, reader.unit_ids) for row in notices)
    )


def notices_received(
    desk: Desk, person_id: int, post: PostKind, numbers: Sequence[int]
) -> dict[int, ReceivedNotice]:
    """Notices that reached a person, by whatever letters, as they now are."""
    units = reader_of(desk, person_id, post).unit_ids
    found = rows(desk.session, _THESE, ids=numbers).all()
    items = _items(desk, found, units)
    return {row.id: _notice(row, items, units) for row in found}


def _notice(row: Found, items: Sequence[ReceivedItem], units: frozenset[int]) -> ReceivedNotice:
    codes = set(_codes(row.paper))
    if row.project_id is not None:
        named = tuple(item for item in items if item.id == row.project_id)
        owes = _asks(row) and all(item.is_led and item.is_open for item in named)
    else:
        named = tuple(item for item in items if item.code in codes and item.is_led)
        owes = row.reply_by is not None and row.unit_id in units
    return ReceivedNotice(
        number=row.id,
        kind=row.kind,
        state=row.state,
        title=row.title,
        reply_by=row.reply_by,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        answer=row.answer,
        awaits_answer=owes and row.state is NoticeState.ISSUED and row.answered_at is None,
        items=named,
    )


def _asks(row: Found) -> bool:
    """Whether a notice on one item wants words; an assignment is answered by its signature."""
    if row.kind is NoticeKind.ASSIGNMENT:
        return False
    return row.reply_by is not None or row.kind is NoticeKind.CONCLUSION


def _items(desk: Desk, notices: Sequence[Found], units: frozenset[int]) -> list[ReceivedItem]:
    return items_of(
        desk,
        {n.project_id for n in notices if n.project_id is not None},
        {n.program_id for n in notices},
        {code for n in notices for code in _codes(n.paper)},
        units,
    )


def _codes(paper: Mapping[str, Any] | None) -> Iterator[str]:
    """The items that a paper on many of them names."""
    paper = paper or {}
    for group in ("overdue", "due_soon", "behind", "problems"):
        yield from (entry["code"] for entry in paper.get(group, ()))
    for group in ("items", "named"):
        yield from (entry["standing"]["code"] for entry in paper.get(group, ()))


# The queries, built once.

_DELIVERY, _CARRIED = table_of(Delivery).c, table_of(DeliveryNotice).c
_NOTICE = table_of(Notice).c

_LETTER = select(_DELIVERY.id, _DELIVERY.post_kind).where(
    _DELIVERY.id == bindparam("delivery"), _DELIVERY.person_id == bindparam("person")
)

_AS_IT_IS = select(
    _NOTICE.id,
    _NOTICE.kind,
    _NOTICE.state,
    _NOTICE.title,
    _NOTICE.program_id,
    _NOTICE.project_id,
    _NOTICE.unit_id,
    _NOTICE.reply_by,
    _NOTICE.answered_at,
    _NOTICE.answered_by,
    _NOTICE.answer,
    _NOTICE.facts["paper"].label("paper"),
).order_by(_NOTICE.id)
_NOTICES = _AS_IT_IS.join_from(
    table_of(DeliveryNotice), table_of(Notice), _CARRIED.notice_id == _NOTICE.id
).where(_CARRIED.delivery_id == bindparam("delivery"))
_THESE = _AS_IT_IS.where(_NOTICE.id.in_(bindparam("ids", expanding=True)))
