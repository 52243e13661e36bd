"""A changed list: what it changes in the program that is there, dates as new versions.

An item cannot vanish from a published promise by an import: that is a termination, and needs the
decision of the body that adopted the list (陕西 2025 第十八条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select, update

from engine.assigning.assignment import ENDS
from engine.breakdown import REPORTS
from engine.dates.changing import BEFORE_ASSIGNMENT
from engine.dates.deadlines import cancel, move, pending
from engine.dates.reports import renew_reports
from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.ledger.compare import (
    ONLY_ADDED,
    PROJECT_FIELDS,
    changed_fields,
    differences,
    match_measures,
)
from engine.ledger.promises import match_targets
from engine.ledger.values import Ledger, LedgerProject
from engine.lists.decided import altered_promises
from engine.lists.given import Measures, given_out
from engine.lists.handed_over import taken_away
from engine.lists.items import Place, Registration, register_items, target_row, texts_of, units_of
from engine.lists.milestones import WHY, revise_milestones
from engine.lists.references import taken_faults
from engine.lists.registering import add_projects, as_meant, decision_row, keep_layout
from engine.lists.roster import Roster, write_roster
from engine.proposals.adopting import adopt
from engine.rules.words import ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, project_chain
from engine.store.tables import (
    Batch,
    Program,
    Project,
    ProjectUnit,
    Target,
)


class RevisionRefused(DubanError):
    """清单的这些变动不能通过导入办理。"""


def revise(desk: Desk, program: Program, ledger: Ledger, actor: str) -> None:
    """Make the program, or the batch that the ledger names, say what the ledger says.

    Raises:
        RevisionRefused: an item would vanish; a promise that a unit was given would be altered, or
            the item taken from it; the date of an item that is closed would move; or a new item's
            number is taken.
        AdoptionRefused: see there.
    """
    stored, ledger = as_meant(desk.session, program, ledger)
    before = {p.number: p for p in stored.projects}
    after = {p.number: p for p in ledger.projects}
    _refuse_gone(before, after)
    rows = _projects(desk, program, ledger.batch)
    measures = _measures(desk, program, ledger.batch)
    given = given_out(before, after, rows, measures)
    altered = altered_promises(given)
    if altered:
        raise RevisionRefused(
            f"以下目标已经交办，不能通过导入调整：{'；'.join(altered)}。"
            "须有人大决定，请另行办理调整（duban change）"
        )
    taken = taken_away(given)
    if taken:
        raise RevisionRefused(
            f"以下事项已经交办，不能通过导入更换牵头单位：{'；'.join(taken)}。"
            "请另行办理改派（duban reassign），原单位和新单位都会收到通知"
        )
    new = [after[n] for n in sorted(after.keys() - before.keys())]
    _refuse_taken(desk, ledger, new)
    roster = write_roster(desk.session, ledger)
    _revise_decision(desk, program, ledger)
    keep_layout(program, ledger)
    _record(desk, program, ledger, differences(stored, ledger), actor)
    tied = []
    starts_on = max(date(program.year, 1, 1), desk.day)
    revision = _Revision(
        desk,
        Registration(program, roster, ledger.batch, ledger.decision, starts_on, actor),
        measures,
    )
    for number in sorted(before.keys() & after.keys()):
        rows[number].leader_post_id = roster.leader(after[number].sponsor)
        changed = changed_fields(before[number], after[number])
        if changed:
            _revise_project(desk, rows[number], roster, after[number], changed, actor)
        if set(ONLY_ADDED) & set(changed):
            tied.append((rows[number].id, after[number]))
        _revise_measures(revision, rows[number], before[number], after[number])
    adopt(desk, program, tied, ledger.decision, actor)
    add_projects(desk, program, roster, ledger, new, actor)


def _refuse_gone(before: Mapping[int, LedgerProject], after: Mapping[int, LedgerProject]) -> None:
    gone = [f"第{n}项“{before[n].title}”" for n in sorted(before.keys() - after.keys())]
    for number in sorted(before.keys() & after.keys()):
        gone += _gone_measures(f"第{number}项", before[number], after[number])
    if gone:
        raise RevisionRefused(
            f"新文件中少了{'、'.join(gone)}。已立项的实事和措施不能通过导入删除；"
            "确需终止的，须经原审议机关决定，请另行办理终止（duban terminate）"
        )


def _gone_measures(where: str, old: LedgerProject, new: LedgerProject) -> list[str]:
    matched = match_measures(old, new)
    gone = [f"{where}措施{m.number}“{m.title}”" for m in matched.gone]
    for was, now in matched.kept:
        gone += _gone_measures(f"{where}措施{was.number}", was, now)
    return gone


@dataclass(frozen=True, slots=True)
class _Revision:
    """What revises measures: the rows there are, by what they are a part of and their number."""

    desk: Desk
    registration: Registration
    rows: Measures


def _revise_measures(
    revision: _Revision, parent: Project, old: LedgerProject, new: LedgerProject
) -> None:
    """Carry over the measures of an item; new ones take the numbers after the last."""
    desk, by = revision.desk, revision.registration
    matched = match_measures(old, new)
    for was, now in matched.kept:
        row = revision.rows[parent.id, was.number]
        row.leader_post_id = by.roster.leader(now.sponsor)
        changed = changed_fields(was, now)
        if changed:
            _revise_project(desk, row, by.roster, now, changed, by.actor)
        _revise_measures(revision, row, was, now)
    last = max((measure.number for measure in old.measures), default=0)
    places = [
        Place(f"{parent.code}-{last + n}", last + n, measure, parent.id)
        for n, measure in enumerate(matched.fresh, 1)
    ]
    register_items(desk, by, places)
    if places:
        cancel(desk, pending(desk, parent.id, REPORTS))


def _measures(desk: Desk, program: Program, batch: int) -> Measures:
    rows = desk.session.scalars(
        select(Project)
        .where(
            Project.program_id == program.id,
            Project.kind == ProjectKind.MEASURE,
            Project.batch == batch,
        )
        .order_by(Project.id)
        .with_for_update()
    )
    return {(row.parent_id, row.number): row for row in rows}


def _refuse_taken(desk: Desk, ledger: Ledger, new: Sequence[LedgerProject]) -> None:
    faults = taken_faults(desk.session, ledger, new)
    if faults:
        raise RevisionRefused(f"{'；'.join(faults)}，请另编序号")


def _revise_decision(desk: Desk, program: Program, ledger: Ledger) -> None:
    batch = desk.session.get_one(Batch, (program.id, ledger.batch))
    for name, value in decision_row(ledger).items():
        setattr(batch, name, value)
    if ledger.batch == 1:
        program.issuer, program.basis = ledger.issuer, ledger.basis


def _record(desk: Desk, program: Program, ledger: Ledger, changes: list[str], actor: str) -> None:
    data = {
        "title": program.title,
        "batch": ledger.batch,
        "basis": ledger.basis,
        "changes": changes,
    }
    chain = program_chain(program.id)
    append(desk.session, [Event(chain, EventKind.PROGRAM_IMPORTED, desk.at, actor, data)])


def _projects(desk: Desk, program: Program, batch: int) -> dict[int, Project]:
    rows = desk.session.scalars(
        select(Project)
        .where(
            Project.program_id == program.id,
            Project.kind == ProjectKind.PROJECT,
            Project.batch == batch,
        )
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
        dates |= revise_milestones(desk, project, item.milestones, actor)
    data = {"fields": [PROJECT_FIELDS[name] for name in changed], "dates": dates}
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.PROJECT_CHANGED, desk.at, actor, data)])


def _revise_due(desk: Desk, project: Project, item: LedgerProject, actor: str) -> None:
    """Move the promised date, with reports up to it, unless an approved extension has moved it
    there already."""
    ends = pending(desk, project.id, ENDS)
    if not ends:
        raise RevisionRefused(
            f"{project.code} {project.state.label}，完成时限不能通过导入调整；"
            "复查不合格的，请办理重新办理"
        )
    for deadline in ends:
        if deadline.due != item.due:
            if project.state not in BEFORE_ASSIGNMENT:
                renew_reports(desk, project, item.due, actor)
            move(desk, deadline, item.due, actor, WHY)


def _revise_targets(desk: Desk, project: Project, item: LedgerProject) -> None:
    """Carry the targets over; one that goes on, reworded or not, keeps its figures."""
    query = select(Target).where(Target.project_id == project.id).order_by(Target.position)
    rows = desk.session.scalars(query).all()
    matched = match_targets(rows, item.targets)
    for row in matched.gone:
        desk.session.delete(row)
    for position, row in enumerate(rows, 1001):  # out of the way of the new order
        row.position = position
    desk.session.flush()
    for position, (row_or_none, target) in enumerate(matched.pairs, 1):
        columns = target_row(project.id, position, target)
        if row_or_none is None:
            desk.session.execute(insert(Target), [columns])
        else:
            desk.session.execute(
                update(Target).where(Target.id == row_or_none.id).values(**columns)
            )
