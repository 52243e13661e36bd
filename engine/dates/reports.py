"""填报时限: the reports that an item owes up to the date it is promised for."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from engine.breakdown import with_measures
from engine.dates.deadlines import new_deadline, set_deadlines
from engine.desk.issuing import Desk
from engine.rules.policy import ReportCadence
from engine.rules.reporting_dates import cadence_of, report_dates
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.tables import Deadline, Project


def report_clocks(
    desk: Desk, project: Project, due: date, every: ReportCadence | None = None
) -> list[dict[str, Any]]:
    """The reports from today up to a date, as rows that are not yet kept; by the month or by the
    week as the policy says, or as the item has reported so far."""
    limits = desk.rulebook.policy.limits
    if every is not None:
        limits = limits.model_copy(update={"report_every": every})
    dates = report_dates(limits, desk.rulebook.calendar, desk.day, due)
    return [
        new_deadline(
            desk,
            project.id,
            DeadlineKind.REPORT,
            d.due,
            d.name,
            slot=d.period,
            nominal=d.nominal,
            roll=d.roll,
        )
        for d in dates
    ]


def renew_reports(desk: Desk, project: Project, until: date, actor: str) -> None:
    """Set the reports of an item that is taken up again or has more time, up to its new date; a
    month or week that was reported, or is asked for already, is not asked for twice. One with
    measures is reported through them."""
    if not project.kind.is_reported or with_measures(desk.session, [project.id]):
        return
    query = (
        select(Deadline.slot, Deadline.version, Deadline.state)
        .where(Deadline.project_id == project.id, Deadline.kind == DeadlineKind.REPORT)
        .order_by(Deadline.version)
    )
    last = {slot: (version, state) for slot, version, state in desk.session.execute(query)}
    none = (0, DeadlineState.CANCELLED)
    rows = []
    so_far = cadence_of(max(last)) if last else None
    for row in report_clocks(desk, project, until, so_far):
        version, state = last.get(row["slot"], none)
        if state is DeadlineState.CANCELLED:
            rows.append(row | {"version": version + 1})
    set_deadlines(desk, rows, actor)
