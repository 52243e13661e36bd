"""Ending and beginning again: what closing an item and opening it again do to its dates, its
light and its class, whichever verb brings it about."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.assigning.assignment import ENDS
from engine.dates.deadlines import cancel, meet, move, pending
from engine.dates.reports import renew_reports
from engine.desk.issuing import ENGINE, Desk
from engine.desk.transition import take_step
from engine.results.proving import requests_of
from engine.rules.completion import CompletionState
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.timeliness import timeliness
from engine.rules.words import (
    UNIT_CLOCKS,
    DeadlineState,
    Light,
    ProjectKind,
    Reason,
    Timeliness,
)
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.statements import insert_replacing_doubles
from engine.store.tables import Deadline, LightRecord, Project

PARTS = (ProjectKind.MEASURE, ProjectKind.PROBLEM)
ENDED = (ProjectState.CLOSED, ProjectState.TERMINATED)


def open_parts(desk: Desk, project: Project) -> tuple[str, ...]:
    """The codes of the parts of an item that have not ended."""
    query = select(Project.code).where(
        Project.parent_id == project.id, Project.kind.in_(PARTS), Project.state.not_in(ENDED)
    )
    return tuple(desk.session.scalars(query.order_by(Project.id)))


def class_of(desk: Desk, project: Project, done_on: date) -> Timeliness:
    """Early, on time, extended, reworked or late, by the first promise and all that came after."""
    end = _promise(desk, project)
    overturned = [
        request.timeliness
        for request in requests_of(desk.session, project)
        if request.state is CompletionState.OVERTURNED and request.timeliness
    ]
    calendar = desk.rulebook.calendar
    return timeliness(done_on, end.original_due, end.due, calendar, overturned)


def end_well(
    desk: Desk,
    project: Project,
    event: ProjectEvent,
    role: Role,
    actor: str,
    facts: StepFacts,
    done_on: date,
    how: Timeliness,
) -> None:
    """Close an item: its promise is met on ``done_on``, nothing about it binds any more.

    Raises:
        StepRefused, ProjectChanged: as for ``take_step``.
    """
    end = _promise(desk, project)
    take_step(desk, project, event, role, actor, facts, closed_on=desk.day, timeliness=how)
    meet(desk, [end], actor, done_on)
    cancel(desk, pending(desk, project.id, UNIT_CLOCKS))
    _turn_light(desk, project, Light.BLUE, Reason.CLOSED, how.label)


def overturn(desk: Desk, project: Project, actor: str, reason: str, due: date) -> None:
    """The completion did not stand: the request that claimed it is marked for ever, and the
    item is underway again until ``due``.

    Raises:
        StepRefused, ProjectChanged: no reason, or it is not closed.
    """
    was = project.timeliness
    take_step(
        desk,
        project,
        ProjectEvent.REOPEN,
        Role.OFFICE,
        actor,
        StepFacts(reason=reason),
        closed_on=None,
        requested_on=None,
        timeliness=None,
    )
    requests = requests_of(desk.session, project)
    if requests:
        last = requests[-1]
        last.state, last.timeliness = CompletionState.OVERTURNED, last.timeliness or was
        last.overturned_on, last.overturned_for = desk.day, reason.strip()
    _turn_light(desk, project, Light.YELLOW, Reason.REOPENED, reason.strip())
    end = _promise(desk, project)
    end.state, end.met_on = DeadlineState.PENDING, None
    move(desk, end, due, actor, reason)
    renew_reports(desk, project, due, actor)


def _promise(desk: Desk, project: Project) -> Deadline:
    """The promised date in its last version."""
    return desk.session.scalars(
        select(Deadline)
        .where(Deadline.project_id == project.id, Deadline.kind.in_(ENDS))
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one()


def _turn_light(desk: Desk, project: Project, colour: Light, reason: Reason, text: str) -> None:
    """Give a project a colour between two assessments, and remember why."""
    record = {
        "project_id": project.id,
        "on_day": desk.day,
        "period": "",
        "colour": colour,
        "reason": reason,
        "rule": "",
        "text": text,
    }
    desk.session.execute(
        insert_replacing_doubles(desk.session, LightRecord, ("project_id", "period", "on_day")),
        [record],
    )
    data = {"from": project.light.value, "to": colour.value, "reason": reason.value}
    project.light = colour
    append(
        desk.session,
        [Event(project_chain(project.id), EventKind.LIGHT_CHANGED, desk.at, ENGINE, data)],
    )
