"""What is public about a list, read from the store as it stands now; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.assigning.assignment import ENDS
from engine.desk.issuing import Desk
from engine.outcomes import OutcomeUnreadable, result_text
from engine.publicity.shifts import Shifts, load_shifts
from engine.rules.changes import Decision
from engine.rules.facts import ProjectFacts, TargetFacts
from engine.rules.implementation import PARTS
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import WHOLE, actual_percent, planned_percent
from engine.rules.public_classes import is_exceeded, public_class
from engine.rules.public_facts import (
    PublicChange,
    PublicProject,
    PublicState,
    PublicTarget,
    statistics_of,
)
from engine.rules.words import DeadlineState, ProjectKind
from engine.rules.year_end import year_class
from engine.store.event_kinds import EventKind
from engine.store.journal import project_chain
from engine.store.loading import load_projects
from engine.store.statements import Found, rows, table_of
from engine.store.tables import (
    Change,
    Deadline,
    ImplementationPlan,
    JournalEvent,
    Program,
    Project,
    ProjectUnit,
    Unit,
)

T = TypeVar("T")


def public_state(desk: Desk, program: Program) -> PublicState:
    """The items of a list as the public may see them today, in the list's order.

    Raises:
        OutcomeUnreadable: the rows of some items cannot be read; all are named.
        PaperUnsound: the counts do not add up.
    """
    items = desk.session.scalars(_ITEMS, {"program": program.id}).all()
    loaded = load_projects(desk.session, [item.id for item in items], desk.day)
    if loaded.faults:
        codes = "、".join(loaded.rows[number].code for number in loaded.faults)
        raise OutcomeUnreadable(f"以下事项的数据读不出来，请先核对：{codes}")
    about = _About.of(desk.session, items)
    facts = {found.id: found for found in loaded.projects}
    projects = tuple(_project(desk, item, facts[item.id], about) for item in items)
    return PublicState(
        program=program.name,
        year=program.year,
        issuer=program.issuer,
        basis=program.basis,
        day=desk.day,
        statistics=statistics_of(projects),
        projects=projects,
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What else is public about items, by item."""

    units: dict[int, list[Found]]
    names: dict[int, str]
    ends: dict[int, Found]
    shifts: Shifts
    changes: dict[int, list[Found]]
    plans: dict[int, Found]
    ended_by: dict[str, str]

    @classmethod
    def of(cls, session: Session, items: Sequence[Project]) -> _About:
        ids = [item.id for item in items]
        further = _grouped(rows(session, _UNITS, ids=ids))
        named = {item.lead_unit_id for item in items}
        named |= {unit.unit_id for units in further.values() for unit in units}
        return cls(
            units=further,
            names=_pairs(rows(session, _NAMES, ids=sorted(named))),
            ends={row.project_id: row for row in rows(session, _LAST_DATES, ids=ids)},
            shifts=load_shifts(session, ids),
            changes=_grouped(rows(session, _CHANGES, ids=ids)),
            plans={row.project_id: row for row in rows(session, _PLANS, ids=ids)},
            ended_by={
                chain: data.get("basis", "")
                for chain, data in rows(session, _ENDED, chains=[*map(project_chain, ids)])
            },
        )


def _grouped(found: Iterable[Found]) -> dict[int, list[Found]]:
    grouped: dict[int, list[Found]] = defaultdict(list)
    for row in found:
        grouped[row.project_id].append(row)
    return grouped


def _pairs(found: Iterable[Found]) -> dict[int, T]:
    return {number: value for number, value in found}


def _project(desk: Desk, item: Project, facts: ProjectFacts, about: _About) -> PublicProject:
    end = about.ends.get(item.id)
    moved = end is not None and end.due != end.original_due
    changes = about.changes.get(item.id, [])
    is_closed = item.state is ProjectState.CLOSED
    others = about.units.get(item.id, [])
    return PublicProject(
        code=item.code,
        field=item.field,
        title=item.title,
        promise=item.content,
        lead=tuple(
            about.names[n] for n in (item.lead_unit_id, *(u.unit_id for u in others if u.leads))
        ),
        support=tuple(about.names[unit.unit_id] for unit in others if not unit.leads),
        targets=tuple(map(_target, facts.targets)),
        due=end.due if end else None,
        first_due=end.original_due if end and moved else None,
        moved=about.shifts.causes(item.id) if moved else "",
        changes=tuple(map(_change, changes)),
        light=item.light,
        planned=WHOLE if is_closed else planned_percent(facts, desk.day),
        actual=actual_percent(facts),
        standing=public_class(
            item.state,
            item.timeliness,
            item.light,
            adjusted=item.id in about.shifts.extensions or bool(changes),
            exceeded=is_exceeded(facts.targets),
        ),
        result=_result(item, about),
        done_on=((end.met_on if end else None) or item.closed_on) if is_closed else None,
        plan=_plan(about.plans.get(item.id)),
    )


def _target(target: TargetFacts) -> PublicTarget:
    return PublicTarget(
        target.metric, target.unit, target.text, target.planned, target.actual, result_text(target)
    )


def _change(row: Found) -> PublicChange:
    decision = Decision(row.body, row.document, row.decided_on).text
    return PublicChange(row.what.label, row.subject, row.before, row.after, decision)


def _result(item: Project, about: _About) -> str:
    if item.state is ProjectState.TERMINATED:
        basis = about.ended_by.get(project_chain(item.id), "")
        return f"终止：{basis}" if basis else "终止"
    if item.state is ProjectState.CLOSED:
        return year_class(item.state, item.timeliness).label
    return ""


def _plan(row: Found | None) -> Mapping[str, str]:
    return {name: getattr(row, name) for name in PARTS} if row is not None else {}


# The queries, built once over bare tables: each takes the ids of a whole list.

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_ITEMS = (
    select(Project)
    .where(
        Project.program_id == bindparam("program"),
        Project.kind == ProjectKind.PROJECT,
        Project.state != ProjectState.DRAFT,
    )
    .order_by(Project.number, Project.id)
)

_FURTHER, _UNIT = table_of(ProjectUnit).c, table_of(Unit).c
_UNITS = (
    select(_FURTHER.project_id, _FURTHER.unit_id, _FURTHER.leads)
    .where(_FURTHER.project_id.in_(_IDS))
    .order_by(_FURTHER.project_id, _FURTHER.position, _FURTHER.unit_id)
)
_NAMES = select(_UNIT.id, _UNIT.name).where(_UNIT.id.in_(_IDS))

_DATE = table_of(Deadline).c
_LAST_DATES = (
    select(_DATE.project_id, _DATE.due, _DATE.original_due, _DATE.met_on)
    .where(
        _DATE.project_id.in_(_IDS),
        _DATE.kind.in_(ENDS),
        _DATE.state != DeadlineState.REPLACED,
    )
    .order_by(_DATE.version)
)

_CHANGE = table_of(Change)
_CHANGES = select(_CHANGE).where(_CHANGE.c.project_id.in_(_IDS)).order_by(_CHANGE.c.id)

_PLAN = table_of(ImplementationPlan)
_PLANS = select(_PLAN).where(_PLAN.c.project_id.in_(_IDS)).order_by(_PLAN.c.version)

_EVENT = table_of(JournalEvent).c
_ENDED = (
    select(_EVENT.chain, _EVENT.data)
    .where(
        _EVENT.chain.in_(bindparam("chains", expanding=True)),
        _EVENT.kind == EventKind.TERMINATED.value,
    )
    .order_by(_EVENT.id)
)
