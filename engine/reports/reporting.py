"""填报: what a unit says of its progress. Figures are cumulative; a correction is a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, update

from engine.dates.deadlines import meet, pending
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.reports.doubting import Confirmed, DoubtsFound, doubts_data, keep_doubts, settled_doubts
from engine.reports.report_versions import newest
from engine.reports.stating import Form, ReportRefused, Statement, faults_of, form_of
from engine.rules.honesty import Doubt
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Deadline, Milestone, ProgressReport, Project, ReportedValue

__all__ = ["Checked", "DoubtsFound", "ReportRefused", "Statement", "check", "report"]


def report(
    desk: Desk, project: Project, statement: Statement, by: str, confirmed: Confirmed = ""
) -> Found:
    """Take a report; the dates it answers are met and their ladders stop. Tells its ``id``,
    ``period`` and ``version``.

    Args:
        confirmed: why doubtful figures are right; kept with the report and in the journal.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        ProjectChanged: somebody has taken a step since it was read.
        ReportRefused: the project is not underway, or something in the statement is wrong; all
            faults are named and nothing is kept.
        DoubtsFound: figures do not go together and are not explained; nothing is kept.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    form = form_of(desk, project)
    faults = list(faults_of(desk, form, statement))
    if faults:
        raise ReportRefused("填报未保存：" + "；".join(faults))
    settled = settled_doubts(desk, form, statement, confirmed)
    row = _insert(desk, form, statement, actor)
    keep_doubts(desk, row.id, settled)
    _journal(desk, project, row, statement, settled, actor)
    done = [step for step in form.steps if step.name in statement.milestones]
    _finish_steps(desk, project, done, actor)
    meet(desk, _answered(form.dates, statement), actor)
    return row


@dataclass(frozen=True, slots=True)
class Checked:
    """What would be said to a statement: what is wrong, and else what does not go together."""

    faults: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def check(desk: Desk, project: Project, statement: Statement) -> Checked:
    """Look over a statement before it is made; nothing is kept. Doubts that were explained with
    the last report are not raised again."""
    form = form_of(desk, project)
    faults = tuple(faults_of(desk, form, statement))
    if faults:
        return Checked(faults, ())
    try:
        settled_doubts(desk, form, statement, "")
    except DoubtsFound as found:
        return Checked((), found.doubts)
    return Checked((), ())


def _insert(desk: Desk, form: Form, statement: Statement, actor: str) -> Found:
    previous = newest(form.versions, statement.period)
    corrects = previous is not None and previous.period == statement.period
    row = rows(
        desk.session,
        _KEPT,
        project_id=form.project.id,
        period=statement.period,
        version=previous.version + 1 if previous and corrects else 1,
        reported_at=desk.at,
        reported_by=actor,
        percent=statement.percent,
        statement=statement.text,
    ).one()
    values = form.values(statement).items()
    if values:
        desk.session.execute(
            _VALUES, [{"report_id": row.id, "target_id": t, "value": v} for t, v in values]
        )
    return row


_REPORT = table_of(ProgressReport)
_KEPT = insert(_REPORT).returning(_REPORT.c.id, _REPORT.c.period, _REPORT.c.version)
_VALUES = insert(table_of(ReportedValue))


def _journal(
    desk: Desk,
    project: Project,
    row: Found,
    statement: Statement,
    settled: Sequence[tuple[Doubt, str]],
    actor: str,
) -> None:
    data = {
        "period": row.period,
        "version": row.version,
        "values": {name: str(value) for name, value in statement.values.items()},
        "percent": None if statement.percent is None else str(statement.percent),
        "text": statement.text,
        "milestones": list(statement.milestones),
        "doubts": doubts_data(settled),
    }
    event = Event(project_chain(project.id), EventKind.REPORT_SUBMITTED, desk.at, actor, data)
    append(desk.session, [event])


def _finish_steps(desk: Desk, project: Project, steps: Sequence[Found], actor: str) -> None:
    fresh = [step for step in steps if step.done_on is None]
    if not fresh:
        return
    desk.session.execute(_DONE, {"steps": [step.id for step in fresh], "day": desk.day})
    for step in fresh:
        meet(desk, pending(desk, project.id, (DeadlineKind.MILESTONE,), str(step.position)), actor)
    append(
        desk.session,
        [
            Event(
                project_chain(project.id),
                EventKind.MILESTONE_DONE,
                desk.at,
                actor,
                {"name": step.name, "due": step.due.isoformat()},
            )
            for step in fresh
        ],
    )


_STEP = table_of(Milestone)
_DONE = (
    update(_STEP)
    .where(_STEP.c.id.in_(bindparam("steps", expanding=True)))
    .values(done_on=bindparam("day"))
)


def _answered(dates: Sequence[Deadline], statement: Statement) -> list[Deadline]:
    """A report answers its own month or week and those before it, and the first feedback."""
    return [
        d
        for d in dates
        if d.kind is DeadlineKind.FIRST_REPORT
        or (d.kind is DeadlineKind.REPORT and d.slot <= statement.period)
    ]
