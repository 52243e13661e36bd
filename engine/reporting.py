"""填报: what a unit says of its progress. Figures are cumulative; a correction is a new version."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, insert, select, update

from engine.deadlines import meet, pending
from engine.errors import DubanError
from engine.issuing import Desk
from engine.people import acting
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Deadline,
    Milestone,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
)
from engine.transition import hold

WHOLE = Decimal(100)


class ReportRefused(DubanError):
    """填报内容有误，未予保存。"""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a unit states.

    Attributes:
        period: the month it answers for, as ``2023-04``.
        values: cumulative figures by metric, in each target's unit; what is not named is
            carried over from the last report.
        percent: the share of works (形象进度), where the unit states one.
        milestones: names of the steps done by now.
    """

    period: str
    values: Mapping[str, Decimal] = field(default_factory=dict)
    percent: Decimal | None = None
    text: str = ""
    milestones: Sequence[str] = ()


def report(desk: Desk, project: Project, statement: Statement, by: str) -> ProgressReport:
    """Take a report; the dates it answers are met and their ladders stop.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        ProjectChanged: somebody has taken a step since it was read.
        ReportRefused: the project is not underway, or something in the statement is wrong; all
            faults are named and nothing is kept.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    targets = rows(desk.session, _TARGETS, project=project.id).all()
    steps = rows(desk.session, _STEPS, project=project.id).all()
    _check(desk, project, statement, targets, steps)
    previous = _previous(desk, project, statement.period)
    row = _insert(desk, project, statement, previous, actor)
    names = _names(targets)
    stated = {names[name]: value for name, value in statement.values.items()}
    values = _carried_over(desk, previous) | stated
    if values:
        desk.session.execute(
            insert(table_of(ReportedValue)),
            [{"report_id": row.id, "target_id": t, "value": v} for t, v in values.items()],
        )
    _journal(desk, project, row, statement, actor)
    _finish_steps(desk, project, [s for s in steps if s.name in statement.milestones], actor)
    meet(desk, _answered_dates(desk, project, statement), actor)
    return row


def _names(targets: Sequence[Found]) -> dict[str, int]:
    """How a report may name the targets: metric with unit, or the metric where it has but one."""
    count = Counter(target.metric for target in targets)
    short = {t.metric: t.id for t in targets if count[t.metric] == 1}
    return short | {f"{t.metric}（{t.unit}）": t.id for t in targets}


def _check(
    desk: Desk,
    project: Project,
    statement: Statement,
    targets: Sequence[Found],
    steps: Sequence[Found],
) -> None:
    faults = []
    if project.state not in (ProjectState.UNDERWAY, ProjectState.COMPLETION_REQUESTED):
        faults.append(f"事项处于“{project.state.label}”，签收后方可填报")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", statement.period):
        faults.append(f"期次“{statement.period}”应写成 2023-04 的形式")
    elif statement.period > f"{desk.day:%Y-%m}":
        faults.append(f"期次“{statement.period}”还没有到，请填写本月或以前的月份")
    if not (statement.values or statement.milestones or statement.text.strip()) and (
        statement.percent is None
    ):
        faults.append("没有填写任何内容，请填写指标数据、形象进度、完成的节点或文字说明")
    known = _names(targets)
    listed = "、".join(f"{t.metric}（{t.unit}）" for t in targets)
    for name, value in statement.values.items():
        if name not in known:
            faults.append(f"没有指标“{name}”，本事项的指标为：{listed}")
        elif not value.is_finite() or value < 0:
            faults.append(f"“{name}”应为不小于0的数：{value}")
    if statement.percent is not None and not _is_share(statement.percent):
        faults.append(f"形象进度应在0到100之间：{statement.percent}")
    names = {step.name for step in steps}
    faults += [f"没有节点“{name}”" for name in statement.milestones if name not in names]
    if faults:
        raise ReportRefused("填报未保存：" + "；".join(faults))


def _is_share(percent: Decimal) -> bool:
    return percent.is_finite() and 0 <= percent <= WHOLE


def _previous(desk: Desk, project: Project, period: str) -> Found | None:
    """The newest report up to a period: of it, when there is one, or else of an earlier one."""
    return rows(desk.session, _PREVIOUS, project=project.id, period=period).first()


def _insert(
    desk: Desk,
    project: Project,
    statement: Statement,
    previous: Found | None,
    actor: str,
) -> ProgressReport:
    corrects = previous is not None and previous.period == statement.period
    row = ProgressReport(
        project_id=project.id,
        period=statement.period,
        version=previous.version + 1 if previous and corrects else 1,
        reported_at=desk.at,
        reported_by=actor,
        percent=statement.percent,
        statement=statement.text,
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def _carried_over(desk: Desk, previous: Found | None) -> dict[int, Decimal]:
    if previous is None:
        return {}
    values = rows(desk.session, _VALUES, report=previous.id)
    return {target_id: value for target_id, value in values}


def _journal(
    desk: Desk, project: Project, row: ProgressReport, statement: Statement, actor: str
) -> None:
    data = {
        "period": row.period,
        "version": row.version,
        "values": {name: str(value) for name, value in statement.values.items()},
        "percent": None if statement.percent is None else str(statement.percent),
        "text": statement.text,
        "milestones": list(statement.milestones),
    }
    event = Event(project_chain(project.id), EventKind.REPORT_SUBMITTED, desk.at, actor, data)
    append(desk.session, [event])


def _finish_steps(desk: Desk, project: Project, steps: Sequence[Found], actor: str) -> None:
    fresh = [step for step in steps if step.done_on is None]
    if not fresh:
        return
    done = update(Milestone).where(Milestone.id.in_([step.id for step in fresh]))
    desk.session.execute(done.values(done_on=desk.day))
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


def _answered_dates(desk: Desk, project: Project, statement: Statement) -> list[Deadline]:
    """A report answers its own month and those before it, and the first feedback."""
    dates = pending(desk, project.id, (DeadlineKind.REPORT, DeadlineKind.FIRST_REPORT))
    return [d for d in dates if d.kind is not DeadlineKind.REPORT or d.slot <= statement.period]


# The queries, built once.

_TARGET, _STEP = table_of(Target).c, table_of(Milestone).c
_REPORT, _VALUE = table_of(ProgressReport).c, table_of(ReportedValue).c

_TARGETS = select(_TARGET.id, _TARGET.metric, _TARGET.unit).where(
    _TARGET.project_id == bindparam("project")
)

_STEPS = select(_STEP.id, _STEP.position, _STEP.name, _STEP.due, _STEP.done_on).where(
    _STEP.project_id == bindparam("project")
)

_PREVIOUS = (
    select(_REPORT.id, _REPORT.period, _REPORT.version)
    .where(_REPORT.project_id == bindparam("project"), _REPORT.period <= bindparam("period"))
    .order_by(_REPORT.period.desc(), _REPORT.version.desc())
    .limit(1)
)

_VALUES = select(_VALUE.target_id, _VALUE.value).where(_VALUE.report_id == bindparam("report"))
