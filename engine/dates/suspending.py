"""暂停、恢复、免督: clocks that stop, and go on with exactly the working days they had left."""

from __future__ import annotations

from datetime import date

from engine.dates.clocks import clocks_of, record
from engine.dates.deadlines import move, pending
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold, take_step
from engine.errors import DubanError
from engine.rules import clocks
from engine.rules.conditions import written
from engine.rules.lifecycle import OPEN_STATES, ProjectEvent
from engine.rules.steps import Role, StepFacts
from engine.rules.words import UNIT_CLOCKS, DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Project


class ExemptionRefused(DubanError):
    """免督缺少理由、日期已过，或事项不在督办之中。"""


def suspend(desk: Desk, project: Project, by: str, reason: str) -> None:
    """暂停: the unit's clocks stop today.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not underway.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.SUSPEND, Role.OFFICE, actor, facts, suspended_on=desk.day)
    record(desk.session, [(project.id, None, "", clocks.pause(desk.day))], reason)


def resume(desk: Desk, project: Project, by: str, reason: str) -> None:
    """恢复: each open date is counted again from what happened to its clock, and what was left of
    it at the pause is left now; those that move become new versions. A promise that moved is
    written down as a decided date, so that no later calendar moves it again.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        StepRefused, ProjectChanged: no reason, or it is not suspended.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    stopped = project.suspended_on or desk.day
    facts = StepFacts(reason=reason)
    take_step(desk, project, ProjectEvent.RESUME, Role.OFFICE, actor, facts, suspended_on=None)
    record(desk.session, [(project.id, None, "", clocks.resume(desk.day))], reason)
    calendar = desk.rulebook.calendar
    why = f"暂停{calendar.working_days_between(stopped, desk.day)}个工作日后恢复：{reason}"
    found = clocks_of(desk.session, [project.id])
    for deadline in pending(desk, project.id, UNIT_CLOCKS):
        deadline.next_check_on = desk.day
        clock = clocks.read(found[project.id, deadline.kind, deadline.slot], calendar)
        if clock.due != deadline.due:
            move(desk, deadline, clock.due, actor, why, decided=not clock.follows_calendar)


def exempt(desk: Desk, project: Project, until: date, by: str, reason: str) -> None:
    """免督: for an approved reason the ladder is not climbed until a day (无正当理由 rules).

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
        ExemptionRefused: no reason, a day gone by, or a project that is not supervised.
        ProjectChanged: somebody has taken a step since it was read.
    """
    actor = acting(desk.session, by, Role.LEADER)
    hold(desk, project)
    _check_exemption(desk, project, until, reason)
    project.exempt_until, project.exempt_reason = until, reason
    for deadline in pending(desk, project.id, DeadlineKind):
        deadline.next_check_on = desk.day
    data = {"until": until.isoformat(), "reason": reason}
    append(
        desk.session,
        [Event(project_chain(project.id), EventKind.EXEMPTED, desk.at, actor, data)],
    )


def _check_exemption(desk: Desk, project: Project, until: date, reason: str) -> None:
    faults = []
    if project.state not in OPEN_STATES:
        faults.append(f"事项处于“{project.state.label}”，不在督办之中")
    if until < desk.day:
        faults.append(f"免督日期{written(until)}已过，请填写今天或以后的日期")
    if not reason.strip():
        faults.append("请写明理由")
    if faults:
        raise ExemptionRefused("不能免督：" + "；".join(faults))
