"""立项: a ledger becomes a program with its projects, all of it or nothing.

Nothing is registered without a basis (政府督查工作条例 art. 11); the reader refuses such a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.assignment import milestone_deadlines
from engine.deadlines import new_deadline, set_deadlines
from engine.issuing import Desk
from engine.ledger.compare import differences
from engine.ledger.values import Ledger, LedgerMilestone, LedgerProject, LedgerTarget
from engine.registered import registered_ledger
from engine.roster import Roster, write_roster
from engine.rules.lifecycle import PROJECT, ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import DeadlineKind, Light, ProjectKind
from engine.store.journal import Event, EventKind, append, program_chain, project_chain
from engine.store.tables import Milestone, Program, Project, ProjectUnit, Target


def find_program(session: Session, ledger: Ledger) -> Program | None:
    """The program this ledger is a version of: same year, same title."""
    query = select(Program).where(Program.year == ledger.year, Program.title == ledger.title)
    return session.scalars(query).one_or_none()


def compare(session: Session, ledger: Ledger) -> list[str] | None:
    """How the ledger differs from what is registered; None when it is not registered at all."""
    program = find_program(session, ledger)
    if program is None:
        return None
    units = [unit.name for unit in ledger.units]
    return differences(registered_ledger(session, program, units), ledger)


def register(desk: Desk, ledger: Ledger, actor: str) -> Program:
    """Register a list that is not there yet. The clocks start with the assignment, not here."""
    roster = write_roster(desk.session, ledger)
    program = Program(
        year=ledger.year, title=ledger.title, issuer=ledger.issuer, basis=ledger.basis
    )
    desk.session.add(program)
    desk.session.flush()
    data = {"title": ledger.title, "basis": ledger.basis, "projects": len(ledger.projects)}
    chain = program_chain(program.id)
    append(desk.session, [Event(chain, EventKind.PROGRAM_IMPORTED, desk.at, actor, data)])
    add_projects(desk, program, roster, ledger.projects, actor)
    return program


def add_projects(
    desk: Desk, program: Program, roster: Roster, items: Sequence[LedgerProject], actor: str
) -> None:
    """Register items of a list: rows in sets, their dates, and one event each."""
    if not items:
        return
    state = PROJECT.take(
        ProjectState.DRAFT, ProjectEvent.REGISTER, Role.OFFICE, StepFacts(basis=program.basis)
    )
    ids = desk.session.scalars(
        insert(Project).returning(Project.id, sort_by_parameter_order=True),
        [_project(program, roster, item, state) for item in items],
    ).all()
    pairs = list(zip(ids, items, strict=True))
    _insert_all(desk.session, ProjectUnit, [u for p, i in pairs for u in units_of(p, i, roster)])
    targets = [target_row(p, n, t) for p, item in pairs for n, t in enumerate(item.targets, 1)]
    _insert_all(desk.session, Target, targets)
    append(
        desk.session,
        [
            Event(
                project_chain(p),
                EventKind.PROJECT_REGISTERED,
                desk.at,
                actor,
                {"title": item.title, "basis": program.basis},
            )
            for p, item in pairs
        ],
    )
    for project_id, item in pairs:
        _plan(desk, project_id, item, actor)


def _plan(desk: Desk, project_id: int, item: LedgerProject, actor: str) -> None:
    """The dates a project promises: its milestones and its completion."""
    steps = [milestone(project_id, n, step) for n, step in enumerate(item.milestones, 1)]
    desk.session.add_all(steps)
    rows = milestone_deadlines(desk, project_id, steps)
    rows.append(
        new_deadline(desk, project_id, DeadlineKind.COMPLETION, item.due, "办结", running=False)
    )
    set_deadlines(desk, rows, actor)


def _project(
    program: Program, roster: Roster, item: LedgerProject, state: ProjectState
) -> dict[str, Any]:
    return {
        "program_id": program.id,
        "kind": ProjectKind.PROJECT,
        "code": f"{program.year}-{item.number:02d}",
        "number": item.number,
        "state": state,
        "light": Light.GREEN,
        "starts_on": date(program.year, 1, 1),
        **texts_of(item, roster),
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
    """Rows for further lead units and for support units."""
    further = [(name, True) for name in item.lead_units[1:]]
    support = [(name, False) for name in item.support_units if name not in item.lead_units]
    return [
        {"project_id": project_id, "unit_id": roster.units[name], "leads": leads}
        for name, leads in further + support
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
