"""改派: the office gives an item to another unit; never a unit by itself (不得自行转办).

山东建议提案办理规定：不属于本单位职责的5日内退回，由交办机构重新确定承办单位，不得自行转办.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from engine.assigning.assignment import CLOCKS_OF_ASSIGNMENT, checked_document, start_clocks
from engine.assigning.assignment_notices import Handover, tell_units
from engine.dates.deadlines import cancel, pending
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting, find_person, holds_post_in
from engine.desk.transition import hold, take_step
from engine.desk.withdrawing import cancel_drafts, withdraw_from_unit
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, history, project_chain
from engine.store.tables import Post, Project, ProjectUnit, Unit


@dataclass(frozen=True, slots=True)
class Reassigned:
    """From which unit to which, by name."""

    before: str
    unit: str


def reassign(
    desk: Desk,
    project: Project,
    unit: str,
    by: str,
    reason: str,
    *,
    instead_of: str = "",
    document: str = "",
) -> Reassigned:
    """Give an item to another unit, which signs for it anew; the old unit is told.

    Sign-for, first report and plan of implementation run anew; promises to the public keep their
    dates.

    Args:
        unit: the name of the unit that is to have it.
        instead_of: the lead unit that is relieved of it; when not given, the one that returned
            it, or else the first.
        document: the number of the document of assignment; empty leaves the one there is.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or answers for the old unit.
        AssignmentRefused: the number of the document is too long.
        StepRefused, ProjectChanged: it cannot be reassigned now, no reason is given, or the unit
            is unknown, has it already, has returned it, or has nobody to sign for it, or the old
            one does not lead it (any more); all that is wrong is named.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    document = checked_document(document)
    hold(desk, project)
    events = history(desk.session, project_chain(project.id))
    leads = lead_units(desk, project)
    returned = _returned_by(events)
    leaving = _leaving(project, leads, instead_of.strip(), returned)
    if holds_post_in(desk.session, find_person(desk.session, by), leaving.id):
        raise NotAllowed(f"{actor}在{leaving.name}任职，不得自行转办，请由督查室其他人员办理改派")
    taking = desk.session.scalars(select(Unit).where(Unit.name == unit.strip())).one_or_none()
    record = {"before": leaving.name, "unit": unit.strip()}
    record |= {"document": document} if document else {}
    faults = _unknown_before(leads, instead_of.strip(), events)
    faults += _unfit(desk, unit.strip(), taking, leads, returned)
    facts = StepFacts(reason=reason, missing=faults, record=record)
    _take(desk, project, leaving.id, taking.id if taking else 0, actor, facts, document)
    _relieve(desk, project, leaving.id)
    start_clocks(desk, [project], actor)
    tell_units(desk, [project], Handover((leaving.id, leaving.name), reason.strip()))
    return Reassigned(leaving.name, unit.strip())


def _returned_by(events: Sequence[Event]) -> list[str]:
    """The units that have returned the item, the last one last."""
    return [
        str(event.data["unit"])
        for event in events
        if event.kind is EventKind.RETURNED and "unit" in event.data
    ]


def lead_units(desk: Desk, project: Project) -> list[Unit]:
    """The units that lead the item, the first one first."""
    units = desk.session.scalars(
        select(Unit)
        .join(ProjectUnit, ProjectUnit.unit_id == Unit.id)
        .where(
            ProjectUnit.project_id == project.id,
            ProjectUnit.leads.is_(True),
            Unit.id != project.lead_unit_id,
        )
        .order_by(ProjectUnit.position, Unit.id)
    )
    return [desk.session.get_one(Unit, project.lead_unit_id), *units]


def _leaving(project: Project, leads: Sequence[Unit], named: str, returned: list[str]) -> Unit:
    """Whom the item is taken from: the unit named, or that returned it, or the first."""
    if not named and project.state is ProjectState.RETURNED and returned:
        named = returned[-1]
    return next((unit for unit in leads if unit.name == named), leads[0])


def _unknown_before(leads: Sequence[Unit], named: str, events: Sequence[Event]) -> tuple[str, ...]:
    if not named or named in [unit.name for unit in leads]:
        return ()
    last = next((e for e in reversed(events) if e.kind is EventKind.REASSIGNED), None)
    who = f"（{last.actor}已办理改派）" if last else ""
    return (f"该事项现由{'、'.join(unit.name for unit in leads)}牵头{who}，不是{named}",)


def _unfit(
    desk: Desk, name: str, taking: Unit | None, leads: Sequence[Unit], returned: list[str]
) -> tuple[str, ...]:
    """Why the unit cannot take the item on."""
    if taking is None:
        return (f"没有名为“{name}”的单位，请核对全称" if name else "请写明改派给哪个单位",)
    faults = []
    if taking in leads:
        faults.append(f"该事项现由{taking.name}牵头，请改派其他单位")
    elif taking.name in returned:
        faults.append(f"{taking.name}已退回过该事项，请改派其他单位")
    served = select(Post.id).where(Post.unit_id == taking.id, Post.holder_id.is_not(None))
    if desk.session.scalar(served.limit(1)) is None:
        faults.append(f"{taking.name}没有岗位人员，无人签收，请先在联系表中补上再导入")
    return tuple(faults)


def _take(
    desk: Desk,
    project: Project,
    leaving: int,
    taking: int,
    actor: str,
    facts: StepFacts,
    document: str,
) -> None:
    """The step itself, and the units beside the first."""
    is_first = leaving == project.lead_unit_id
    take_step(
        desk,
        project,
        ProjectEvent.REASSIGN,
        Role.OFFICE,
        actor,
        facts,
        assigned_on=desk.day,
        assigned_by_document=document or project.assigned_by_document,
        lead_unit_id=taking if is_first else project.lead_unit_id,
    )
    beside = ProjectUnit.project_id == project.id
    desk.session.execute(delete(ProjectUnit).where(beside, ProjectUnit.unit_id == taking))
    if not is_first:  # it comes where the other one was named
        its_row = update(ProjectUnit).where(beside, ProjectUnit.unit_id == leaving)
        desk.session.execute(its_row.values(unit_id=taking))


def _relieve(desk: Desk, project: Project, leaving: int) -> None:
    """The old unit's clocks of assignment end, and what waited to reach it is taken back."""
    why = "已改派其他单位"
    cancel(desk, pending(desk, project.id, CLOCKS_OF_ASSIGNMENT))
    cancel_drafts(desk, project, why)
    staying = [unit.id for unit in lead_units(desk, project)]
    withdraw_from_unit(desk, project, leaving, staying, why)
