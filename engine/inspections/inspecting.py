"""督查活动: planned for the year within the limits of frequency, opened with a group, or cancelled.

条例 733 art. 8 (督查组, 组长负责制) and art. 15 (严格控制频次，严禁重复督查、多头督查、越权督查).
Nothing is told to the units before the conclusion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.desk.issuing import TITLE_LENGTH, Desk
from engine.desk.people import PersonUnknown, acting, find_person
from engine.errors import DubanError
from engine.inspections.frequency import limits_broken, scope_of
from engine.rules.frequency import Visit
from engine.rules.inspections import INSPECTION, InspectionEvent
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role, StepFacts, StepRefused
from engine.rules.words import InspectionKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain
from engine.store.tables import (
    InspectedProject,
    Inspection,
    InspectionMember,
    Person,
    Program,
    Project,
)

NOT_INSPECTED = (ProjectState.DRAFT, ProjectState.TERMINATED)
"""What is not on the list yet, or no longer."""


class InspectionRefused(DubanError):
    """督查计划或记录不完整，或不合规定。"""


class InspectionUnknown(DubanError):
    """没有这次督查。"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be inspected, and when.

    Attributes:
        scope: the items that will be looked at, and no others; a rectification in it is a
            re-check and counts towards no limit.
        about: what is to be looked for, in words.
        basis: the instruction for which a limit of frequency gives way; empty for none.
    """

    kind: InspectionKind
    title: str
    starts_on: date
    ends_on: date
    scope: tuple[Project, ...]
    about: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """督查组: names as in the contact sheet, or of people from outside."""

    leader: str
    members: tuple[str, ...] = ()


def find_inspection(session: Session, number: int) -> Inspection:
    """The inspection of this number.

    Raises:
        InspectionUnknown: there is none.
    """
    inspection = session.get(Inspection, number)
    if inspection is None:
        raise InspectionUnknown(f"没有编号为 {number} 的督查，请用 duban inspection list 查看编号")
    return inspection


def plan(desk: Desk, program: Program, wanted: Plan, by: str) -> Inspection:
    """列入督查计划. Too often, or the same again, is refused with the earlier inspection named.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        InspectionRefused: incomplete, against a limit without a basis; all faults are named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    scope = list({project.id: project for project in wanted.scope}.values())
    faults = [*_faults_of(program, wanted, scope)]
    if not wanted.basis.strip():
        visit = Visit(0, wanted.title, wanted.starts_on, wanted.ends_on)
        faults += limits_broken(desk, visit, scope)
    if faults:
        raise InspectionRefused("督查未列入计划：" + "；".join(faults))
    inspection = Inspection(
        program_id=program.id,
        kind=wanted.kind,
        state=INSPECTION.start,
        title=wanted.title.strip(),
        leader="",
        scope=wanted.about.strip(),
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        basis=wanted.basis.strip(),
        handled_by=actor,
        handled_by_id=find_person(desk.session, by).id,
    )
    desk.session.add(inspection)
    desk.session.flush()
    desk.session.add_all(
        InspectedProject(inspection_id=inspection.id, project_id=project.id) for project in scope
    )
    data = {
        "kind": wanted.kind.value,
        "title": inspection.title,
        **_period(inspection),
        "projects": [project.code for project in scope],
        "about": inspection.scope,
        "basis": inspection.basis,
    }
    record(desk, inspection, EventKind.INSPECTION_PLANNED, actor, data)
    return inspection


