"""Messages that have not left, about dates that no longer need them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from engine.desk.issuing import ENGINE, Desk
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person


def withdraw_unsent(desk: Desk, deadlines: Sequence[int], why: str) -> None:
    """Cancel queued messages that speak of nothing but these dates and were never tried.

    What a run is still gathering into messages is taken out of them instead: the run may yet add
    to them, and lets go only of those that hold something.
    """
    if not deadlines:
        return
    untried = rows(desk.session, _UNTRIED, ids=deadlines).all()
    gathering = {row.id for row in untried if row.state is DeliveryState.GATHERING}
    if gathering:
        _take_out(desk, sorted(gathering), deadlines, why)
    waiting = {row.id for row in untried} - gathering
    if not waiting:
        return
    more = rows(desk.session, _SPEAK_OF_MORE, ids=deadlines, deliveries=list(waiting)).scalars()
    withdrawn = sorted(waiting - set(more))
    desk.session.execute(
        update(Delivery).where(Delivery.id.in_(withdrawn)).values(state=DeliveryState.CANCELLED),
        execution_options={"synchronize_session": False},
    )
    if withdrawn:
        record_withdrawal(desk, withdrawn, why)


def withdraw_notice(desk: Desk, number: int) -> list[str]:
    """Take one notice back out of all messages that were never tried; a message that would carry
    nothing is cancelled.

    Returns:
        Whom it missed.
    """
    found = rows(desk.session, _CARRYING, notice=number).all()
    alone = [row.id for row in found if row.is_alone and row.state is DeliveryState.QUEUED]
    desk.session.execute(
        update(Delivery).where(Delivery.id.in_(alone)).values(state=DeliveryState.CANCELLED),
        execution_options={"synchronize_session": False},
    )
    others = [row.id for row in found if row.id not in alone]
    desk.session.execute(
        delete(DeliveryNotice).where(
            DeliveryNotice.notice_id == number, DeliveryNotice.delivery_id.in_(others)
        ),
        execution_options={"synchronize_session": False},
    )
    return list(dict.fromkeys(row.reader for row in found))


def readers_reached(desk: Desk, number: int) -> list[str]:
    """Who has a notice, or may have it: by name, or the work group that was told."""
    return list(dict.fromkeys(rows(desk.session, _REACHED, notice=number).scalars()))


def _take_out(desk: Desk, gathering: Sequence[int], deadlines: Sequence[int], why: str) -> None:
    notices = list(rows(desk.session, _NOTICES_ABOUT, ids=deadlines).scalars())
    record_withdrawal(desk, gathering, why, notices)
    desk.session.execute(
        delete(DeliveryNotice).where(
            DeliveryNotice.delivery_id.in_(gathering), DeliveryNotice.notice_id.in_(notices)
        ),
        execution_options={"synchronize_session": False},
    )


def record_withdrawal(
    desk: Desk, deliveries: Sequence[int], why: str, notices: Sequence[int] | None = None
) -> None:
    """The journal says that these notices were issued; it must say as well whom they missed.

    Args:
        notices: which of those that the messages carry; all of them when not given.
    """
    query = (
        select(Notice.id, Notice.project_id, Person.name)
        .join(DeliveryNotice, DeliveryNotice.notice_id == Notice.id)
        .join(Delivery, Delivery.id == DeliveryNotice.delivery_id)
        .join(Person, Person.id == Delivery.person_id)
        .where(Delivery.id.in_(deliveries))
        .order_by(Notice.id, Delivery.id)
    )
    if notices is not None:
        query = query.where(Notice.id.in_(notices))
    missed: dict[tuple[int, int | None], list[str]] = {}
    for number, project_id, name in desk.session.execute(query):
        missed.setdefault((number, project_id), []).append(name)
    append(
        desk.session,
        [
            Event(
                project_chain(project_id),
                EventKind.NOTICE_CANCELLED,
                desk.at,
                ENGINE,
                {"notice": number, "unsent_to": names, "why": why},
            )
            for (number, project_id), names in missed.items()
            if project_id is not None
        ],
    )


# The queries, built once.

_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_ABOUT = _NOTICE.deadline_id.in_(bindparam("ids", expanding=True))

_NOTICES_ABOUT = select(_NOTICE.id).where(_ABOUT)

_UNTRIED = (
    select(_DELIVERY.id, _DELIVERY.state)
    .where(
        _ABOUT,
        _CARRIED.notice_id == _NOTICE.id,
        _DELIVERY.id == _CARRIED.delivery_id,
        _DELIVERY.state.in_((DeliveryState.GATHERING, DeliveryState.QUEUED)),
        _DELIVERY.attempts == 0,
    )
    .with_for_update(of=table_of(Delivery))
)
"""Untried messages that speak of some dates, and that no dispatcher may take meanwhile."""

_SPEAK_OF_MORE = select(_CARRIED.delivery_id).where(
    _NOTICE.id == _CARRIED.notice_id,
    _CARRIED.delivery_id.in_(bindparam("deliveries", expanding=True)),
    _NOTICE.deadline_id.is_(None) | ~_ABOUT,
)
"""Those of them that speak of something else as well."""

_ANOTHER = aliased(DeliveryNotice)

_READER = func.coalesce(table_of(Person).c.name, _DELIVERY.address).label("reader")

_REACHED = (
    select(_READER)
    .join_from(table_of(Delivery), table_of(DeliveryNotice), _CARRIED.delivery_id == _DELIVERY.id)
    .outerjoin(table_of(Person), table_of(Person).c.id == _DELIVERY.person_id)
    .where(
        _CARRIED.notice_id == bindparam("notice"),
        or_(
            _DELIVERY.state.in_((DeliveryState.SENT, DeliveryState.SENDING)),
            (_DELIVERY.state == DeliveryState.QUEUED) & (_DELIVERY.attempts > 0),
        ),
    )
    .order_by(_DELIVERY.id)
)
"""Who has a notice. What is on its way, or was tried without an answer, may have arrived."""

_CARRYING = (
    select(
        _DELIVERY.id,
        _DELIVERY.state,
        _READER,
        (
            ~select(_ANOTHER.notice_id)
            .where(_ANOTHER.delivery_id == _DELIVERY.id, _ANOTHER.notice_id != bindparam("notice"))
            .exists()
        ).label("is_alone"),
    )
    .join_from(table_of(Delivery), table_of(DeliveryNotice), _CARRIED.delivery_id == _DELIVERY.id)
    .outerjoin(table_of(Person), table_of(Person).c.id == _DELIVERY.person_id)
    .where(
        _CARRIED.notice_id == bindparam("notice"),
        _DELIVERY.state.in_((DeliveryState.GATHERING, DeliveryState.QUEUED)),
        _DELIVERY.attempts == 0,
    )
    .order_by(_DELIVERY.id)
    .with_for_update(of=table_of(Delivery))
)
"""The untried messages that carry a notice, and whether they carry nothing else."""
