"""暂停、恢复、免督: clocks that stop, and go on with exactly the working days they had left."""

from __future__ import annotations

from datetime import date

from engine.deadlines import move, pending
from engine.issuing import Desk
from engine.people import acting
from engine.rules.lifecycle import ProjectEvent, Role, StepFacts
from engine.rules.words import DeadlineKind
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.tables import Project
from engine.transition import take_step


def suspend(desk: Desk, project: Project, by: str, reason: str) -> None:
    """暂停: the unit's clocks stop today.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not underway.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.SUSPEND, Role.OFFICE, actor, facts, suspended_on=desk.day)


def resume(desk: Desk, project: Project, by: str, reason: str) -> None:
    """恢复: each open date moves by the working days of the pause, as a new version.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not suspended.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    stopped = project.suspended_on or desk.day
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.RESUME, Role.OFFICE, actor, facts, suspended_on=None)
    calendar = desk.rulebook.calendar
    days = calendar.working_days_between(stopped, desk.day)
    for deadline in pending(desk, project.id, DeadlineKind):
        if deadline.due >= stopped and days:
            due = calendar.add_working_days(deadline.due, days)
            move(desk, deadline, due, actor, f"暂停{days}个工作日后恢复：{reason}")


def exempt(desk: Desk, project: Project, until: date, by: str, reason: str) -> None:
    """免督: for an approved reason the ladder is not climbed until a day (无正当理由 rules).

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
    """
    actor = acting(desk.session, by, Role.LEADER)
    project.exempt_until, project.exempt_reason = until, reason
    data = {"until": until.isoformat(), "reason": reason}
    append(
        desk.session,
        [Event(project_chain(project.id), EventKind.EXEMPTED, desk.at, actor, data)],
    )
