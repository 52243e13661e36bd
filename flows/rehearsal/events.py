"""What happened in a rehearsal: promises and results, circulars, inspections, extensions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules.targets import TargetForm
from engine.rules.words import (
    DeadlineKind,
    InspectionKind,
    NoticeKind,
    NoticeState,
    ProjectKind,
    Timeliness,
)
from engine.rules.zone import local_day
from engine.store.numbers import numbers_of
from engine.store.tables import (
    Deadline,
    Extension,
    ExtensionState,
    Finding,
    InspectedProject,
    Inspection,
    Notice,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
    Unit,
)
from notifications.filters import figure


@dataclass(frozen=True, slots=True)
class Promise:
    """One target as promised and as last reported, in ``unit``; ``text`` as the list has it."""

    metric: str
    unit: str
    form: TargetForm
    text: str
    note: str
    planned: Decimal
    actual: Decimal | None

    @property
    def is_kept(self) -> bool:
        return self.actual is not None and self.actual >= self.planned

    @property
    def verdict(self) -> str:
        """The result held against the plan, in words with the unit."""
        if self.actual is None:
            return "未填报"
        difference = self.actual - self.planned
        if self.form is TargetForm.ALL:
            return "完成" if self.is_kept else f"差{figure(-difference)}个百分点"
        if not difference:
            return "达到"
        word = "超额" if difference > 0 else "少"
        return f"{word}{figure(abs(difference))}{self.unit}"


@dataclass(frozen=True, slots=True)
class PromisedItem:
    """An item of the list, how it ended, and its targets."""

    code: str
    title: str
    unit: str
    closed_on: date | None
    timeliness: Timeliness | None
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Criticism:
    """A circular or a proposal to summon: drafted by the rules, decided on by a person."""

    kind: NoticeKind
    title: str
    drafted_on: date
    state: NoticeState
    issued_on: date | None
    signed_by: str
    basis: str
    number: str
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection; ``findings`` are item, text and the rectification that followed."""

    on_day: date | None
    kind: InspectionKind
    title: str
    leader: str
    visited: tuple[str, ...]
    findings: tuple[tuple[str, str, str], ...]
    conclusion: str


@dataclass(frozen=True, slots=True)
class Rectification:
    """限期整改: ``due`` is the date in force."""

    code: str
    content: str
    unit: str
    due: date | None
    closed_on: date | None
    timeliness: Timeliness | None


@dataclass(frozen=True, slots=True)
class Postponement:
    """延期申请: from one date to another, and how it was decided."""

    code: str
    name: str
    due: date
    new_due: date
    asked_on: date
    asked_by: str
    reason: str
    state: ExtensionState
    decided_by: str
    decision: str


def promised_items(session: Session) -> list[PromisedItem]:
    """The items of the list in its order, with the figures last reported."""
    values = session.execute(
        select(ReportedValue.target_id, ReportedValue.value)
        .join(ProgressReport, ReportedValue.report_id == ProgressReport.id)
        .order_by(ProgressReport.period, ProgressReport.version)
    )
    last: dict[int, Decimal] = {target_id: value for target_id, value in values}
    promises: dict[int, list[Promise]] = defaultdict(list)
    for t in session.scalars(select(Target).order_by(Target.project_id, Target.position)):
        promise = Promise(t.metric, t.unit, t.form, t.text, t.note, t.planned, last.get(t.id))
        promises[t.project_id].append(promise)
    projects = session.execute(
        select(Project, Unit.name)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .where(Project.kind == ProjectKind.PROJECT)
        .order_by(Project.number, Project.id)
    )
    return [
        PromisedItem(p.code, p.title, unit, p.closed_on, p.timeliness, tuple(promises[p.id]))
        for p, unit in projects
    ]


def criticisms(session: Session) -> list[Criticism]:
    """Everything that waited for a signature, by number."""
    kinds = [kind for kind in NoticeKind if kind.is_criticism]
    query = select(Notice).where(Notice.kind.in_(kinds)).order_by(Notice.id)
    notices = session.scalars(query).all()
    numbers = numbers_of(session, [notice.id for notice in notices])
    return [
        Criticism(
            kind=notice.kind,
            title=notice.title,
            drafted_on=notice.as_of,
            state=notice.state,
            issued_on=local_day(notice.issued_at) if notice.issued_at else None,
            signed_by=notice.signed_by,
            basis=notice.signed_basis,
            number=numbers.get(notice.id, ""),
            named=_named(notice),
        )
        for notice in notices
    ]


def _named(notice: Notice) -> tuple[str, ...]:
    """The codes of the items named: those of the paper, or the one item it is about."""
    if "paper" in notice.facts:
        return tuple(item["standing"]["code"] for item in notice.facts["paper"]["named"])
    return (notice.facts["project"]["code"],)


def visits(session: Session) -> list[Visit]:
    """The inspections that came to a conclusion, by date."""
    codes = _codes(session)
    looked_at: dict[int, list[int]] = defaultdict(list)
    for row in session.scalars(select(InspectedProject).order_by(InspectedProject.project_id)):
        looked_at[row.inspection_id].append(row.project_id)
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in session.scalars(select(Finding).order_by(Finding.id)):
        found[finding.inspection_id].append(finding)
    inspections = session.scalars(
        select(Inspection)
        .where(Inspection.concluded_on.is_not(None))
        .order_by(Inspection.concluded_on, Inspection.id)
    )
    return [
        Visit(
            on_day=inspection.concluded_on,
            kind=inspection.kind,
            title=inspection.title,
            leader=inspection.leader,
            visited=tuple(codes[number] for number in looked_at[inspection.id]),
            findings=tuple(
                (codes[f.project_id], f.text, codes[f.rectification_id])
                for f in found[inspection.id]
            ),
            conclusion=inspection.conclusion,
        )
        for inspection in inspections
    ]


def _codes(session: Session) -> dict[int, str]:
    return {number: code for number, code in session.execute(select(Project.id, Project.code))}


def rectifications(session: Session) -> list[Rectification]:
    """The rectifications in the order in which they were opened."""
    due: dict[int, date] = {
        project_id: day
        for project_id, day in session.execute(
            select(Deadline.project_id, Deadline.due)
            .where(Deadline.kind == DeadlineKind.RECTIFICATION)
            .order_by(Deadline.version)
        )
    }
    rows = session.execute(
        select(Project, Unit.name)
        .join(Unit, Project.lead_unit_id == Unit.id)
        .where(Project.kind == ProjectKind.RECTIFICATION)
        .order_by(Project.id)
    )
    return [
        Rectification(p.code, p.content, unit, due.get(p.id), p.closed_on, p.timeliness)
        for p, unit in rows
    ]


def postponements(session: Session) -> list[Postponement]:
    """The requests for a later date, oldest first."""
    rows = session.execute(
        select(Extension, Deadline.name, Deadline.due, Project.code)
        .join(Deadline, Extension.deadline_id == Deadline.id)
        .join(Project, Deadline.project_id == Project.id)
        .order_by(Extension.requested_at, Extension.id)
    )
    return [
        Postponement(
            code=code,
            name=name,
            due=due,
            new_due=extension.new_due,
            asked_on=local_day(extension.requested_at),
            asked_by=extension.requested_by,
            reason=extension.reason,
            state=extension.state,
            decided_by=extension.decided_by,
            decision=extension.decision,
        )
        for extension, name, due, code in rows
    ]
