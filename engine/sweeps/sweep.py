"""A sweep: claim the period, check what is due, issue the papers, finish.

A killed sweep is taken over once its lease is over, and goes on behind its last finished batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.dates.recalculating import adopt
from engine.desk.issuing import ENGINE, Desk
from engine.desk.outbox import spare_urgent
from engine.rules.hours import next_sending_time
from engine.rules.periods import moment_of
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, Reason
from engine.rules.zone import local_day
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.runs import claim
from engine.store.statements import table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, RunState
from engine.sweeps.budgeting import keep_within_budget, take_up
from engine.sweeps.checking import check_projects
from engine.sweeps.periodic import issue_periodic
from engine.sweeps.pushing import issue_pushes
from engine.sweeps.run import Clock, Overtaken, Run
from engine.sweeps.weekly import issue_weekly
from engine.trigger import reached


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did. ``counts`` holds projects, notices by kind, and reasons."""

    cadence: Cadence
    period: str
    claimed: bool
    counts: dict[str, int] = field(default_factory=dict)


def run_sweep(
    database: Database,
    rulebook: Rulebook,
    cadence: Cadence,
    *,
    scheduled_at: datetime,
    as_of: datetime,
    now: Clock,
) -> SweepReport:
    """Run one period of one cadence, unless somebody else has run it or is at it.

    Args:
        scheduled_at: when the run was due.
        as_of: the moment the rules are held to; it also names the period.
        now: the running clock.
    """
    moment = moment_of(cadence, local_day(as_of))
    with database.begin() as session:
        row = claim(
            session, cadence, moment.period, scheduled_at=scheduled_at, as_of=as_of, now=now()
        )
        if row is None:
            return SweepReport(cadence, moment.period, claimed=False)
        adopt(Desk(session, rulebook, as_of))
    moment = moment_of(cadence, local_day(row.as_of))
    run = Run(database, rulebook, row.id, moment, row.as_of, row.cursor, now)
    reached("sweep.claimed")
    try:
        counts = _carry_out(run)
    except Overtaken:
        return SweepReport(cadence, moment.period, claimed=False)
    return SweepReport(cadence, moment.period, claimed=True, counts=counts)


def _carry_out(run: Run) -> dict[str, int]:
    cadence = run.moment.cadence
    if cadence in (Cadence.DAILY, Cadence.MONTHLY):
        check_projects(run)
    if cadence is Cadence.WEEKLY:
        issue_weekly(run)
    if cadence in (Cadence.DAILY, Cadence.MONTHLY):
        issue_pushes(run)
    if cadence in (Cadence.MONTHLY, Cadence.QUARTERLY):
        issue_periodic(run)
    return _finish(run)


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


def _finish(run: Run) -> dict[str, int]:
    """Close the period and let its messages go: in working hours, and within the budget."""
    with run.database.begin() as session:
        row = run.hold(session)
        now = run.now()
        row.state, row.lease_until, row.finished_at = RunState.DONE, None, now
        counts: dict[str, int] = dict(sorted(row.counts.items()))
        data = {"cadence": row.cadence.value, "period": row.period, "counts": counts}
        events = _let_go(session, run, now, data)
        done = Event(ENGINE_CHAIN, EventKind.SWEEP_DONE, run.as_of, ENGINE, data)
        append(session, [done, *events])
        reached("sweep.finished")
        return counts


def _let_go(session: Session, run: Run, now: datetime, told: dict[str, Any]) -> list[Event]:
    """Queue the gathered messages; what has to wait is told, in the run's event or in its own."""
    hours = run.rulebook.policy.hours
    leave_at = next_sending_time(now, hours, run.rulebook.calendar)
    gathered = session.scalars(_GATHERED, {"run": run.id}).all()
    if gathered:
        session.execute(_EMPTIED, {"run": run.id})
    taken_up = take_up(session, run.id)
    why = Reason.OUTSIDE_HOURS if leave_at > now else None
    session.execute(_LET_GO, {"run": run.id, "leave_at": leave_at, "why": why})
    if why:
        spare_urgent(session, hours, now, gathered)
        told["mail"] = {"reason": why.value, "until": leave_at.isoformat()}
    held = keep_within_budget(session, run, leave_at, taken_up)
    if taken_up:
        held["merged"] = len(taken_up)
    return [Event(ENGINE_CHAIN, EventKind.LETTERS_HELD, now, ENGINE, held)] if held else []
