"""A changed list: what it changes in the program that is there, dates as new versions.

An item cannot vanish from a published promise by an import: that is a termination, and needs the
decision of the body that adopted the list (陕西 2025 第十八条).
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from engine.assignment import ENDS, milestone_deadlines
from engine.deadlines import cancel, move, pending, set_deadlines
from engine.errors import DubanError
from engine.issuing import Desk
from engine.ledger.compare import PROJECT_FIELDS, changed_fields
from engine.ledger.values import Ledger, LedgerProject
from engine.registered import registered_ledger
from engine.registering import add_projects, milestone, target_row, texts_of, units_of
from engine.roster import Roster, write_roster
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.tables import (
    Milestone,
    Program,
    Project,
    ProjectUnit,
    ReportedValue,
    Target,
)

WHY = "清单调整"


class RevisionRefused(DubanError):
    """清单的这些变动不能通过导入办理。"""


def revise(desk: Desk, program: Program, ledger: Ledger, actor: str) -> None:
    """Make the program say what the ledger says.

    Raises:
        RevisionRefused: an item or a target that has reported figures would vanish.
    """
    units = [unit.name for unit in ledger.units]
    before = {p.number: p for p in registered_ledger(desk.session, program, units).projects}
    after = {p.number: p for p in ledger.projects}
    gone = [f"第{n}项“{before[n].title}”" for n in sorted(before.keys() - after.keys())]
    if gone:
        raise RevisionRefused(
            f"新文件中少了{'、'.join(gone)}。已立项的实事不能通过导入删除；"
            "确需终止的，须经原审议机关决定"
        )
    roster = write_roster(desk.session, ledger)
    program.issuer, program.basis = ledger.issuer, ledger.basis
    rows = _projects(desk, program)
    for number in sorted(before.keys() & after.keys()):
        changed = changed_fields(before[number], after[number])
        if changed:
            _revise_project(desk, rows[number], roster, after[number], changed, actor)
    new = [after[n] for n in sorted(after.keys() - before.keys())]
    add_projects(desk, program, roster, new, actor)


def _projects(desk: Desk, program: Program) -> dict[int, Project]:
    rows = desk.session.scalars(
        select(Project).where(Project.program_id == program.id, Project.kind == ProjectKind.PROJECT)
    )
    return {row.number: row for row in rows if row.number is not None}


def _revise_project(
    desk: Desk,
    project: Project,
    roster: Roster,
    item: LedgerProject,
    changed: list[str],
    actor: str,
) -> None:
    desk.session.execute(
        update(Project).where(Project.id == project.id).values(**texts_of(item, roster))
    )
    if {"lead_units", "support_units"} & set(changed):
        desk.session.execute(delete(ProjectUnit).where(ProjectUnit.project_id == project.id))
        units = units_of(project.id, item, roster)
        if units:
            desk.session.execute(insert(ProjectUnit), units)
    if "targets" in changed:
        _revise_targets(desk, project, item)
    if "milestones" in changed:
        _revise_milestones(desk, project, item, actor)
    if "due" in changed:
        for deadline in pending(desk, project.id, ENDS):
            move(desk, deadline, item.due, actor, WHY)
    data = {"fields": [PROJECT_FIELDS[name] for name in changed]}
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.PROJECT_CHANGED, desk.at, actor, data)])


def _revise_targets(desk: Desk, project: Project, item: LedgerProject) -> None:
    """Targets are the same when metric and unit are; one with figures cannot vanish."""
    rows = desk.session.scalars(select(Target).where(Target.project_id == project.id)).all()
    known = {(row.metric, row.unit): row for row in rows}
    wanted = {(t.metric, t.unit) for t in item.targets}
    gone = [row for key, row in known.items() if key not in wanted]
    reported = desk.session.scalars(
        select(ReportedValue.target_id).where(ReportedValue.target_id.in_([r.id for r in gone]))
    ).all()
    if reported:
        names = "、".join(row.metric for row in gone if row.id in reported)
        raise RevisionRefused(f"{project.code} 的指标“{names}”已有填报数据，不能通过导入删除")
    for row in gone:
        desk.session.delete(row)
    for position, row in enumerate(rows, 1001):  # out of the way of the new order
        row.position = position
    desk.session.flush()
    for position, target in enumerate(item.targets, 1):
        row_or_none = known.get((target.metric, target.unit))
        columns = target_row(project.id, position, target)
        if row_or_none is None:
            desk.session.execute(insert(Target), [columns])
        else:
            desk.session.execute(
                update(Target).where(Target.id == row_or_none.id).values(**columns)
            )


def _revise_milestones(desk: Desk, project: Project, item: LedgerProject, actor: str) -> None:
    """Milestones are matched by their place in the plan."""
    rows = desk.session.scalars(select(Milestone).where(Milestone.project_id == project.id)).all()
    known = {row.position: row for row in rows}
    for position, step in enumerate(item.milestones, 1):
        row = known.pop(position, None)
        if row is None:
            row = milestone(project.id, position, step)
            desk.session.add(row)
            set_deadlines(desk, milestone_deadlines(desk, project.id, [row]), actor)
            _bind(desk, project, position)
            continue
        row.name, row.planned_percent = step.name, step.planned_percent
        for deadline in pending(desk, project.id, (DeadlineKind.MILESTONE,), str(position)):
            deadline.name = step.name
            if deadline.due != step.due:
                move(desk, deadline, step.due, actor, WHY)
        row.due = step.due
    for position, row in known.items():
        cancel(desk, pending(desk, project.id, (DeadlineKind.MILESTONE,), str(position)))
        desk.session.delete(row)


def _bind(desk: Desk, project: Project, position: int) -> None:
    """A new milestone of a project that is underway binds at once."""
    if project.state in OPEN_STATES:
        for deadline in pending(desk, project.id, (DeadlineKind.MILESTONE,), str(position)):
            deadline.next_check_on = desk.day
