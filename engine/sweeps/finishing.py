"""The end of a run: its alarms are raised, and its messages let go, in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.desk.empty_posts import tell_of_empty_posts
from engine.desk.issuing import ENGINE
from engine.desk.outbox import spare_urgent
from engine.rules.alarms import alarm_from_data
from engine.rules.hours import next_sending_time
from engine.rules.words import Cadence, Reason
from engine.store import parts, runs
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState
from engine.sweeps.budgeting import Held, keep_within_budget, release, take_up
from engine.sweeps.run import Run
from engine.trigger import reached


def finish(run: Run, session: Session) -> dict[str, int]:
    """Close the period of a run that is held, tell of empty posts, and let its messages go: in
    working hours, and within the budget.

    Returns:
        What the run came to.
    """
    now = run.now()
    counts = _close(run, session, now)
    data = {"cadence": run.moment.cadence.value, "period": run.moment.period, "counts": counts}
    events = _let_go(session, run, now, data)
    done = Event(ENGINE_CHAIN, EventKind.SWEEP_DONE, run.as_of, ENGINE, data)
    append(session, [done, *events])
    reached("sweep.finished")
    return counts


def _close(run: Run, session: Session, now: datetime) -> dict[str, int]:
    counts = Counter[str]()
    alarms = []
    for part in parts.clear(session, run.id):
        counts.update(part.counts)
        alarms += [(program_id, alarm_from_data(data)) for program_id, data in part.alarms]
    tell_of_empty_posts(run.desk(session), alarms)
    told = dict(sorted((+counts).items()))
    runs.end(session, run.id, told, now)
    return told


def _let_go(session: Session, run: Run, now: datetime, told: dict[str, Any]) -> list[Event]:
    """Queue the gathered messages; what has to wait is told, in the run's event or in its own."""
    hours = run.rulebook.policy.hours
    leave_at = next_sending_time(now, hours, run.rulebook.calendar)
    gathered = session.scalars(_GATHERED, {"run": run.id}).all()
    why = Reason.OUTSIDE_HOURS if leave_at > now else None
    taken_up: dict[int, datetime] = {}
    if gathered:
        session.execute(_EMPTIED, {"run": run.id})
        taken_up = take_up(session, run.id)
        session.execute(_LET_GO, {"run": run.id, "leave_at": leave_at, "why": why})
    if why:
        spare_urgent(session, hours, now, gathered)
        told["mail"] = {"reason": why.value, "until": leave_at.isoformat()}
    held: Held = {}
    if run.moment.cadence is Cadence.WEEKLY:
        release(session, leave_at)
    elif gathered:
        held = keep_within_budget(session, run, leave_at, taken_up)
    if taken_up:
        held["merged"] = len(taken_up)
    return [Event(ENGINE_CHAIN, EventKind.LETTERS_HELD, now, ENGINE, held)] if held else []


# The statements, built once.

_DELIVERY = table_of(Delivery).c
_GATHERED = (
    select(_DELIVERY.id)
    .where(_DELIVERY.run_id == bindparam("run"), _DELIVERY.state == DeliveryState.GATHERING)
    .with_for_update()
)
"""The messages of a run; whoever takes something out of them is done before they are looked at."""

_EMPTIED = (
    update(table_of(Delivery))
    .where(
        _DELIVERY.run_id == bindparam("run"),
        _DELIVERY.state == DeliveryState.GATHERING,
        ~select(DeliveryNotice.notice_id)
        .where(DeliveryNotice.delivery_id == _DELIVERY.id)
        .exists(),
    )
    .values(state=DeliveryState.CANCELLED)
)
_LET_GO = (
    update(table_of(Delivery))
    .where(_DELIVERY.run_id == bindparam("run"), _DELIVERY.state == DeliveryState.GATHERING)
    .values(
        state=DeliveryState.QUEUED, next_attempt_at=bindparam("leave_at"), held=bindparam("why")
    )
)
