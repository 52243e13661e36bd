"""Dates: set, met, moved by a new version, cancelled. Nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.dates.clocks import record
from engine.desk.issuing import ENGINE, Desk
from engine.desk.unsent import withdraw_unsent
from engine.errors import DubanError
from engine.rules.clocks import set_to, start, start_on
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.limits import Limit, Roll
from engine.rules.words import DeadlineKind, DeadlineState, NoticeState
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import table_of
from engine.store.tables import (
    Deadline,
    Milestone,
    Notice,
    Project,
)

CLOCK = "clock"
"""Where a deadline that is about to be set carries the start of its clock."""


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
    version: int = 1,
    running: bool = True,
    limit: Limit | None = None,
    runs_from: date | None = None,
    nominal: date | None = None,
    roll: Roll = Roll.NEXT,
) -> dict[str, Any]:
    """A deadline for ``set_deadlines``. A running one is looked at in the next daily sweep.

    Args:
        due: the last day, as the calendar of today gives it.
        limit: for a date that is the end of a limit, the limit; such a date follows a new policy
            or calendar. A date without one is a promise, and moves only when somebody moves it.
        runs_from: the day the limit runs from, itself not counted; today when not given.
        nominal: for a date that was rolled to a working day by ``roll``, the day before that.
    """
    day = runs_from or desk.day
    if limit is not None:
        clock = start(day, limit)
    else:
        clock = start_on(day, nominal or due, roll if nominal else Roll.NONE)
    return {
        CLOCK: clock,
        "project_id": project_id,
        "kind": kind,
        "slot": slot,
        "version": version,
        "name": name,
        "due": due,
        "original_due": due,
        "provisional": desk.rulebook.calendar.is_provisional_between(desk.day, due),
        "state": DeadlineState.PENDING,
        "next_check_on": desk.day if running else None,
    }


def set_deadlines(desk: Desk, new: Sequence[dict[str, Any]], actor: str) -> None:
    """Insert deadlines and start their clocks, with their events."""
    if not new:
        return
    columns = [{name: value for name, value in row.items() if name != CLOCK} for row in new]
    desk.session.execute(insert(table_of(Deadline)), columns)
    record(desk.session, [(row["project_id"], row["kind"], row["slot"], row[CLOCK]) for row in new])
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
    withdraw_unsent(desk, [deadline.id for deadline in deadlines], "时限已完成")


def move(
    desk: Desk, deadline: Deadline, due: date, actor: str, why: str, *, decided: bool = True
) -> Deadline:
    """Move a date: a new version is made, the first promise is kept, the old ladder ends.

    Args:
        decided: somebody chose this date, and it holds instead of what its clock counted; not so
            for one that follows from the clock by itself.

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
        version=deadline.version + 1,
        running=running,
    )
    del row[CLOCK]
    moved = Deadline(**row | {"original_due": deadline.original_due})
    desk.session.add(moved)
    if decided:
        step = set_to(desk.day, due)
        record(desk.session, [(deadline.project_id, deadline.kind, deadline.slot, step)], why)
    _follow_plan(desk, deadline, due)
    _tell(desk, deadline, moved, actor, why)
    cancel_notices(desk, deadline, why)
    desk.session.flush()
    return moved


def _follow_plan(desk: Desk, deadline: Deadline, due: date) -> None:
    """The step of a plan has the date of its deadline."""
    if deadline.kind is DeadlineKind.MILESTONE:
        desk.session.execute(
            update(Milestone)
            .where(
                Milestone.project_id == deadline.project_id,
                Milestone.position == int(deadline.slot),
            )
            .values(due=due)
        )


def _tell(desk: Desk, deadline: Deadline, moved: Deadline, actor: str, why: str) -> None:
    data = {
        "kind": deadline.kind.value,
        "slot": deadline.slot,
        "from": deadline.due.isoformat(),
        "to": moved.due.isoformat(),
        "version": moved.version,
        "why": why,
    }
    chain = project_chain(deadline.project_id)
    append(desk.session, [Event(chain, EventKind.DEADLINE_MOVED, desk.at, actor, data)])


def cancel(desk: Desk, deadlines: Sequence[Deadline]) -> None:
    """Dates that no longer matter because the project has ended."""
    for deadline in deadlines:
        deadline.state, deadline.next_check_on = DeadlineState.CANCELLED, None
    withdraw_unsent(desk, [deadline.id for deadline in deadlines], "时限已取消")


def cancel_notices(desk: Desk, deadline: Deadline, why: str) -> None:
    """Drafts under a version that no longer binds are cancelled, and unsent messages withdrawn."""
    drafts = desk.session.scalars(
        select(Notice)
        .where(Notice.deadline_id == deadline.id, Notice.state == NoticeState.DRAFT)
        .order_by(Notice.id)
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
    withdraw_unsent(desk, [deadline.id], why)
