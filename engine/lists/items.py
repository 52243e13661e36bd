"""Items of a list and their measures (工作措施) as rows: what they say, their targets and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.assigning.assignment import milestone_deadlines
from engine.dates.deadlines import new_deadline, set_deadlines
from engine.desk.issuing import Desk
from engine.ledger.values import LedgerMilestone, LedgerProject, LedgerTarget
from engine.lists.roster import Roster
from engine.rules.basis import Basis
from engine.rules.lifecycle import PROJECT, ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import DeadlineKind, Light, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Milestone, Program, Project, ProjectUnit, Target


@dataclass(frozen=True, slots=True)
class Registration:
    """What registers: the list with its decision, the units by name, and who does it.

    Attributes:
        starts_on: from when on the work is planned.
    """

    program: Program
    roster: Roster
    batch: int
    decision: Basis
    starts_on: date
    actor: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is put: its code, its number among its like, and what it is a part of."""

    code: str
    number: int
    item: LedgerProject
    parent_id: int | None = None

    def parts(self, project_id: int) -> list[Place]:
        """The places of its measures, once it has a row."""
        return [
            Place(f"{self.code}-{n}", n, measure, project_id)
            for n, measure in enumerate(self.item.measures, 1)
        ]


def register_items(desk: Desk, by: Registration, places: Sequence[Place]) -> list[int]:
    """Register items and, level by level, all they are broken down into.

    Returns:
        The ids of the items, in their order.

    Raises:
        StepRefused: the decision's number, approver or date is missing (条例 733 art. 11).
    """
    if not places:
        return []
    ids = _register_level(desk, by, places)
    parts = [p for number, place in zip(ids, places, strict=True) for p in place.parts(number)]
    register_items(desk, by, parts)
    return ids


def _register_level(desk: Desk, by: Registration, places: Sequence[Place]) -> list[int]:
    """Rows in sets, their dates, and one event each."""
    facts = StepFacts(basis=by.decision.complete)
    state = PROJECT.take(ProjectState.DRAFT, ProjectEvent.REGISTER, Role.OFFICE, facts)
    ids = desk.session.scalars(
        insert(Project).returning(Project.id, sort_by_parameter_order=True),
        [_row(by, place, state) for place in places],
    ).all()
    pairs = [(number, place.item) for number, place in zip(ids, places, strict=True)]
    units = [unit for number, item in pairs for unit in units_of(number, item, by.roster)]
    _insert_all(desk.session, ProjectUnit, units)
    targets = [target_row(p, n, t) for p, item in pairs for n, t in enumerate(item.targets, 1)]
    _insert_all(desk.session, Target, targets)
    append(
        desk.session,
        [
            Event(
                project_chain(number),
                EventKind.PROJECT_REGISTERED,
                desk.at,
                by.actor,
                {"title": item.title, "basis": by.decision.text},
            )
            for number, item in pairs
        ],
    )
    for number, item in pairs:
        _plan(desk, number, item, by.actor)
    return list(ids)


def _plan(desk: Desk, project_id: int, item: LedgerProject, actor: str) -> None:
    """The dates a project promises: its milestones and its completion."""
    steps = [milestone(project_id, n, step) for n, step in enumerate(item.milestones, 1)]
    desk.session.add_all(steps)
    rows = milestone_deadlines(desk, project_id, steps)
    rows.append(
        new_deadline(desk, project_id, DeadlineKind.COMPLETION, item.due, "办结", running=False)
    )
    set_deadlines(desk, rows, actor)


def _row(by: Registration, place: Place, state: ProjectState) -> dict[str, Any]:
    return {
        "program_id": by.program.id,
        "batch": by.batch,
        "kind": ProjectKind.PROJECT if place.parent_id is None else ProjectKind.MEASURE,
        "parent_id": place.parent_id,
        "code": place.code,
        "number": place.number,
        "state": state,
        "light": Light.GREEN,
        "starts_on": by.starts_on,
        **texts_of(place.item, by.roster),
    }


def texts_of(item: LedgerProject, roster: Roster) -> dict[str, Any]:
    """The columns of a project that the list alone decides."""
    return {
        "field": item.field,
        "title": item.title,
        "content": item.content,
        "lead_unit_id": roster.units[item.lead_units[0]],
        "sponsor": item.sponsor,
        "leader_post_id": roster.leader(item.sponsor),
        "urgency": item.urgency,
        "remark": item.remark,
    }


def units_of(project_id: int, item: LedgerProject, roster: Roster) -> list[dict[str, Any]]:
    """Rows for further lead units and for support units, in the order of the list."""
    further = [(name, True) for name in item.lead_units[1:]]
    support = [(name, False) for name in item.support_units if name not in item.lead_units]
    return [
        {
            "project_id": project_id,
            "unit_id": roster.units[name],
            "leads": leads,
            "position": position,
        }
        for position, (name, leads) in enumerate(further + support, 1)
    ]


def target_row(project_id: int, position: int, target: LedgerTarget) -> dict[str, Any]:
    """A target's columns."""
    return {
        "project_id": project_id,
        "position": position,
        "metric": target.metric,
        "unit": target.unit,
        "form": target.form,
        "planned": target.planned,
        "text": target.text,
        "note": target.note,
    }


def milestone(project_id: int, position: int, step: LedgerMilestone) -> Milestone:
    """A milestone row."""
    return Milestone(
        project_id=project_id,
        position=position,
        name=step.name,
        due=step.due,
        planned_percent=step.planned_percent,
    )


def _insert_all(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)
