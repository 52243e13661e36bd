"""A changed list: what it changes in the program that is there, dates as new versions.

An item cannot vanish from a published promise by an import: that is a termination, and needs the
decision of the body that adopted the list (陕西 2025 第十八条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, select, update

from engine.assignment import ENDS, milestone_deadlines
from engine.deadlines import cancel, move, pending, set_deadlines
from engine.errors import DubanError
from engine.issuing import Desk
from engine.ledger.compare import PROJECT_FIELDS, changed_fields, differences
from engine.ledger.values import Ledger, LedgerMilestone, LedgerProject
from engine.registered import listed_dates, registered_ledger
from engine.registering import add_projects, milestone, target_row, texts_of, units_of
from engine.roster import Roster, write_roster
from engine.rules.lifecycle import OPEN_STATES
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.journal import Event, EventKind, append, program_chain, project_chain
from engine.store.tables import (
    Deadline,
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
        RevisionRefused: an item, or a target that has reported figures, would vanish; or the date
            of an item that is closed would move.
        RosterRefused: see there.
    """
    stored = registered_ledger(desk.session, program, [unit.name for unit in ledger.units])
    before = {p.number: p for p in stored.projects}
    after = {p.number: p for p in ledger.projects}
    gone = [f"第{n}项“{before[n].title}”" for n in sorted(before.keys() - after.keys())]
    if gone:
        raise RevisionRefused(
            f"新文件中少了{'、'.join(gone)}。已立项的实事不能通过导入删除；"
            "确需终止的，须经原审议机关决定"
        )
    rows = _projects(desk, program)
    roster = write_roster(desk.session, ledger)
    program.issuer, program.basis = ledger.issuer, ledger.basis
    _record(desk, program, differences(stored, ledger), actor)
    for number in sorted(before.keys() & after.keys()):
        rows[number].leader_post_id = roster.leader(after[number].sponsor)
        changed = changed_fields(before[number], after[number])
        if changed:
            _revise_project(desk, rows[number], roster, after[number], changed, actor)
    new = [after[n] for n in sorted(after.keys() - before.keys())]
    add_projects(desk, program, roster, new, actor)


def _record(desk: Desk, program: Program, changes: list[str], actor: str) -> None:
    data = {"title": program.title, "basis": program.basis, "changes": changes}
    chain = program_chain(program.id)
    append(desk.session, [Event(chain, EventKind.PROGRAM_IMPORTED, desk.at, actor, data)])


def _projects(desk: Desk, program: Program) -> dict[int, Project]:
    rows = desk.session.scalars(
        select(Project)
        .where(Project.program_id == program.id, Project.kind == ProjectKind.PROJECT)
        .order_by(Project.id)
        .with_for_update()
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
    dates = {"": item.due.isoformat()}
    if "due" in changed:
        _revise_due(desk, project, item, actor)
    if "milestones" in changed:
        dates |= _revise_milestones(desk, project, item, actor)
    data = {"fields": [PROJECT_FIELDS[name] for name in changed], "dates": dates}
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.PROJECT_CHANGED, desk.at, actor, data)])


def _revise_due(desk: Desk, project: Project, item: LedgerProject, actor: str) -> None:
    """Move the promised date, unless an approved extension has moved it there already."""
    ends = pending(desk, project.id, ENDS)
    if not ends:
        raise RevisionRefused(
            f"{project.code} {project.state.label}，完成时限不能通过导入调整；"
            "复查不合格的，请办理重新办理"
        )
    for deadline in ends:
        if deadline.due != item.due:
            move(desk, deadline, item.due, actor, WHY)


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


def _revise_milestones(
    desk: Desk, project: Project, item: LedgerProject, actor: str
) -> dict[str, str]:
    """Carry over the steps of the plan; returns the date the list gives each, by position.

    A step keeps its position for good, wherever the list now puts it: deadlines go by it.
    """
    rows = desk.session.scalars(
        select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.position)
    ).all()
    listed = listed_dates(desk.session, [project.id])
    known = {row: listed[project.id, str(row.position)] for row in rows}
    pairs = _matched(known, item.milestones)
    kept = {row for row, _ in pairs}
    for gone in [row for row in rows if row not in kept]:
        cancel(desk, pending(desk, project.id, (DeadlineKind.MILESTONE,), str(gone.position)))
        desk.session.delete(gone)
    dates = {}
    for row, step in pairs:
        if row is None:
            position = _add_milestone(desk, project, step, actor)
        else:
            position = row.position
            _revise_milestone(desk, row, step, actor, moves=known[row] != step.due)
        dates[str(position)] = step.due.isoformat()
    return dates


def _matched(
    known: Mapping[Milestone, date], steps: Sequence[LedgerMilestone]
) -> list[tuple[Milestone | None, LedgerMilestone]]:
    """Which step of the plan each step of the list is: the one of that name, or, renamed, the one
    of that date; otherwise it is new."""
    left = dict(known)
    found: dict[int, Milestone] = {}
    for is_same in (_same_name, _same_date):
        for number, step in enumerate(steps):
            row = next((row for row, day in left.items() if is_same(row, day, step)), None)
            if number not in found and row is not None:
                found[number] = row
                del left[row]
    return [(found.get(number), step) for number, step in enumerate(steps)]


def _same_name(row: Milestone, _: date, step: LedgerMilestone) -> bool:
    return row.name == step.name


def _same_date(_: Milestone, day: date, step: LedgerMilestone) -> bool:
    return day == step.due


def _revise_milestone(
    desk: Desk, row: Milestone, step: LedgerMilestone, actor: str, *, moves: bool
) -> None:
    row.name, row.planned_percent = step.name, step.planned_percent
    dates = pending(desk, row.project_id, (DeadlineKind.MILESTONE,), str(row.position))
    for deadline in dates:
        deadline.name = step.name
        if moves and deadline.due != step.due:
            move(desk, deadline, step.due, actor, WHY)
    if moves:
        row.due = step.due


def _add_milestone(desk: Desk, project: Project, step: LedgerMilestone, actor: str) -> int:
    """A new step takes a position that none had before it."""
    slots = desk.session.scalars(
        select(Deadline.slot).where(
            Deadline.project_id == project.id, Deadline.kind == DeadlineKind.MILESTONE
        )
    )
    position = max((int(slot) for slot in slots), default=0) + 1
    row = milestone(project.id, position, step)
    desk.session.add(row)
    set_deadlines(desk, milestone_deadlines(desk, project.id, [row]), actor)
    _bind(desk, project, position)
    return position


def _bind(desk: Desk, project: Project, position: int) -> None:
    """A new milestone of a project that is underway binds at once."""
    if project.state in OPEN_STATES:
        for deadline in pending(desk, project.id, (DeadlineKind.MILESTONE,), str(position)):
            deadline.next_check_on = desk.day
