"""督查结论: what was found, with evidence, fed back to every inspected unit.

条例 733 art. 15 (不得越权: only what is within the scope), art. 16 (督查结论应当向督查对象反馈).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assigning.assignment import assign
from engine.desk.issuing import Desk, NoticeDraft, issue
from engine.desk.people import acting
from engine.evidence import add_evidence
from engine.inspections.frequency import scope_of, units_of
from engine.inspections.inspecting import InspectionRefused, advance
from engine.inspections.rectifying import open_rectification
from engine.rules.conditions import written
from engine.rules.evidence import File, file_faults
from engine.rules.facts import moment_to_data
from engine.rules.inspections import (
    Conclusion,
    InspectedItem,
    InspectionEvent,
    conclusion_to_data,
)
from engine.rules.limits import Limit
from engine.rules.periods import moment_of
from engine.rules.policy import climb
from engine.rules.steps import Role
from engine.rules.words import Cadence, NoticeKind, PostKind, Reason, Stage
from engine.store.directory import Directory, load_directory
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, project_chain
from engine.store.tables import Finding, Inspection, Project, Unit

READERS = (PostKind.CONTACT, PostKind.UNIT_HEAD)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at an item, to be put right by ``due``."""

    project: Project
    text: str
    due: date


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that proves something about an item of the scope."""

    project: Project
    file: File


def conclude(
    desk: Desk,
    inspection: Inspection,
    found: Sequence[Found],
    conclusion: str,
    by: str,
    evidence: Sequence[Attached] = (),
) -> list[Project]:
    """反馈结论: each finding becomes a rectification with its own clocks, and each unit is told.

    Args:
        evidence: optional (减负); kept with the items it is about.

    Returns:
        The rectifications, already assigned, in the order of ``found``.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused: it is not under way; who took the last step is named.
        InspectionRefused: beyond the scope, incomplete, or files that cannot be taken; all faults
            are named.
        ProjectChanged: somebody has taken a step on an item with a finding meanwhile.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    advance(desk, inspection, InspectionEvent.CONCLUDE, actor, by)
    scope = scope_of(desk.session, inspection)
    faults = list(_faults_of(desk, scope, found, conclusion, evidence))
    if faults:
        raise InspectionRefused("督查结论未保存：" + "；".join(faults))
    inspection.concluded_on, inspection.conclusion = desk.day, conclusion.strip()
    opened = [
        open_rectification(desk, inspection, f.project, f.text.strip(), f.due, actor) for f in found
    ]
    for attached in evidence:
        name, content = attached.file.name, attached.file.content
        add_evidence(
            desk, attached.project, name, content, actor=actor, inspection_id=inspection.id
        )
    _record(desk, inspection, scope, len(found), actor)
    if opened:
        assign(desk, opened, by)
    _feed_back(desk, inspection, scope)
    return opened


def _faults_of(
    desk: Desk,
    scope: Sequence[Project],
    found: Sequence[Found],
    conclusion: str,
    evidence: Sequence[Attached],
) -> Iterator[str]:
    inside = {project.id for project in scope}
    if not conclusion.strip():
        yield "须写明督查结论"
    named = [*(f.project for f in found), *(a.project for a in evidence)]
    for code in dict.fromkeys(project.code for project in named if project.id not in inside):
        yield f"{code} 不在本次督查的事项之中，不得越权督查"
    for finding in found:
        code = finding.project.code
        if not finding.text.strip():
            yield f"{code} 的问题没有写明内容"
        if finding.due <= desk.day:
            yield f"{code} 的整改时限{written(finding.due)}须晚于今天"
    yield from file_faults([attached.file for attached in evidence])


def _record(
    desk: Desk, inspection: Inspection, scope: Sequence[Project], findings: int, actor: str
) -> None:
    data = {
        "inspection": inspection.id,
        "kind": inspection.kind.value,
        "title": inspection.title,
        "leader": inspection.leader,
        "projects": [project.code for project in scope],
        "findings": findings,
        "conclusion": inspection.conclusion,
    }
    chains = [program_chain(inspection.program_id), *(project_chain(p.id) for p in scope)]
    append(
        desk.session,
        [Event(chain, EventKind.INSPECTED, desk.at, actor, data) for chain in chains],
    )


def _feed_back(desk: Desk, inspection: Inspection, scope: Sequence[Project]) -> None:
    """One notice to each inspected unit; that it signs for it is the receipt."""
    by_unit: dict[int, Unit] = {}
    for units in units_of(desk.session, [project.id for project in scope]).values():
        by_unit |= {unit.id: unit for unit in units}
    directory = load_directory(desk.session, desk.day, by_unit)
    conclusions = conclusions_of(
        desk.session, inspection, desk.rulebook.policy.limits.review_request.limit
    )
    issue(
        desk,
        [
            _notice(desk, inspection, unit, conclusions[unit.id], directory)
            for unit in by_unit.values()
        ],
    )


def conclusions_of(
    session: Session, inspection: Inspection, review_within: Limit
) -> dict[int, Conclusion]:
    """What is told to each unit, by its number: the conclusion, and what was found at its items."""
    scope = scope_of(session, inspection)
    findings = session.execute(
        select(Finding, Project.code)
        .join(Project, Finding.rectification_id == Project.id)
        .where(Finding.inspection_id == inspection.id)
        .order_by(Finding.id)
    ).all()
    units = units_of(session, [project.id for project in scope])
    items: dict[int, list[InspectedItem]] = {}
    for project in scope:
        told = tuple((f.text, code, f.due) for f, code in findings if f.project_id == project.id)
        item = InspectedItem(project.code, project.title, told)
        for unit in units[project.id]:
            items.setdefault(unit.id, []).append(item)
    return {
        unit: Conclusion(
            inspection=inspection.id,
            title=inspection.title,
            kind=inspection.kind,
            leader=inspection.leader,
            starts_on=inspection.starts_on,
            ends_on=inspection.ends_on,
            text=inspection.conclusion,
            items=tuple(told),
            review_within=review_within.text,
        )
        for unit, told in items.items()
    }


def _notice(
    desk: Desk, inspection: Inspection, unit: Unit, conclusion: Conclusion, directory: Directory
) -> NoticeDraft:
    reachable = directory.reachable(unit.id, None)
    audience = climb(READERS, reachable)
    readers = {r.person_id: r for post in audience for r in directory.find(post, unit.id, None)}
    facts: dict[str, Any] = {
        "moment": moment_to_data(moment_of(Cadence.DAILY, desk.day)),
        "conclusion": conclusion_to_data(conclusion),
        "decision": {"texts": [], "audience": [post.value for post in audience]},
    }
    return NoticeDraft(
        key=f"g{inspection.program_id}/conclusion/i{inspection.id}/u{unit.id}",
        kind=NoticeKind.CONCLUSION,
        stage=Stage.DURING,
        rule="conclusion",
        occurrence=f"i{inspection.id}",
        reason=Reason.ROUTINE,
        program_id=inspection.program_id,
        chain=program_chain(inspection.program_id),
        title=f"督查结论反馈：{inspection.title}（{unit.name}）",
        facts=facts,
        recipients=tuple(readers.values()),
        unit_id=unit.id,
        reply_by=receipt_due(desk, desk.day),
        missing=() if PostKind.CONTACT in reachable else (PostKind.CONTACT,),
    )


def receipt_due(desk: Desk, day: date) -> date:
    """Until when a conclusion is to be signed for, as an item given to a unit is."""
    return desk.rulebook.calendar.apply(day, desk.rulebook.policy.limits.sign_for.limit)
