"""减负额度: a run's letters against the monthly budget of their units.

What was held before is taken up by the letter that a run has for the same person; what is over
the budget is held. Both happen in the run's last transaction, in sets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from engine.desk.counted import COUNTED, TO_UNITS
from engine.desk.outbox import EMAIL
from engine.rules.budget import WaitingLetter, letters_to_hold, month_of, morning_after, next_weekly
from engine.rules.policy import Policy
from engine.rules.words import NoticeKind, Reason
from engine.rules.zone import local_day
from engine.store.statements import Found, batches, insert_ignoring_doubles, rows, table_of
from engine.store.tables import (
    Deadline,
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Person,
    Unit,
)
from engine.sweeps.run import Run

Held = dict[str, Any]
"""What the journal is told."""


def take_up(session: Session, run_id: int) -> dict[int, datetime]:
    """Merge the letters held before into those that a run has gathered for the same persons.

    Returns:
        The letters that took others up, with the moment until which the first of those was held.
    """
    gathered = {row.person_id: row.id for row in rows(session, _GATHERED, run=run_id)}
    until: dict[int, datetime] = {}
    for persons in batches(list(gathered)):
        held = rows(session, _HELD_BEFORE, run=run_id, persons=persons).all()
        _merge(session, {old.id: gathered[old.person_id] for old in held})
        for old in held:
            new = gathered[old.person_id]
            until[new] = min(old.until, until.get(new, old.until))
    return until


def _merge(session: Session, into: Mapping[int, int]) -> None:
    if not into:
        return
    carried = rows(session, _CARRIED_BY, ids=list(into)).all()
    session.execute(
        insert_ignoring_doubles(session, DeliveryNotice),
        [{"delivery_id": into[c.delivery_id], "notice_id": c.notice_id} for c in carried],
    )
    session.execute(_UNLOAD, {"ids": list(into)})
    session.execute(_MERGE, [{"old": old, "new": new} for old, new in into.items()])


def keep_within_budget(
    session: Session, run: Run, leave_at: datetime, taken_up: dict[int, datetime]
) -> Held:
    """Hold the letters of a run for which the budget of their units has no room. Not for the
    weekly run, whose digest is what the others wait for.

    Args:
        leave_at: when the letters of the run leave.
        taken_up: the letters that took others up, which wait no longer than the first of these.
    """
    policy = run.rulebook.policy
    if policy.budget is None:
        return {}
    found = rows(session, _OF_RUN, run=run.id).all()
    if not found:
        return {}
    # Two runs that end at once must not both take what room is left.
    units = sorted({row.unit for row in found})
    for some in batches(units):
        rows(session, _LOCKED, ids=some).all()
    day, limit = local_day(leave_at), policy.budget.letters_per_unit_per_month
    first, after = month_of(day)
    used: dict[int, int] = {}
    for some in batches(units):
        used.update(rows(session, _USED, units=some, first=first, after=after, run=run.id).all())
    weekly = next_weekly(day, run.rulebook.calendar)
    until = morning_after(weekly, policy.hours, run.rulebook.calendar)
    ends = {row.id: min(until, taken_up.get(row.id, until)) for row in found}
    held = letters_to_hold(_letters(found, policy, weekly), used, limit)
    if not held:
        return {}
    session.execute(_HOLD, [{"letter": one.id, "until": ends[one.id]} for one in held])
    return _told({row.unit: row.name for row in found}, held, used, limit, weekly)


def release(session: Session, leave_at: datetime) -> None:
    """Let go, with the weekly run, what was held and what the run has not taken up."""
    session.execute(_RELEASE, {"leave_at": leave_at})


def _letters(found: Sequence[Found], policy: Policy, weekly: date) -> list[WaitingLetter]:
    assert policy.budget is not None
    exempt = {NoticeKind.ALARM, *policy.budget.exempt, *policy.hours.at_once.notices}
    carried: dict[int, list[Found]] = defaultdict(list)
    for row in found:
        carried[row.id].append(row)
    return [
        WaitingLetter(
            id=number,
            unit=group[0].unit,
            severity=max(row.kind.severity for row in group),
            exempt=any(row.kind in exempt for row in group),
            until=weekly,
            expires=min((day for row in group for day in _days(row)), default=None),
        )
        for number, group in carried.items()
    ]


def _days(row: Found) -> list[date]:
    """What the letter must be read before: the date of the answer, and a date still to come."""
    due = row.due if row.due and row.due >= row.as_of else None
    return [day for day in (row.reply_by, due) if day]


def _told(
    names: Mapping[int, str],
    held: Sequence[WaitingLetter],
    used: dict[int, int],
    limit: int,
    weekly: date,
) -> Held:
    letters = Counter(one.unit for one in held)
    return {
        "reason": Reason.OVER_BUDGET.value,
        "until": weekly.isoformat(),
        "budget": limit,
        "units": [
            {"unit": names[unit], "used": used.get(unit, 0), "letters": letters[unit]}
            for unit in sorted(letters)
        ],
    }


# The statements, built once.

_DELIVERY, _CARRIED = table_of(Delivery), table_of(DeliveryNotice)
_NOTICE, _PERSON, _UNIT = table_of(Notice), table_of(Person), table_of(Unit)
_DEADLINE = table_of(Deadline)
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_IS_OF_ANOTHER = or_(_DELIVERY.c.run_id.is_(None), _DELIVERY.c.run_id != bindparam("run"))
_GATHERED = (
    select(_DELIVERY.c.person_id, _DELIVERY.c.id)
    .where(
        _DELIVERY.c.run_id == bindparam("run"),
        _DELIVERY.c.state == DeliveryState.GATHERING,
        _DELIVERY.c.channel == EMAIL,
    )
    .order_by(_DELIVERY.c.id)
)
"""Not joined with those held before: no statistics tell of rows as new as these."""

_HELD_BEFORE = (
    select(_DELIVERY.c.id, _DELIVERY.c.person_id, _DELIVERY.c.next_attempt_at.label("until"))
    .where(
        # To the letter the condition of the partial index, which SQLite else would not use.
        text("deliveries.state IN ('queued', 'sending')"),
        _DELIVERY.c.state == DeliveryState.QUEUED,
        _DELIVERY.c.held == Reason.OVER_BUDGET,
        _DELIVERY.c.attempts == 0,
        _DELIVERY.c.person_id.in_(bindparam("persons", expanding=True)),
        _IS_OF_ANOTHER,
    )
    .order_by(_DELIVERY.c.id)
    .with_for_update()
)
_CARRIED_BY = select(_CARRIED.c.delivery_id, _CARRIED.c.notice_id).where(
    _CARRIED.c.delivery_id.in_(_IDS)
)
_UNLOAD = delete(_CARRIED).where(_CARRIED.c.delivery_id.in_(_IDS))
_MERGE = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("old"))
    .values(state=DeliveryState.MERGED, merged_into=bindparam("new"))
)
_OF_RUN = (
    select(
        _DELIVERY.c.id,
        _PERSON.c.unit_id.label("unit"),
        _UNIT.c.name,
        _NOTICE.c.kind,
        _NOTICE.c.as_of,
        _NOTICE.c.reply_by,
        _DEADLINE.c.due,
    )
    .join(_PERSON, _PERSON.c.id == _DELIVERY.c.person_id)
    .join(_UNIT, _UNIT.c.id == _PERSON.c.unit_id)
    .join(_CARRIED, _CARRIED.c.delivery_id == _DELIVERY.c.id)
    .join(_NOTICE, _NOTICE.c.id == _CARRIED.c.notice_id)
    .outerjoin(_DEADLINE, _DEADLINE.c.id == _NOTICE.c.deadline_id)
    .where(
        _DELIVERY.c.run_id == bindparam("run"),
        _DELIVERY.c.state == DeliveryState.QUEUED,
        *TO_UNITS,
    )
    .order_by(_PERSON.c.id, _DELIVERY.c.id)
)
_LOCKED = select(_UNIT.c.id).where(_UNIT.c.id.in_(_IDS)).order_by(_UNIT.c.id).with_for_update()
_USED = (
    select(_PERSON.c.unit_id, func.count())
    .select_from(_DELIVERY.join(_PERSON, _PERSON.c.id == _DELIVERY.c.person_id))
    .where(
        *COUNTED,
        _PERSON.c.unit_id.in_(bindparam("units", expanding=True)),
        _IS_OF_ANOTHER,
    )
    .group_by(_PERSON.c.unit_id)
)
_HOLD = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("letter"))
    .values(held=Reason.OVER_BUDGET, next_attempt_at=bindparam("until"))
)
_RELEASE = (
    update(_DELIVERY)
    .where(
        text("deliveries.state IN ('queued', 'sending')"),
        _DELIVERY.c.state == DeliveryState.QUEUED,
        _DELIVERY.c.held == Reason.OVER_BUDGET,
        _DELIVERY.c.next_attempt_at > bindparam("leave_at"),
    )
    .values(next_attempt_at=bindparam("leave_at"))
)
