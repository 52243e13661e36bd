"""Dates: set, met, moved by a new version, cancelled. Nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.errors import DubanError
from engine.issuing import ENGINE, Desk
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import DeadlineKind, DeadlineState, NoticeState
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.statements import rows, table_of
from engine.store.tables import (
    Deadline,
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Milestone,
    Notice,
    Person,
    Project,
)


class DeadlineNotOpen(DubanError):
    """这一时限已经完成、调整或取消。"""


def new_deadline(
    desk: Desk,
    project_id: int,
    kind: DeadlineKind,
    due: date,
    name: str,
    *,
    slot: str = "",
    running: bool = True,
) -> dict[str, Any]:
    """A deadline row to insert. A running one is looked at in the next daily sweep."""
    return {
        "project_id": project_id,
        "kind": kind,
        "slot": slot,
        "name": name,
        "due": due,
        "original_due": due,
        "provisional": desk.rulebook.calendar.is_provisional_between(desk.day, due),
        "state": DeadlineState.PENDING,
        "next_check_on": desk.day if running else None,
    }


def set_deadlines(desk: Desk, new: Sequence[dict[str, Any]], actor: str) -> None:
    """Insert deadlines, with their events."""
    if not new:
        return
    desk.session.execute(insert(table_of(Deadline)), list(new))
    append(
        desk.session,
        [
            Event(
                project_chain(row["project_id"]),
                EventKind.DEADLINE_SET,
                desk.at,
                actor,
                {"kind": row["kind"].value, "slot": row["slot"], "due": row["due"].isoformat()},
            )
            for row in new
        ],
    )


def pending(
    desk: Desk, project_id: int, kinds: Iterable[DeadlineKind], slot: str | None = None
) -> list[Deadline]:
    """The deadlines of these kinds that still bind."""
    found = desk.session.scalars(_PENDING, {"project": project_id, "kinds": list(kinds)})
    return [deadline for deadline in found if slot in (None, deadline.slot)]


_PENDING = (
    select(Deadline)
    .where(
        Deadline.project_id == bindparam("project"),
        Deadline.kind.in_(bindparam("kinds", expanding=True)),
        Deadline.state == DeadlineState.PENDING,
    )
    .order_by(Deadline.due, Deadline.id)
)


def meet(desk: Desk, deadlines: Sequence[Deadline], actor: str, on_day: date | None = None) -> None:
    """Mark dates as met; their ladders stop, and what was waiting to be sent is withdrawn."""
    if not deadlines:
        return
    day = on_day or desk.day
    for deadline in deadlines:
        deadline.state, deadline.met_on, deadline.next_check_on = DeadlineState.MET, day, None
    append(
        desk.session,
        [
            Event(
                project_chain(d.project_id),
                EventKind.DEADLINE_MET,
                desk.at,
                actor,
                {"kind": d.kind.value, "slot": d.slot, "due": d.due.isoformat(), "met": str(day)},
            )
            for d in deadlines
        ],
    )
    withdraw_unsent(desk, deadlines, "时限已完成")


def move(desk: Desk, deadline: Deadline, due: date, actor: str, why: str) -> Deadline:
    """Move a date: a new version is made, the first promise is kept, the old ladder ends.

    Raises:
        DeadlineNotOpen: the date no longer binds.
    """
    if deadline.state is not DeadlineState.PENDING:
        raise DeadlineNotOpen(f"“{deadline.name}”{deadline.state.label}，不能再调整")
    # While the clocks stand still no row names a day; the next sweep finds that out by itself.
    running = desk.session.get_one(Project, deadline.project_id).state in OPEN_STATES
    deadline.state, deadline.next_check_on = DeadlineState.REPLACED, None
    row = new_deadline(
        desk,
        deadline.project_id,
        deadline.kind,
        due,
        deadline.name,
        slot=deadline.slot,
        running=running,
    )
    row |= {"version": deadline.version + 1, "original_due": deadline.original_due}
    moved = Deadline(**row)
    desk.session.add(moved)
    if deadline.kind is DeadlineKind.MILESTONE:
        desk.session.execute(
            update(Milestone)
            .where(
                Milestone.project_id == deadline.project_id,
                Milestone.position == int(deadline.slot),
            )
            .values(due=due)
        )
    data = {
        "kind": deadline.kind.value,
        "slot": deadline.slot,
        "from": deadline.due.isoformat(),
        "to": due.isoformat(),
        "version": moved.version,
        "why": why,
    }
    chain = project_chain(deadline.project_id)
    append(desk.session, [Event(chain, EventKind.DEADLINE_MOVED, desk.at, actor, data)])
    cancel_notices(desk, deadline, why)
    desk.session.flush()
    return moved


def cancel(desk: Desk, deadlines: Sequence[Deadline]) -> None:
    """Dates that no longer matter because the project has ended."""
    for deadline in deadlines:
        deadline.state, deadline.next_check_on = DeadlineState.CANCELLED, None
    withdraw_unsent(desk, deadlines, "时限已取消")


def cancel_notices(desk: Desk, deadline: Deadline, why: str) -> None:
    """Drafts under a version that no longer binds are cancelled, and unsent messages withdrawn."""
    drafts = desk.session.scalars(
        select(Notice).where(Notice.deadline_id == deadline.id, Notice.state == NoticeState.DRAFT)
    ).all()
    for notice in drafts:
        notice.state = NoticeState.CANCELLED
    append(
        desk.session,
        [
            Event(
                project_chain(deadline.project_id),
                EventKind.NOTICE_CANCELLED,
                desk.at,
                ENGINE,
                {"notice": notice.id, "why": why},
            )
            for notice in drafts
        ],
    )
    withdraw_unsent(desk, [deadline], why)


def withdraw_unsent(desk: Desk, deadlines: Sequence[Deadline], why: str) -> None:
    """Cancel queued messages that speak of nothing but these deadlines and were never tried."""
    ids = [deadline.id for deadline in deadlines]
    waiting = set(rows(desk.session, _WAITING, ids=ids).scalars()) if deadlines else set()
    if not waiting:
        return
    more = rows(desk.session, _SPEAK_OF_MORE, ids=ids, deliveries=list(waiting)).scalars()
    withdrawn = sorted(waiting - set(more))
    desk.session.execute(
        update(Delivery).where(Delivery.id.in_(withdrawn)).values(state=DeliveryState.CANCELLED),
        execution_options={"synchronize_session": False},
    )
    if withdrawn:
        _record_withdrawal(desk, withdrawn, why)


_NOTICE, _DELIVERY, _CARRIED = table_of(Notice).c, table_of(Delivery).c, table_of(DeliveryNotice).c
_ABOUT = _NOTICE.deadline_id.in_(bindparam("ids", expanding=True))

_WAITING = (
    select(_DELIVERY.id)
    .where(
        _ABOUT,
        _CARRIED.notice_id == _NOTICE.id,
        _DELIVERY.id == _CARRIED.delivery_id,
        _DELIVERY.state == DeliveryState.QUEUED,
        _DELIVERY.attempts == 0,
    )
    .with_for_update(of=table_of(Delivery))
)
"""Queued messages that speak of some deadlines, and that no dispatcher may take meanwhile."""

_SPEAK_OF_MORE = select(_CARRIED.delivery_id).where(
    _NOTICE.id == _CARRIED.notice_id,
    _CARRIED.delivery_id.in_(bindparam("deliveries", expanding=True)),
    _NOTICE.deadline_id.is_(None) | ~_ABOUT,
)
"""Those of them that speak of something else as well."""


def _record_withdrawal(desk: Desk, deliveries: Sequence[int], why: str) -> None:
    """The journal says that these notices were issued; it must say as well whom they missed."""
    rows = desk.session.execute(
        select(Notice.id, Notice.project_id, Person.name)
        .join(DeliveryNotice, DeliveryNotice.notice_id == Notice.id)
        .join(Delivery, Delivery.id == DeliveryNotice.delivery_id)
        .join(Person, Person.id == Delivery.person_id)
        .where(Delivery.id.in_(deliveries))
        .order_by(Notice.id, Delivery.id)
    )
    missed: dict[tuple[int, int | None], list[str]] = {}
    for number, project_id, name in rows:
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
