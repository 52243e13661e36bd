"""Taking a step of the life cycle: one wins, the other is told.

The change is made by ``UPDATE … WHERE state = :from AND version = :v``; a step on a project that
somebody else has just changed is refused with the state it now has.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.lifecycle import PROJECT, ProjectEvent
from engine.rules.steps import NoSuchStep, Role, StepFacts
from engine.rules.zone import local_day
from engine.store.event_kinds import KINDS, EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import rows_changed, table_of
from engine.store.tables import JournalEvent, Program, Project


class ProjectUnknown(DubanError):
    """没有这个事项。"""


class ProjectChanged(DubanError):
    """事项刚刚被他人变更。"""


JOURNALLED = {
    ProjectEvent.REGISTER: EventKind.PROJECT_REGISTERED,
    ProjectEvent.ASSIGN: EventKind.ASSIGNED,
    ProjectEvent.RETURN: EventKind.RETURNED,
    ProjectEvent.REASSIGN: EventKind.REASSIGNED,
    ProjectEvent.SIGN_FOR: EventKind.SIGNED_FOR,
    ProjectEvent.REQUEST_COMPLETION: EventKind.COMPLETION_REQUESTED,
    ProjectEvent.SEND_BACK: EventKind.SENT_BACK,
    ProjectEvent.CLOSE: EventKind.CLOSED,
    ProjectEvent.REPORT_BACK: EventKind.CLOSED,
    ProjectEvent.SUSPEND: EventKind.SUSPENDED,
    ProjectEvent.RESUME: EventKind.RESUMED,
    ProjectEvent.TERMINATE: EventKind.TERMINATED,
    ProjectEvent.REVOKE: EventKind.TERMINATED,
    ProjectEvent.REOPEN: EventKind.REOPENED,
}

OVERTAKING = (*JOURNALLED.values(), EventKind.CHANGED)
"""What makes others look at a project again before they go on."""


def find_project(desk: Desk, code: str) -> Project:
    """The project of this code, in the newest list that has one.

    Raises:
        ProjectUnknown: no list has it.
    """
    project = desk.session.scalars(
        select(Project)
        .join(Program)
        .where(Project.code == code)
        .order_by(Program.year.desc(), Project.id.desc())
        .limit(1)
    ).one_or_none()
    if project is None:
        raise ProjectUnknown(f"没有编号为“{code}”的事项，请用 duban list 查看编号")
    return project


def hold(desk: Desk, project: Project) -> None:
    """Make others wait with this project until the transaction ends, and see it as it now is.

    Raises:
        ProjectChanged: somebody has taken a step since it was read.
    """
    seen = project.version
    desk.session.scalars(_AS_IT_IS, {"id": project.id}).one()
    if project.version != seen:
        raise _overtaken(desk, project)


_AS_IT_IS = (
    select(Project)
    .where(Project.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def take_step(
    desk: Desk,
    project: Project,
    event: ProjectEvent,
    role: Role,
    actor: str,
    facts: StepFacts,
    /,
    **values: Any,
) -> None:
    """Take a step and record it; ``values`` are further columns that change with it.

    Raises:
        StepRefused: the table, the role or the guard refuses; where the table does, it is told
            who took the last step.
        ProjectChanged: somebody else was first.
    """
    try:
        target = PROJECT.take(project.state, event, role, facts)
    except NoSuchStep as refusal:
        raise NoSuchStep(f"{refusal}{_told_last_step(desk, project)}") from None
    seen = {"its_id": project.id, "its_state": project.state, "its_version": project.version}
    changes = {"state": target, "version": project.version + 1, **values}
    if rows_changed(desk.session, _STEP, **seen, **changes) != 1:
        desk.session.refresh(project)
        raise _overtaken(desk, project)
    before = project.state
    desk.session.refresh(project)
    data = {"from": before.value, "to": target.value}
    data |= {
        name: text for name, text in (("basis", facts.basis), ("reason", facts.reason)) if text
    }
    if facts.verified_by:
        data["verified_by"] = facts.verified_by
    data |= facts.record
    event_row = Event(project_chain(project.id), JOURNALLED[event], desk.at, actor, data)
    append(desk.session, [event_row])


_PROJECT = table_of(Project)
_STEP = update(_PROJECT).where(
    _PROJECT.c.id == bindparam("its_id"),
    _PROJECT.c.state == bindparam("its_state"),
    _PROJECT.c.version == bindparam("its_version"),
)


def _overtaken(desk: Desk, project: Project) -> ProjectChanged:
    """Who was first, and what they did."""
    last = _last_step(desk, project)
    who = f"刚刚由{last.actor}办理了{KINDS[last.kind].label}" if last else "刚刚被他人变更"
    return ProjectChanged(f"{project.code} {who}，现在为“{project.state.label}”，请查看后再办理")


def _told_last_step(desk: Desk, project: Project) -> str:
    last = _last_step(desk, project)
    if last is None:
        return ""
    return f"（{written(local_day(last.at))}{last.actor}已办理{KINDS[last.kind].label}）"


def _last_step(desk: Desk, project: Project) -> JournalEvent | None:
    return desk.session.scalars(
        select(JournalEvent)
        .where(
            JournalEvent.chain == project_chain(project.id),
            JournalEvent.kind.in_([kind.value for kind in OVERTAKING]),
        )
        .order_by(JournalEvent.seq.desc())
        .limit(1)
    ).one_or_none()
