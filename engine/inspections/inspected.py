"""Looking at inspections: the plan of the year, and how far each has come. Read-only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, select
from sqlalchemy.orm import Session, aliased

from engine.evidence import EvidenceLine, evidence_lines
from engine.inspections.frequency import scope_of
from engine.inspections.inspecting import find_inspection
from engine.rules.inspections import FindingState, InspectionState, finding_state
from engine.rules.words import DeadlineKind, InspectionKind, NoticeKind
from engine.rules.zone import local_day
from engine.store.tables import (
    Deadline,
    Finding,
    InspectedProject,
    Inspection,
    InspectionMember,
    Notice,
    Project,
    Unit,
)


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """One inspection as a list shows it.

    Attributes:
        findings, closed: how many findings it has, and how many of them are closed.
    """

    number: int
    kind: InspectionKind
    title: str
    state: InspectionState
    starts_on: date
    ends_on: date
    leader: str
    items: tuple[str, ...]
    findings: int
    closed: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding; ``due`` is the date in force."""

    code: str
    item: str
    text: str
    state: FindingState
    due: date | None
    rechecked_on: date | None
    recheck: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which unit got the conclusion by which notice, and when it signed for it."""

    unit: str
    notice: int
    issued_on: date
    signed_on: date | None
    signed_by: str


@dataclass(frozen=True, slots=True)
class InspectionCard:
    """All there is to know about one inspection."""

    line: InspectionLine
    about: str
    basis: str
    members: tuple[str, ...]
    conclusion: str
    concluded_on: date | None
    findings: tuple[FindingLine, ...]
    receipts: tuple[Receipt, ...]
    evidence: tuple[EvidenceLine, ...]


def inspection_lines(
    session: Session, year: int | None = None, seen: Collection[int] | None = None
) -> list[InspectionLine]:
    """The inspections by their dates; with ``year``, those that begin in it.

    Args:
        seen: the items that the reader may see, by number; None for all. Who does not see all
            learns of an inspection by its conclusion, and of their own items only.
    """
    query = select(Inspection).order_by(Inspection.starts_on, Inspection.id)
    if year is not None:
        query = query.where(extract("year", Inspection.starts_on) == year)
    if seen is not None:
        query = query.where(Inspection.state == InspectionState.CONCLUDED)
    rows = session.scalars(query).all()
    items: dict[int, list[str]] = {row.id: [] for row in rows}
    looked_at = (
        select(InspectedProject.inspection_id, Project.id, Project.code)
        .join(Project, InspectedProject.project_id == Project.id)
        .where(InspectedProject.inspection_id.in_(items))
        .order_by(Project.id)
    )
    for number, project, code in session.execute(looked_at):
        if seen is None or project in seen:
            items[number].append(code)
    states: dict[int, list[FindingState]] = {row.id: [] for row in rows}
    found = select(Finding, Project.state).join(Project, Finding.rectification_id == Project.id)
    for finding, state in session.execute(found.where(Finding.inspection_id.in_(items))):
        if seen is None or finding.project_id in seen:
            states[finding.inspection_id].append(finding_state(state, finding.recheck_passed))
    lines = [_line(row, items[row.id], states[row.id]) for row in rows]
    return [line for line in lines if seen is None or line.items]


def inspection_years(session: Session) -> list[int]:
    """The years in which there are inspections, the newest first."""
    query = select(extract("year", Inspection.starts_on)).distinct()
    return sorted(map(int, session.scalars(query)), reverse=True)


def _line(row: Inspection, items: list[str], states: list[FindingState]) -> InspectionLine:
    return InspectionLine(
        number=row.id,
        kind=row.kind,
        title=row.title,
        state=row.state,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        leader=row.leader,
        items=tuple(items),
        findings=len(states),
        closed=sum(state.is_closed for state in states),
    )


def inspection_card(session: Session, number: int) -> InspectionCard:
    """One inspection with its findings, receipts and evidence.

    Raises:
        InspectionUnknown: there is none of this number.
    """
    row = find_inspection(session, number)
    findings = _findings(session, row)
    items = [project.code for project in scope_of(session, row)]
    members = session.scalars(
        select(InspectionMember.name)
        .where(InspectionMember.inspection_id == number, InspectionMember.leads.is_(False))
        .order_by(InspectionMember.name)
    )
    return InspectionCard(
        line=_line(row, items, [finding.state for finding in findings]),
        about=row.scope,
        basis=row.basis,
        members=tuple(members),
        conclusion=row.conclusion,
        concluded_on=row.concluded_on,
        findings=tuple(findings),
        receipts=tuple(_receipts(session, row)),
        evidence=tuple(evidence_lines(session, inspection=number)),
    )


def _findings(session: Session, inspection: Inspection) -> list[FindingLine]:
    due = (
        select(Deadline.due)
        .where(
            Deadline.project_id == Finding.rectification_id,
            Deadline.kind == DeadlineKind.RECTIFICATION,
        )
        .order_by(Deadline.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    item = aliased(Project)
    query = (
        select(Finding, Project.code, Project.state, item.code, due)
        .join(Project, Finding.rectification_id == Project.id)
        .join(item, Finding.project_id == item.id)
        .where(Finding.inspection_id == inspection.id)
        .order_by(Finding.id)
    )
    return [
        FindingLine(
            code=code,
            item=parent,
            text=finding.text,
            state=finding_state(state, finding.recheck_passed),
            due=day,
            rechecked_on=finding.rechecked_on,
            recheck=finding.recheck,
        )
        for finding, code, state, parent, day in session.execute(query)
    ]


def _receipts(session: Session, inspection: Inspection) -> list[Receipt]:
    query = (
        select(Notice, Unit.name)
        .join(Unit, Notice.unit_id == Unit.id)
        .where(
            Notice.program_id == inspection.program_id,
            Notice.kind == NoticeKind.CONCLUSION,
            Notice.occurrence == f"i{inspection.id}",
        )
        .order_by(Notice.id)
    )
    return [
        Receipt(
            unit=unit,
            notice=notice.id,
            issued_on=notice.as_of,
            signed_on=local_day(notice.answered_at) if notice.answered_at else None,
            signed_by=notice.answered_by,
        )
        for notice, unit in session.execute(query)
    ]
