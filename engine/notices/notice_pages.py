"""通知 by pages: newest first, chosen by what they are, whom they concern, how they went out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import Session

from engine.notices.notice_list import OF_LINE, NoticeLine
from engine.rules.words import NoticeKind, NoticeState, Stage, Word
from engine.store.statements import rows, table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    DocumentNumber,
    Draft,
    Notice,
    Person,
    Project,
    Unit,
)

PAGE = 50


class Sending(Word):
    """How the messages of a notice fare."""

    SENT = "sent", "已送达"
    WAITING = "waiting", "待发送"
    FAILED = "failed", "未送达"


STATES_OF = {
    Sending.SENT: (DeliveryState.SENT,),
    Sending.WAITING: (DeliveryState.GATHERING, DeliveryState.QUEUED, DeliveryState.SENDING),
    Sending.FAILED: (DeliveryState.FAILED, DeliveryState.BOUNCED),
}


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """Which notices; an empty field leaves nothing out.

    Attributes:
        unit: about this unit or an item that it leads, by its number.
        project: about this item, by its number.
        first, last: checked on these days, both included.
        received_by: that somebody of these units was sent; None leaves nothing out.
    """

    kind: NoticeKind | None = None
    stage: Stage | None = None
    state: NoticeState | None = None
    sending: Sending | None = None
    unit: int | None = None
    project: int | None = None
    first: date | None = None
    last: date | None = None
    received_by: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice of a page; ``stands`` is its state in words, ``document`` the number it bears.
    ``sent``, ``waiting`` and ``failed`` count its messages."""

    number: int
    kind: NoticeKind
    stage: Stage
    state: NoticeState
    stands: str
    as_of: date
    title: str
    document: str
    code: str
    unit: str
    reply_by: date | None
    answered_by: str
    sent: int
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some notices, newest first; from which to go on to newer and to older ones."""

    rows: list[NoticeRow] = field(default_factory=list)
    before: int | None = None
    after: int | None = None


def notice_page(
    session: Session,
    choice: NoticeChoice,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> NoticePage:
    """A page of the chosen notices: those newer than ``before``, or older than ``after``."""
    query = _LINES.where(*_conditions(choice)).limit(limit + 1)
    if before is not None:
        query = query.where(Notice.id > before).order_by(Notice.id)
    else:
        query = query.order_by(Notice.id.desc())
    if before is None and after is not None:
        query = query.where(Notice.id < after)
    found: list[Any] = list(session.execute(query))
    has_more, found = len(found) > limit, found[:limit]
    if before is not None:
        found.reverse()
    made = _rows(session, found)
    is_first = before is None and after is None
    newer = made[0].number if made and not is_first and (before is None or has_more) else None
    older = made[-1].number if made and (before is not None or has_more) else None
    return NoticePage(made, newer, older)


def has_received(session: Session, number: int, units: Sequence[int]) -> bool:
    """Whether somebody of these units was sent a notice."""
    wanted = {"notice": number, "units": list(units)}
    return rows(session, _RECEIVED, **wanted).first() is not None


def _rows(session: Session, found: Sequence[Any]) -> list[NoticeRow]:
    counts = {
        row.notice_id: (row.sent, row.waiting, row.failed)
        for row in rows(session, _COUNTS, ids=[line[0] for line in found])
    }
    return [_row(line, counts.get(line[0], (0, 0, 0))) for line in found]


def _row(found: Any, counts: tuple[int, int, int]) -> NoticeRow:
    *of_line, stage, code = found
    line = NoticeLine(*of_line)
    return NoticeRow(
        number=line.number,
        kind=line.kind,
        stage=stage,
        state=line.state,
        stands=line.stands,
        as_of=line.as_of,
        title=line.title,
        document=line.document,
        code=code,
        unit=line.unit,
        reply_by=line.reply_by if line.kind.is_answered_in_words else None,
        answered_by=line.answered_by,
        sent=counts[0],
        waiting=counts[1],
        failed=counts[2],
    )


def _conditions(choice: NoticeChoice) -> Iterator[ColumnElement[bool]]:
    for column, wanted in (
        (Notice.kind, choice.kind),
        (Notice.stage, choice.stage),
        (Notice.state, choice.state),
        (Notice.project_id, choice.project),
    ):
        if wanted is not None:
            yield column == wanted
    if choice.unit is not None:
        led = select(Project.id).where(Project.lead_unit_id == choice.unit)
        yield (Notice.unit_id == choice.unit) | Notice.project_id.in_(led)
    if choice.first is not None:
        yield Notice.as_of >= choice.first
    if choice.last is not None:
        yield Notice.as_of <= choice.last
    if choice.sending is not None:
        yield Notice.id.in_(_CARRIED.where(Delivery.state.in_(STATES_OF[choice.sending])))
    if choice.received_by is not None:
        yield Notice.id.in_(_TO_PERSONS.where(Person.unit_id.in_(choice.received_by)))


# The queries that are always the same, built once.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_LINES = (
    select(
        *OF_LINE,
        Notice.stage,
        func.coalesce(Project.code, ""),
    )
    .outerjoin(Unit, Notice.unit_id == Unit.id)
    .outerjoin(Project, Notice.project_id == Project.id)
    .outerjoin(Draft, Draft.notice_id == Notice.id)
    .outerjoin(DocumentNumber, DocumentNumber.notice_id == Notice.id)
)

_CARRIED = select(DeliveryNotice.notice_id).join(
    Delivery, Delivery.id == DeliveryNotice.delivery_id
)
_TO_PERSONS = _CARRIED.join(Person, Person.id == Delivery.person_id)
_RECEIVED = (
    _TO_PERSONS.where(
        DeliveryNotice.notice_id == bindparam("notice"),
        Person.unit_id.in_(bindparam("units", expanding=True)),
    )
).limit(1)

_STATE = table_of(Delivery).c.state
_PAIR = table_of(DeliveryNotice).c


def _count(sending: Sending) -> ColumnElement[int]:
    return func.count(case((_STATE.in_(STATES_OF[sending]), 1))).label(sending.value)


_COUNTS = (
    select(_PAIR.notice_id, *map(_count, Sending))
    .join_from(
        table_of(DeliveryNotice),
        table_of(Delivery),
        table_of(Delivery).c.id == _PAIR.delivery_id,
    )
    .where(_PAIR.notice_id.in_(_IDS))
    .group_by(_PAIR.notice_id)
)
