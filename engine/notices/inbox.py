"""站内收件箱: what a person was sent, by whatever way, and what can still be done. Read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from engine.desk.issuing import Desk
from engine.desk.people import find_person
from engine.notices.received import ReceivedNotice, notices_received
from engine.rules.policy_parts import LinkAct
from engine.rules.words import NoticeKind, NoticeState
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something a reader can still do: ``about`` is an item's code, or a notice's number."""

    act: LinkAct
    about: str


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One notice in somebody's inbox.

    Attributes:
        at: when it came; for what has not left yet, when it was written.
        ways: the channels it came by, or will.
        to_do: what the reader can still do.
    """

    number: int
    kind: NoticeKind
    state: NoticeState
    title: str
    at: datetime
    ways: tuple[str, ...]
    reply_by: date | None
    to_do: tuple[ToDo, ...]


def inbox(desk: Desk, name: str, limit: int = 50) -> list[InboxLine]:
    """What a person was sent, newest first.

    Raises:
        PersonUnknown: nobody, or more than one person, is meant.
    """
    person = find_person(desk.session, name)
    found = rows(desk.session, _NEWEST, person=person.id, limit=limit).all()
    if not found:
        return []
    numbers = [row.notice for row in found]
    ways: dict[int, list[str]] = defaultdict(list)
    for notice, channel in rows(desk.session, _WAYS, person=person.id, notices=numbers):
        ways[notice].append(channel)
    notices = notices_received(desk, person.id, found[0].post, numbers)
    return [_line(notices[row.notice], row, ways[row.notice]) for row in found]


def _line(notice: ReceivedNotice, row: Found, ways: Sequence[str]) -> InboxLine:
    return InboxLine(
        number=notice.number,
        kind=notice.kind,
        state=notice.state,
        title=notice.title,
        at=row.at,
        ways=tuple(ways),
        reply_by=notice.reply_by,
        to_do=tuple(_to_do(notice)),
    )


def _to_do(notice: ReceivedNotice) -> Iterator[ToDo]:
    if notice.state is not NoticeState.ISSUED:
        return
    if notice.awaits_answer:
        yield ToDo(LinkAct.ANSWER, str(notice.number))
    for item in notice.items:
        if item.awaits_signature:
            yield ToDo(LinkAct.SIGN_FOR, item.code)
        elif item.takes_report and len(notice.items) == 1:
            yield ToDo(LinkAct.REPORT, item.code)


# The queries, built once.

_DELIVERY, _CARRIED, _NOTICE = table_of(Delivery), table_of(DeliveryNotice), table_of(Notice)
_HIS = (
    _DELIVERY.c.person_id == bindparam("person"),
    _DELIVERY.c.state.not_in((DeliveryState.CANCELLED, DeliveryState.GATHERING)),
    _CARRIED.c.delivery_id == _DELIVERY.c.id,
)
_NEWEST = (
    select(
        _CARRIED.c.notice_id.label("notice"),
        func.min(_DELIVERY.c.post_kind).label("post"),
        func.max(func.coalesce(_DELIVERY.c.sent_at, _DELIVERY.c.created_at)).label("at"),
    )
    .where(*_HIS)
    .group_by(_CARRIED.c.notice_id)
    .order_by(_CARRIED.c.notice_id.desc())
    .limit(bindparam("limit"))
)
_WAYS = (
    select(_CARRIED.c.notice_id, _DELIVERY.c.channel)
    .where(*_HIS, _CARRIED.c.notice_id.in_(bindparam("notices", expanding=True)))
    .distinct()
    .order_by(_CARRIED.c.notice_id, _DELIVERY.c.channel)
)
