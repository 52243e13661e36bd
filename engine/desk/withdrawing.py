"""Taking back what was drafted or queued for somebody whom an item no longer concerns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select, update

from engine.desk.issuing import ENGINE, Desk
from engine.desk.unsent import record_withdrawal
from engine.rules.words import UNIT_POSTS, NoticeState
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Notice, Post, Project


def cancel_drafts(desk: Desk, project: Project, why: str) -> None:
    """Criticism that waits for a signature names the unit it was drafted on, and ends with it."""
    drafts = desk.session.scalars(
        select(Notice)
        .where(Notice.project_id == project.id, Notice.state == NoticeState.DRAFT)
        .order_by(Notice.id)
    ).all()
    for notice in drafts:
        notice.state = NoticeState.CANCELLED
    chain = project_chain(project.id)
    append(
        desk.session,
        [
            Event(chain, EventKind.NOTICE_CANCELLED, desk.at, ENGINE, {"notice": n.id, "why": why})
            for n in drafts
        ],
    )


def withdraw_from_unit(
    desk: Desk, project: Project, unit_id: int, staying: Sequence[int], why: str
) -> None:
    """Cancel queued messages to a unit's people that speak of nothing but this item and were
    never tried.

    Args:
        staying: the units that go on with the item; who serves one of them too keeps what is
            on the way.
    """
    wanted = {"unit": unit_id, "staying": list(staying), "project": project.id}
    waiting = set(rows(desk.session, _WAITING, **wanted, kinds=list(UNIT_POSTS)).scalars())
    if not waiting:
        return
    more = rows(desk.session, _SPEAK_OF_MORE, deliveries=list(waiting), project=project.id)
    withdrawn = sorted(waiting - set(more.scalars()))
    desk.session.execute(
        update(Delivery).where(Delivery.id.in_(withdrawn)).values(state=DeliveryState.CANCELLED),
        execution_options={"synchronize_session": False},
    )
    if withdrawn:
        record_withdrawal(desk, withdrawn, why)


# The queries, built once.

_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_POST = table_of(Post).c
_SERVES_ANOTHER = (
    select(_POST.id)
    .where(
        _POST.unit_id.in_(bindparam("staying", expanding=True)),
        or_(_POST.holder_id == _DELIVERY.person_id, _POST.deputy_id == _DELIVERY.person_id),
    )
    .exists()
)
_SERVES_UNIT = (
    select(_POST.id)
    .where(
        _POST.unit_id == bindparam("unit"),
        or_(_POST.holder_id == _DELIVERY.person_id, _POST.deputy_id == _DELIVERY.person_id),
    )
    .exists()
)

_WAITING = (
    select(_DELIVERY.id)
    .where(
        _NOTICE.project_id == bindparam("project"),
        _CARRIED.notice_id == _NOTICE.id,
        _DELIVERY.id == _CARRIED.delivery_id,
        _DELIVERY.state == DeliveryState.QUEUED,
        _DELIVERY.attempts == 0,
        _DELIVERY.post_kind.in_(bindparam("kinds", expanding=True)),
        _SERVES_UNIT,
        ~_SERVES_ANOTHER,
    )
    .with_for_update(of=table_of(Delivery))
)
"""Queued messages on a project to people of a unit; no dispatcher may take them meanwhile."""

_SPEAK_OF_MORE = select(_CARRIED.delivery_id).where(
    _NOTICE.id == _CARRIED.notice_id,
    _CARRIED.delivery_id.in_(bindparam("deliveries", expanding=True)),
    or_(_NOTICE.project_id.is_(None), _NOTICE.project_id != bindparam("project")),
)
"""Those of them that speak of something else as well."""
