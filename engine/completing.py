"""办结: asked for by the unit, verified by the office, closed one by one (销号) or sent back; or
终止, by decision of the body that adopted it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.assignment import ENDS
from engine.deadlines import cancel, meet, move, pending
from engine.errors import DubanError
from engine.issuing import ENGINE, Desk
from engine.people import acting
from engine.rules.conditions import written
from engine.rules.facts import ProjectFacts
from engine.rules.lifecycle import ProjectEvent
from engine.rules.steps import Role, StepFacts
from engine.rules.timeliness import timeliness
from engine.rules.words import DeadlineKind, DeadlineState, Light
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.loading import load_projects
from engine.store.tables import Deadline, Project
from engine.transition import hold, take_step


class ReopeningRefused(DubanError):
    """重新办理的完成时限不合理。"""


def request_completion(desk: Desk, project: Project, by: str) -> None:
    """申请办结: every target must have a figure. The unit's clocks wait for the office.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        StepRefused, ProjectChanged: figures are missing, or it is not underway.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    facts = load_projects(desk.session, [project.id], desk.day).projects[0]
    step = StepFacts(unmet_targets=_without_figure(facts))
    take_step(
        desk,
        project,
        ProjectEvent.REQUEST_COMPLETION,
        Role.UNIT,
        actor,
        step,
        requested_on=desk.day,
    )


def _without_figure(facts: ProjectFacts) -> tuple[str, ...]:
    return tuple(f"{t.metric}（{t.unit}）" for t in facts.targets if t.actual is None)


def send_back(desk: Desk, project: Project, by: str, reason: str) -> None:
    """退回重办: the result did not stand; the old dates bind again.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or completion was not asked for.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.SEND_BACK, Role.OFFICE, actor, facts, requested_on=None)
    for deadline in pending(desk, project.id, DeadlineKind):
        deadline.next_check_on = desk.day


def close(desk: Desk, project: Project, by: str, verified_by: str) -> None:
    """核验销号: the promise is kept. The day of the unit's request counts as the day of completion.

    Raises:
        NotAllowed, PersonUnknown: ``by`` or ``verified_by`` is not of the office.
        StepRefused, ProjectChanged: it was not verified, or completion was not asked for.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    checker = acting(desk.session, verified_by, Role.OFFICE) if verified_by.strip() else ""
    hold(desk, project)
    done_on = project.requested_on or desk.day
    end = _promise(desk, project)
    how = timeliness(done_on, end.original_due, end.due, desk.rulebook.calendar)
    take_step(
        desk,
        project,
        ProjectEvent.CLOSE,
        Role.OFFICE,
        actor,
        StepFacts(verified_by=checker, reason=how.label),
        closed_on=desk.day,
        timeliness=how,
    )
    meet(desk, [end], actor, done_on)
    cancel(desk, pending(desk, project.id, DeadlineKind))
    _turn_light(desk, project, Light.BLUE, "closed")


def terminate(desk: Desk, project: Project, by: str, basis: str) -> None:
    """终止: the body that adopted the promise has ended it; its dates no longer bind.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
        StepRefused, ProjectChanged: the decision is not given (陕西 2025 第十八条), or it is not
            underway or suspended.
    """
    actor = acting(desk.session, by, Role.LEADER)
    facts = StepFacts(basis=basis)
    take_step(desk, project, ProjectEvent.TERMINATE, Role.LEADER, actor, facts)
    cancel(desk, pending(desk, project.id, DeadlineKind))


def _promise(desk: Desk, project: Project) -> Deadline:
    """The promised date in its last version."""
    return desk.session.scalars(
        select(Deadline)
        .where(Deadline.project_id == project.id, Deadline.kind.in_(ENDS))
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one()


def _turn_light(desk: Desk, project: Project, colour: Light, reason: str) -> None:
    data = {"from": project.light.value, "to": colour.value, "reason": reason}
    project.light = colour
    append(
        desk.session,
        [Event(project_chain(project.id), EventKind.LIGHT_CHANGED, desk.at, ENGINE, data)],
    )


def reopen(desk: Desk, project: Project, by: str, reason: str, due: date) -> None:
    """重新办理: a later check failed; a new date is set, the first promise is kept.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not closed.
        ReopeningRefused: the new date is not after today.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    if due <= desk.day:
        raise ReopeningRefused(f"新的完成时限{written(due)}须晚于今天，请重新填写")
    facts = StepFacts(reason=reason)
    take_step(
        desk,
        project,
        ProjectEvent.REOPEN,
        Role.OFFICE,
        actor,
        facts,
        closed_on=None,
        requested_on=None,
        timeliness=None,
    )
    _turn_light(desk, project, Light.YELLOW, "reopened")
    end = _promise(desk, project)
    end.state, end.met_on = DeadlineState.PENDING, None
    move(desk, end, due, actor, reason)
