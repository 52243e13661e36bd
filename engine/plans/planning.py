"""倒排工期: steps with durations become the milestones of an item, counted back from its date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.assigning.assignment import ENDS
from engine.dates.deadlines import move, pending
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.ledger.values import LedgerMilestone
from engine.lists.listed import listed_steps, step_to_data
from engine.lists.milestones import add_milestone, drop_milestone, milestones_of
from engine.rules.backward import Plan, plan
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Milestone, Project

PLANNABLE = (ProjectState.REGISTERED, ProjectState.ASSIGNED, ProjectState.UNDERWAY)
WHOLE = Decimal(100)


class PlanRefused(DubanError):
    """倒排工期不符合规定。"""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the work: working days it takes, and the share of the whole (percent) that is
    done when it ends, where the plan gives one."""

    name: str
    days: int
    percent: Decimal | None = None


def draft_plan(desk: Desk, project: Project, steps: Sequence[Step], start: date | None) -> Plan:
    """What a plan would be; nothing is written.

    Args:
        start: the first day on which work can begin; today, or later when the work begins later.

    Raises:
        PlanRefused: the item has no date that binds, or a share is not one that rises.
        PlanImpossible, CalendarRangeError: see ``rules.backward.plan``.
    """
    ends = pending(desk, project.id, ENDS)
    if not ends:
        raise PlanRefused(f"{project.code} {project.state.label}，没有可以倒排的完成时限")
    done = [row for row in milestones_of(desk, project) if row.done_on]
    faults = [*_faults_of_shares(steps, done), *_faults_of_names(steps, done)]
    if faults:
        raise PlanRefused("倒排工期有误：" + "；".join(faults))
    begin = start or max(desk.day, project.starts_on)
    pairs = [(step.name.strip(), step.days) for step in steps]
    return plan(pairs, ends[0].due, desk.rulebook.calendar, begin)


def set_plan(
    desk: Desk,
    project: Project,
    steps: Sequence[Step],
    by: str,
    start: date | None = None,
    accept: str = "",
) -> Plan:
    """Let a plan take the place of the milestones that are not done yet.

    A milestone of the same name is moved (a new version, the first date kept); others that were
    open are cancelled, and new ones added. The lead unit makes the first plan; once there are
    milestones, the office changes them, for a unit asks for a later date (延期).

    Args:
        accept: why the plan holds although working days are missing (steps overlap, 压茬推进).

    Raises:
        NotAllowed, PersonUnknown: ``by`` is neither of the office nor of a lead unit.
        ProjectChanged: somebody has taken a step on the item since it was read.
        PlanRefused: working days are missing and no reason is given; a step would have to be done
            already; the unit may not change the milestones there are; or as ``draft_plan``.
        PlanImpossible, CalendarRangeError: see ``rules.backward.plan``.
    """
    actor, role = _actor(desk, project, by)
    hold(desk, project)
    if project.state not in PLANNABLE:
        raise PlanRefused(f"{project.code} 处于“{project.state.label}”，不能调整倒排工期")
    rows = [row for row in milestones_of(desk, project) if row.done_on is None]
    if role is Role.UNIT and rows:
        raise PlanRefused(
            f"{project.code} 已有节点，调整须由督查室办理；不能按期完成的，请申请延期"
        )
    made = draft_plan(desk, project, steps, start)
    _check_time(desk, project, made, accept)
    listed = listed_steps(desk.session, project.id)
    wanted = _milestones(made, steps)
    _replace(desk, project, rows, wanted, actor)
    data = {
        "steps": [step_to_data(step) for step in wanted],
        "days": {step.name: step.days for step in made.steps},
        "slack": made.slack,
        "accepted": accept.strip(),
        "listed": [step_to_data(step) for step in listed],
    }
    event = Event(project_chain(project.id), EventKind.PLAN_SET, desk.at, actor, data)
    append(desk.session, [event])
    return made


def _actor(desk: Desk, project: Project, by: str) -> tuple[str, Role]:
    try:
        return acting(desk.session, by, Role.OFFICE), Role.OFFICE
    except NotAllowed:
        return acting(desk.session, by, Role.UNIT, project), Role.UNIT


def _check_time(desk: Desk, project: Project, made: Plan, accept: str) -> None:
    late = [step for step in made.steps if step.end < desk.day]
    if late:
        named = "、".join(f"“{step.name}”（{written(step.end)}）" for step in late)
        raise PlanRefused(f"{project.code} {made.verdict}：按倒排{named}应当已经完成，请压缩工期")
    if not made.is_feasible and not accept.strip():
        raise PlanRefused(
            f"{project.code} {made.verdict}。请压缩工期；各步可以交叉进行的，请写明理由（--accept）"
        )


def _faults_of_shares(steps: Sequence[Step], done: Sequence[Milestone]) -> Iterator[str]:
    reached = max((row.planned_percent for row in done if row.planned_percent), default=None)
    for step in steps:
        if step.percent is None:
            continue
        if not 0 <= step.percent <= WHOLE:
            yield f"“{step.name}”的累计进度应在0到100之间：{step.percent}"
        elif reached is not None and step.percent <= reached:
            yield f"“{step.name}”的累计进度{step.percent}%没有高于之前的{reached}%"
        reached = step.percent


def _faults_of_names(steps: Sequence[Step], done: Sequence[Milestone]) -> Iterator[str]:
    names = {row.name for row in done}
    yield from (f"“{step.name}”已经完成，不必再排" for step in steps if step.name.strip() in names)


def _milestones(made: Plan, steps: Sequence[Step]) -> list[LedgerMilestone]:
    return [
        LedgerMilestone(planned.name, planned.end, step.percent)
        for planned, step in zip(made.steps, steps, strict=True)
    ]


def _replace(
    desk: Desk,
    project: Project,
    rows: Sequence[Milestone],
    wanted: Sequence[LedgerMilestone],
    actor: str,
) -> None:
    known = {row.name: row for row in rows}
    for row in rows:
        if row.name not in {step.name for step in wanted}:
            drop_milestone(desk, row)
    for step in wanted:
        if step.name not in known:
            add_milestone(desk, project, step, actor)
            continue
        row = known[step.name]
        row.planned_percent = step.planned_percent
        slot = str(row.position)
        for deadline in pending(desk, project.id, (DeadlineKind.MILESTONE,), slot):
            if deadline.due != step.due:
                move(desk, deadline, step.due, actor, "倒排工期")
