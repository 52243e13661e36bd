"""任务分解: an item becomes measures with units and dates of their own, also long after the list.

The office breaks down anything; the lead unit of an item breaks it down to itself and the units
below it (地区抓总、县市落实). What comes of it is registered and waits for the office to assign
it: only a supervision body puts others under supervision (条例 733 arts. 6-7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from engine.assigning.assignment import ENDS
from engine.breakdown import REPORTS
from engine.dates.deadlines import cancel, pending
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.ledger.values import LedgerProject
from engine.lists.items import Place, Registration, register_items
from engine.lists.levels import units_below
from engine.lists.roster import Roster, leaders_by_name
from engine.rules.basis import Basis
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role
from engine.rules.words import PostKind, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, history, project_chain
from engine.store.tables import Batch, Post, Program, Project, Unit

DIVISIBLE = (ProjectState.REGISTERED, ProjectState.ASSIGNED, ProjectState.UNDERWAY)


class BreakdownRefused(DubanError):
    """任务分解不符合规定。"""


def break_down(
    desk: Desk, parent: Project, measures: Sequence[LedgerProject], by: str
) -> list[str]:
    """Break an item or a measure down. From now on its measures report in its place.

    Returns:
        The codes of the new measures, in their order.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is neither of the office nor of a lead unit.
        ProjectChanged: somebody has taken a step on the item since it was read.
        BreakdownRefused: it cannot be broken down now, or something is wrong with the measures;
            all faults are named and nothing is kept.
    """
    actor, role = _actor(desk, parent, by)
    hold(desk, parent)
    measures = [_complete(parent, measure) for measure in measures]
    units = {name: number for name, number in desk.session.execute(select(Unit.name, Unit.id))}
    known = _measures_of(desk, parent)
    faults = [
        *_faults_of_parent(parent, measures),
        *_faults_of_titles(desk, parent, measures, known),
        *_faults_of_dates(desk, parent, measures),
        *_faults_of_units(desk, parent, measures, units, role),
    ]
    if faults:
        raise BreakdownRefused(f"{parent.code} 没有分解：" + "；".join(faults))
    last = max((row.number or 0 for row in known), default=0)
    places = [
        Place(f"{parent.code}-{number}", number, measure, parent.id)
        for number, measure in enumerate(measures, last + 1)
    ]
    register_items(desk, _registration(desk, parent, units, actor), places)
    cancel(desk, pending(desk, parent.id, REPORTS))
    _record(desk, parent, places, actor)
    return [place.code for place in places]


def promised_date(desk: Desk, parent: Project) -> date:
    """The date by which all that an item is broken down into has to be done.

    Raises:
        BreakdownRefused: it has none that binds: it has ended.
    """
    ends = pending(desk, parent.id, ENDS)
    if not ends:
        raise BreakdownRefused(f"{parent.code} {parent.state.label}，不能再分解")
    return ends[0].due


def _actor(desk: Desk, parent: Project, by: str) -> tuple[str, Role]:
    try:
        return acting(desk.session, by, Role.OFFICE), Role.OFFICE
    except NotAllowed:
        return acting(desk.session, by, Role.UNIT, parent), Role.UNIT


def _complete(parent: Project, measure: LedgerProject) -> LedgerProject:
    """A measure has its item's leader where it names none, and its field."""
    return replace(
        measure,
        field=parent.field,
        sponsor=measure.sponsor or parent.sponsor,
        measures=tuple(_complete(parent, part) for part in measure.measures),
    )


def _measures_of(desk: Desk, parent: Project) -> Sequence[Project]:
    return desk.session.scalars(
        select(Project)
        .where(Project.parent_id == parent.id, Project.kind == ProjectKind.MEASURE)
        .order_by(Project.number)
    ).all()


def _faults_of_parent(parent: Project, measures: Sequence[LedgerProject]) -> Iterator[str]:
    if not parent.kind.is_reported:
        yield f"{parent.kind.label}不再分解"
    elif parent.state not in DIVISIBLE:
        yield f"事项处于“{parent.state.label}”，不能再分解"
    if not measures:
        yield "没有写明任何措施"


def _faults_of_titles(
    desk: Desk, parent: Project, measures: Sequence[LedgerProject], known: Sequence[Project]
) -> Iterator[str]:
    codes = {row.title: row.code for row in known}
    if not any(measure.title in codes for measure in measures):
        return
    who = {
        code: event.actor
        for event in history(desk.session, project_chain(parent.id))
        if event.kind is EventKind.BROKEN_DOWN
        for code in event.data["measures"]
    }
    for measure in measures:
        code = codes.get(measure.title)
        if code:
            by = f"由{who[code]}" if code in who else ""
            yield f"“{measure.title}”已{by}分解为{code}"


def _faults_of_dates(
    desk: Desk, parent: Project, measures: Sequence[LedgerProject]
) -> Iterator[str]:
    """No measure is due after what it is a part of, nor in the past."""
    due = promised_date(desk, parent)
    for measure in measures:
        if measure.due > due:
            yield (
                f"“{measure.title}”的完成时限{written(measure.due)}"
                f"晚于{parent.code}的{written(due)}"
            )
        for item in measure.with_parts():
            if item.due < desk.day:
                yield f"“{item.title}”的完成时限{written(item.due)}已过"


def _faults_of_units(
    desk: Desk,
    parent: Project,
    measures: Sequence[LedgerProject],
    units: dict[str, int],
    role: Role,
) -> Iterator[str]:
    contacts = set(desk.session.scalars(select(Post.unit_id).where(Post.kind == PostKind.CONTACT)))
    within = units_below(desk.session, parent.lead_unit_id) if role is Role.UNIT else None
    for item in (item for measure in measures for item in measure.with_parts()):
        for name in (*item.lead_units, *item.support_units):
            if name not in units:
                yield f"“{item.title}”的单位“{name}”不在联系表中，请写全称"
        for name in item.lead_units:
            if name in units and units[name] not in contacts:
                yield f"“{item.title}”的责任单位“{name}”没有联络员，请先在联系表中补上"
            if name in units and within is not None and units[name] not in within:
                yield f"“{name}”不是本单位的下级单位，“{item.title}”须由督查室分解"


def _registration(desk: Desk, parent: Project, units: dict[str, int], actor: str) -> Registration:
    """On the decision that adopted the item (条例 733 art. 11); planned from today when the work
    has begun already."""
    program = desk.session.get_one(Program, parent.program_id)
    batch = desk.session.get_one(Batch, (parent.program_id, parent.batch))
    decision = Basis(batch.basis, batch.document, batch.approver, batch.approved_on)
    roster = Roster(units, leaders_by_name(desk.session))
    return Registration(program, roster, parent.batch, decision, _start(desk, parent), actor)


def _start(desk: Desk, parent: Project) -> date:
    return parent.starts_on if parent.state is ProjectState.REGISTERED else desk.day


def _record(desk: Desk, parent: Project, places: Sequence[Place], actor: str) -> None:
    data = {
        "measures": [place.code for place in places],
        "units": {place.code: list(place.item.lead_units) for place in places},
        "due": {place.code: place.item.due.isoformat() for place in places},
    }
    event = Event(project_chain(parent.id), EventKind.BROKEN_DOWN, desk.at, actor, data)
    append(desk.session, [event])
