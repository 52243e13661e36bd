"""Messages that have not left, about dates that no longer need them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from engine.desk.issuing import ENGINE, Desk
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Person


def withdraw_unsent(desk: Desk, deadlines: Sequence[int], why: str) -> None:
    """Cancel queued messages that speak of nothing but these dates and were never tried.

    What a run is still gathering into messages is taken out of them instead: the run may yet add
    to them, and lets go only of those that hold something.
    """
    if not deadlines:
        return
    _take_out(desk, deadlines, why)
    waiting = set(_waiting(desk, deadlines, DeliveryState.QUEUED))
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


def _take_out(desk: Desk, deadlines: Sequence[int], why: str) -> None:
    gathering = sorted(_waiting(desk, deadlines, DeliveryState.GATHERING))
    if not gathering:
        return
    notices = list(rows(desk.session, _NOTICES_ABOUT, ids=deadlines).scalars())
    record_withdrawal(desk, gathering, why, notices)
    desk.session.execute(
        delete(DeliveryNotice).where(
            DeliveryNotice.delivery_id.in_(gathering), DeliveryNotice.notice_id.in_(notices)
        ),
        execution_options={"synchronize_session": False},
    )


def _waiting(desk: Desk, deadlines: Sequence[int], state: DeliveryState) -> Sequence[int]:
    return rows(desk.session, _WAITING, ids=deadlines, state=state).scalars().all()


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

_WAITING = (
    select(_DELIVERY.id)
    .where(
        _ABOUT,
        _CARRIED.notice_id == _NOTICE.id,
        _DELIVERY.id == _CARRIED.delivery_id,
        _DELIVERY.state == bindparam("state"),
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
