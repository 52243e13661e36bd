"""进度曲线: what an item's plan asks for, and what was reported, over the days of the promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from engine.rules.facts import ProjectFacts
from engine.rules.progress import Progress, plan_curve, planned_percent, progress_on
from engine.rules.zone import local_day
from engine.store.statements import rows, table_of
from engine.store.tables import ProgressReport, ReportedValue, Target

WHOLE, TENTH = Decimal(100), Decimal("0.1")
SAMPLES = 24
"""Points of a plan that is made of the plans of measures."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How much of the whole, in percent, on a day."""

    day: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """The plan as a line, and the reports as points.

    Attributes:
        first, last: the days between which it is drawn.
        planned, actual: where both stand today.
    """

    first: date
    last: date
    plan: list[CurvePoint]
    reports: list[CurvePoint]
    planned: Decimal
    actual: Decimal


def curve(session: Session, facts: ProjectFacts, due: date | None, day: date) -> Curve:
    """The curve of an item.

    Args:
        due: the promised date, also where it binds no more.
    """
    reports = [p for p in _reported(session, facts) if p.day >= facts.starts_on]
    days = [facts.starts_on, *(p.day for p in reports), *(m.due for m in facts.milestones)]
    last = max([*days, due or day, facts.starts_on + timedelta(days=1)])
    progress: Progress = progress_on(facts, day)
    return Curve(
        first=facts.starts_on,
        last=last,
        plan=_plan(facts, due, last),
        reports=reports,
        planned=progress.planned,
        actual=progress.actual,
    )


def _plan(facts: ProjectFacts, due: date | None, last: date) -> list[CurvePoint]:
    steps = facts.milestones
    if facts.parts and all(step.planned_percent is None for step in steps):
        span = (last - facts.starts_on).days
        days = [facts.starts_on + timedelta(days=span * n // SAMPLES) for n in range(SAMPLES + 1)]
        points = [(day, planned_percent(facts, day)) for day in dict.fromkeys(days)]
    else:
        points = plan_curve(facts.starts_on, due, steps)
        if points[-1][0] < last:
            points.append((last, points[-1][1]))
    return [CurvePoint(day, percent) for day, percent in points]


def _reported(session: Session, facts: ProjectFacts) -> list[CurvePoint]:
    """The share that each period's last word makes; figures not given again stay what they were."""
    said: dict[int, tuple[date, Decimal | None, dict[int, Decimal]]] = {}
    planned: dict[int, Decimal] = {
        n: figure for n, figure in rows(session, _TARGETS, project=facts.id)
    }
    for row in rows(session, _REPORTS, project=facts.id):
        report = said.setdefault(row.id, (local_day(row.reported_at), row.percent, {}))
        if row.target_id is not None:
            report[2][row.target_id] = row.value
    shares: dict[int, Decimal] = {}
    points: dict[date, Decimal] = {}
    for day, percent, values in sorted(said.values(), key=lambda report: report[0]):
        shares |= {number: _share(value, planned.get(number)) for number, value in values.items()}
        if percent is None and not shares:
            continue
        points[day] = min(percent, WHOLE) if percent is not None else _mean(shares, len(planned))
    return [CurvePoint(day, percent) for day, percent in points.items()]


def _share(value: Decimal, planned: Decimal | None) -> Decimal:
    return min(value / planned * WHOLE, WHOLE) if planned else WHOLE


def _mean(shares: dict[int, Decimal], targets: int) -> Decimal:
    return (sum(shares.values(), Decimal(0)) / max(targets, 1)).quantize(TENTH)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as it now stands: of each period the newest version."""

    period: str
    version: int
    on_day: date
    by: str
    percent: Decimal | None
    statement: str


def report_lines(session: Session, project_id: int) -> Sequence[ReportLine]:
    """The reports of an item, newest first."""
    return [
        ReportLine(
            row.period,
            row.version,
            local_day(row.reported_at),
            row.reported_by,
            row.percent,
            row.statement,
        )
        for row in rows(session, _LINES, project=project_id)
    ]


# The queries, built once.

_REPORT, _VALUE, _TARGET = (table_of(t).c for t in (ProgressReport, ReportedValue, Target))
_NEWEST = (
    select(_REPORT.period, func.max(_REPORT.version).label("version"))
    .where(_REPORT.project_id == bindparam("project"))
    .group_by(_REPORT.period)
    .subquery()
    .c
)
_IS_NEWEST = and_(_REPORT.period == _NEWEST.period, _REPORT.version == _NEWEST.version)
_REPORTS = (
    select(_REPORT.id, _REPORT.reported_at, _REPORT.percent, _VALUE.target_id, _VALUE.value)
    .select_from(table_of(ProgressReport))
    .join(_NEWEST.period.table, _IS_NEWEST)
    .outerjoin(table_of(ReportedValue), _VALUE.report_id == _REPORT.id)
    .where(_REPORT.project_id == bindparam("project"))
    .order_by(_REPORT.reported_at, _REPORT.id)
)
_LINES = (
    select(table_of(ProgressReport))
    .join(_NEWEST.period.table, _IS_NEWEST)
    .where(_REPORT.project_id == bindparam("project"))
    .order_by(_REPORT.reported_at.desc(), _REPORT.id.desc())
)
_TARGETS = select(_TARGET.id, _TARGET.planned).where(_TARGET.project_id == bindparam("project"))
