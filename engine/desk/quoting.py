"""引用前次通知: whom the quoted notices reached, what they asked for, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.rules.quotes import Quote
from engine.rules.words import PostKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person


def complete(session: Session, quotes: Iterable[Quote]) -> dict[int, Quote]:
    """The quotations by the notices they quote, with all that a reader wants to know of them."""
    wanted = {quote.number: quote for quote in quotes}
    if not wanted:
        return {}
    readers: dict[int, list[str]] = defaultdict(list)
    for row in sorted(rows(session, _READERS, ids=sorted(wanted)), key=_place):
        readers[row.notice_id].append(f"{row.name}（{row.post_kind.label}）")
    said = {row.id: row for row in rows(session, _SAID, ids=sorted(wanted))}
    return {
        number: replace(
            quote,
            to=tuple(dict.fromkeys(readers[number])),
            asked=said[number].asked or "",
            answer=" ".join(said[number].answer.split()),
        )
        for number, quote in wanted.items()
    }


def _place(row: Found) -> tuple[int, int]:
    """Up the chain of posts: which letter was written first is the matter of its writers."""
    return _CHAIN.index(row.post_kind), row.person_id


_CHAIN = list(PostKind)

# The queries, built once.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_PERSON = table_of(Person).c

_READERS = select(_CARRIED.notice_id, _PERSON.name, _DELIVERY.post_kind, _DELIVERY.person_id).where(
    _CARRIED.notice_id.in_(_IDS),
    _DELIVERY.id == _CARRIED.delivery_id,
    _PERSON.id == _DELIVERY.person_id,
    _DELIVERY.state != DeliveryState.CANCELLED,
)

_SAID = select(
    _NOTICE.id, _NOTICE.facts["decision"]["ask"].as_string().label("asked"), _NOTICE.answer
).where(_NOTICE.id.in_(_IDS))