def open_(
    desk: Desk,
    inspection: Inspection,
    group: Group,
    by: str,
    period: tuple[date, date] | None = None,
) -> None:
    """启动督查: the group is named, with its leader; the period may be set anew.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or a name means several people.
        StepRefused: it was opened, concluded or cancelled already; says by whom.
        InspectionRefused: no leader, or the new period is against a limit.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    advance(desk, inspection, InspectionEvent.OPEN, actor, by)
    inspection.starts_on, inspection.ends_on = period or (inspection.starts_on, inspection.ends_on)
    faults = [] if group.leader.strip() else ["须写明督查组组长（组长负责制）"]
    faults += _period_faults(inspection.starts_on, inspection.ends_on)
    if period and not inspection.basis:
        visit = Visit(inspection.id, inspection.title, *period)
        faults += limits_broken(desk, visit, scope_of(desk.session, inspection))
    if faults:
        raise InspectionRefused("督查未启动：" + "；".join(faults))
    inspection.leader = group.leader.strip()
    names = dict.fromkeys([inspection.leader, *(name.strip() for name in group.members)])
    members = [_member(desk.session, inspection, name) for name in names if name]
    desk.session.add_all(members)
    data = {
        **_period(inspection),
        "leader": inspection.leader,
        "members": [member.name for member in members if not member.leads],
    }
    record(desk, inspection, EventKind.INSPECTION_OPENED, actor, data)


def cancel(desk: Desk, inspection: Inspection, by: str, reason: str) -> None:
    """取消督查: it counts towards no limit any more.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused: no reason, or it was concluded or cancelled already.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    advance(desk, inspection, InspectionEvent.CANCEL, actor, by, reason)
    data = {"reason": reason.strip()}
    record(desk, inspection, EventKind.INSPECTION_CANCELLED, actor, data)


def advance(
    desk: Desk,
    inspection: Inspection,
    event: InspectionEvent,
    actor: str,
    by: str,
    reason: str = "",
) -> None:
    """Take a step of the table, with others kept waiting until the transaction ends.

    Raises:
        StepRefused: the table refuses; who took the last step is named.
    """
    desk.session.refresh(inspection, with_for_update=True)
    try:
        facts = StepFacts(reason=reason)
        inspection.state = INSPECTION.take(inspection.state, event, Role.OFFICE, facts)
    except StepRefused as refused:
        raise StepRefused(
            f"{refused}（督查{inspection.id}，上一步由{inspection.handled_by}办理）"
        ) from None
    inspection.handled_by = actor
    inspection.handled_by_id = find_person(desk.session, by).id


def record(
    desk: Desk, inspection: Inspection, kind: EventKind, actor: str, data: Mapping[str, object]
) -> None:
    """Tell the list's history; the items learn of an inspection by its conclusion only."""
    told = {"inspection": inspection.id, **data}
    chain = program_chain(inspection.program_id)
    append(desk.session, [Event(chain, kind, desk.at, actor, told)])


def _period(inspection: Inspection) -> dict[str, str]:
    return {"from": str(inspection.starts_on), "to": str(inspection.ends_on)}


def _faults_of(program: Program, wanted: Plan, scope: Sequence[Project]) -> Iterator[str]:
    if not wanted.title.strip():
        yield "须写明督查名称"
    if len(wanted.title.strip()) > TITLE_LENGTH:
        yield f"督查名称最多{TITLE_LENGTH}字"
    if not scope:
        yield "须写明督查事项"
    yield from _period_faults(wanted.starts_on, wanted.ends_on)
    for project in scope:
        if project.program_id != program.id:
            yield f"{project.code} 不在“{program.title}”中，一次督查只查一份清单"
        elif project.state in NOT_INSPECTED:
            yield f"{project.code} 处于“{project.state.label}”，不能列入督查"


def _period_faults(first: date, last: date) -> list[str]:
    return ["督查结束日期早于开始日期"] if last < first else []


def _member(session: Session, inspection: Inspection, name: str) -> InspectionMember:
    """Somebody of the group; one who is not in the contact sheet is known by name only."""
    is_known = "@" in name or session.scalar(select(Person.id).where(Person.name == name).limit(1))
    try:
        person = find_person(session, name).id if is_known else None
    except PersonUnknown as unknown:
        raise PersonUnknown(f"督查组成员：{unknown}") from None
    return InspectionMember(
        inspection_id=inspection.id,
        name=name,
        leads=name == inspection.leader,
        person_id=person,
    )
