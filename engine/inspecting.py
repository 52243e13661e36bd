"""督查与限期整改: an inspection, what it found, and the findings as supervised items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from engine.assignment import assign
from engine.deadlines import new_deadline, set_deadlines
from engine.errors import DubanError
from engine.issuing import TITLE_LENGTH, Desk
from engine.people import acting
from engine.rules.conditions import written
from engine.rules.inspections import InspectionState
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import DeadlineKind, InspectionKind, ProjectKind
from engine.store.journal import Event, EventKind, append, program_chain, project_chain
from engine.store.tables import InspectedProject, Inspection, Program, Project
from engine.transition import hold, take_step


class InspectionRefused(DubanError):
    """督查记录不完整。"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at a project, to be put right by ``due``."""

    project: Project
    text: str
    due: date


def inspect(
    desk: Desk,
    program: Program,
    kind: InspectionKind,
    title: str,
    leader: str,
    visited: Sequence[Project],
    findings: Sequence[Finding],
    conclusion: str,
    by: str,
) -> list[Project]:
    """Record an inspection; each finding becomes a rectification with its own clocks.

    Args:
        leader: the head of the group (组长负责制, 条例 733 art. 8).
        visited: what was looked at, findings or not.
        conclusion: what is fed back to the units (art. 16).

    Returns:
        The rectifications, already assigned.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        InspectionRefused: the record is not complete; all that is wrong is named.
        ProjectChanged: somebody has taken a step on a project with a finding meanwhile.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    visited = list({project.id: project for project in visited}.values())
    faults = list(_faults_of(desk, visited, findings))
    if not (visited and title.strip() and leader.strip() and conclusion.strip()):
        faults.insert(0, "须写明督查名称、督查事项、组长和督查结论")
    if faults:
        raise InspectionRefused("督查记录未保存：" + "；".join(faults))
    inspection = Inspection(
        program_id=program.id,
        kind=kind,
        state=InspectionState.CONCLUDED,
        starts_on=desk.day,
        ends_on=desk.day,
        concluded_on=desk.day,
        title=title,
        leader=leader,
        conclusion=conclusion,
    )
    desk.session.add(inspection)
    desk.session.flush()
    opened = {f.project.id: _open(desk, inspection, f, actor) for f in findings}
    texts = {f.project.id: f.text for f in findings}
    for project in visited:
        rectification = opened.get(project.id)
        desk.session.add(
            InspectedProject(
                inspection_id=inspection.id,
                project_id=project.id,
                finding=texts.get(project.id, ""),
                rectification_id=rectification.id if rectification else None,
            )
        )
    _record(desk, inspection, visited, texts, actor)
    rectifications = list(opened.values())
    if rectifications:
        assign(desk, rectifications, by)
    return rectifications


def _faults_of(
    desk: Desk, visited: Sequence[Project], findings: Sequence[Finding]
) -> Iterator[str]:
    seen: set[int] = set()
    places = {project.id for project in visited}
    for finding in findings:
        code = finding.project.code
        if finding.project.id in seen:
            yield f"{code} 写了不止一条问题，请合写为一条"
        if finding.project.id not in places:
            yield f"{code} 有问题却不在督查事项之中，请一并列入"
        if not finding.text.strip():
            yield f"{code} 的问题没有写明内容"
        if finding.due <= desk.day:
            yield f"{code} 的整改时限{written(finding.due)}须晚于今天"
        seen.add(finding.project.id)


def _open(desk: Desk, inspection: Inspection, finding: Finding, actor: str) -> Project:
    """A rectification under the project it belongs to; the inspection is its basis."""
    parent = finding.project
    hold(desk, parent)
    number = desk.session.scalar(
        select(func.count(Project.id)).where(
            Project.parent_id == parent.id, Project.kind == ProjectKind.RECTIFICATION
        )
    )
    child = Project(
        program_id=parent.program_id,
        parent_id=parent.id,
        kind=ProjectKind.RECTIFICATION,
        code=f"{parent.code}-改{(number or 0) + 1}",
        field=parent.field,
        title=f"{parent.title}：{finding.text}"[:TITLE_LENGTH],
        content=finding.text,
        lead_unit_id=parent.lead_unit_id,
        sponsor=parent.sponsor,
        leader_post_id=parent.leader_post_id,
        state=ProjectState.DRAFT,
        starts_on=desk.day,
    )
    desk.session.add(child)
    desk.session.flush()
    basis = StepFacts(basis=f"{inspection.title}（{inspection.kind.label}）")
    take_step(desk, child, ProjectEvent.REGISTER, Role.OFFICE, actor, basis)
    due = new_deadline(
        desk, child.id, DeadlineKind.RECTIFICATION, finding.due, "完成整改", running=False
    )
    set_deadlines(desk, [due], actor)
    data = {"rectification": child.code, "finding": finding.text, "due": str(finding.due)}
    append(
        desk.session,
        [Event(project_chain(parent.id), EventKind.RECTIFICATION_OPENED, desk.at, actor, data)],
    )
    return child


def _record(
    desk: Desk,
    inspection: Inspection,
    visited: Sequence[Project],
    findings: dict[int, str],
    actor: str,
) -> None:
    data = {
        "inspection": inspection.id,
        "kind": inspection.kind.value,
        "title": inspection.title,
        "leader": inspection.leader,
        "projects": [project.code for project in visited],
        "findings": len(findings),
        "conclusion": inspection.conclusion,
    }
    chains = [program_chain(inspection.program_id), *(project_chain(p.id) for p in visited)]
    append(
        desk.session,
        [Event(chain, EventKind.INSPECTED, desk.at, actor, data) for chain in chains],
    )
