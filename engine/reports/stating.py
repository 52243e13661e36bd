"""What a unit may state of a project, what it stated before, and what is wrong with a statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam, select

from engine.breakdown import kinds_of_parts
from engine.dates.deadlines import pending
from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.reports.report_versions import ReportVersion, newest, versions_of
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import ReportCadence
from engine.rules.reporting_dates import cadence_of, first_day
from engine.rules.targets import full_name
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Deadline, Milestone, Project, Target

WHOLE = Decimal(100)
REPORTING_STATES = (ProjectState.UNDERWAY, ProjectState.COMPLETION_REQUESTED)
WHY_NOT = {
    ProjectState.DRAFT: "交办并签收后方可填报",
    ProjectState.REGISTERED: "交办并签收后方可填报",
    ProjectState.ASSIGNED: "签收后方可填报",
    ProjectState.RETURNED: "改派并签收后方可填报",
    ProjectState.SUSPENDED: "恢复后方可填报",
    ProjectState.CLOSED: "不再填报",
    ProjectState.TERMINATED: "不再填报",
}
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)
ANSWERED = (DeadlineKind.REPORT, DeadlineKind.FIRST_REPORT)
WRITTEN = {
    ReportCadence.MONTHLY: ("2023-04", "本月或以前的月份"),
    ReportCadence.WEEKLY: ("2023-W15", "本周或以前的周次"),
}


class ReportRefused(DubanError):
    """填报内容有误，未予保存。"""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a unit states.

    Attributes:
        period: the month or the week it answers for, as ``2023-04`` or ``2023-W15``.
        values: cumulative figures by metric, in each target's unit; what is not named is
            carried over from the last report, unless measures report in the item's place.
        percent: the share of works (形象进度), where the unit states one.
        milestones: names of the steps done by now.
    """

    period: str
    values: Mapping[str, Decimal] = field(default_factory=dict)
    percent: Decimal | None = None
    text: str = ""
    milestones: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What a project's form rests on.

    Attributes:
        targets, steps: the rows of what was promised, in its order.
        versions: what was reported before, by period.
        dates: the dates that a report answers, and the promised date of the whole.
        every: whether the project reports by the month or by the week.
        is_whole: whether it has measures that report in its place.
        has_parts: whether anything under it may have figures of its own.
    """

    project: Project
    targets: Sequence[Found]
    steps: Sequence[Found]
    versions: Sequence[ReportVersion]
    dates: Sequence[Deadline]
    every: ReportCadence
    is_whole: bool = False
    has_parts: bool = False

    @property
    def due(self) -> date | None:
        """The promised date of the whole, when it still binds."""
        return next((d.due for d in self.dates if d.kind in ENDS), None)

    @property
    def names(self) -> list[str]:
        """How sentences call the targets: by the metric, with its unit where two share one."""
        count = Counter(target.metric for target in self.targets)
        return [
            t.metric if count[t.metric] == 1 else full_name(t.metric, t.unit) for t in self.targets
        ]

    @property
    def known(self) -> dict[str, int]:
        """The numbers of the targets by the names that a report may use."""
        whole = {full_name(t.metric, t.unit): t.id for t in self.targets}
        return whole | {name: t.id for name, t in zip(self.names, self.targets, strict=True)}

    def stated(self, statement: Statement) -> dict[int, Decimal]:
        """The figures that a statement names, by target."""
        return {self.known[name]: value for name, value in statement.values.items()}

    def values(self, statement: Statement) -> dict[int, Decimal]:
        """The figures as they stand with a statement, those carried over among them. What an item
        reported before it was broken down is not said again: its measures have gone on since."""
        if self.is_whole:
            return self.stated(statement)
        previous = newest(self.versions, statement.period)
        return (previous.values if previous else {}) | self.stated(statement)


def form_of(desk: Desk, project: Project) -> Form:
    """The form of a project as it now is."""
    versions = versions_of(desk.session, project.id)
    dates = pending(desk, project.id, (*ANSWERED, *ENDS))
    parts = kinds_of_parts(desk.session, project.id)
    return Form(
        project=project,
        targets=rows(desk.session, _TARGETS, project=project.id).all(),
        steps=rows(desk.session, _STEPS, project=project.id).all(),
        versions=versions,
        dates=dates,
        every=_every(desk, dates, versions),
        is_whole=ProjectKind.MEASURE in parts,
        has_parts=bool(parts),
    )


def _every(
    desk: Desk, dates: Sequence[Deadline], versions: Sequence[ReportVersion]
) -> ReportCadence:
    """As its dates were set, or as it reported before: a policy that changes in mid-year binds
    the items given out from then on."""
    slots = [d.slot for d in dates if d.kind is DeadlineKind.REPORT]
    found = (cadence_of(period) for period in (*slots, *(v.period for v in versions)))
    return next((c for c in found if c), desk.rulebook.policy.limits.report_every)


def faults_of(desk: Desk, form: Form, statement: Statement) -> Iterator[str]:
    """All that is wrong with a statement, in Chinese."""
    if form.project.state not in REPORTING_STATES:
        yield f"事项处于“{form.project.state.label}”，{WHY_NOT[form.project.state]}"
    yield from _faults_of_period(desk, statement.period, form.every)
    if not (statement.values or statement.milestones or statement.text.strip()) and (
        statement.percent is None
    ):
        yield "没有填写任何内容，请填写指标数据、形象进度、完成的节点或文字说明"
    known = form.known
    listed = "、".join(full_name(t.metric, t.unit) for t in form.targets) or "无"
    for name, value in statement.values.items():
        if name not in known:
            yield f"没有指标“{name}”，本事项的指标为：{listed}"
        elif not value.is_finite() or value < 0:
            yield f"“{name}”应为不小于0的数：{value}"
    if statement.percent is not None and not _is_share(statement.percent):
        yield f"形象进度应在0到100之间：{statement.percent}"
    names = [step.name for step in form.steps]
    steps = "、".join(names) or "无"
    yield from (
        f"没有节点“{name}”，本事项的节点为：{steps}"
        for name in statement.milestones
        if name not in names
    )


def _faults_of_period(desk: Desk, period: str, every: ReportCadence) -> Iterator[str]:
    form, ask = WRITTEN[every]
    if cadence_of(period) is not every:
        yield f"期次“{period}”应写成 {form} 的形式（本事项{every.label}填报）"
    elif first_day(period) > desk.day:
        yield f"期次“{period}”还没有到，请填写{ask}"


def _is_share(percent: Decimal) -> bool:
    return percent.is_finite() and 0 <= percent <= WHOLE


# The queries, built once.

_TARGET, _STEP = table_of(Target).c, table_of(Milestone).c

_TARGETS = (
    select(_TARGET.id, _TARGET.metric, _TARGET.unit, _TARGET.planned, _TARGET.text)
    .where(_TARGET.project_id == bindparam("project"))
    .order_by(_TARGET.position)
)

_STEPS = (
    select(_STEP.id, _STEP.position, _STEP.name, _STEP.due, _STEP.done_on)
    .where(_STEP.project_id == bindparam("project"))
    .order_by(_STEP.position)
)
