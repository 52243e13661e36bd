"""实施方案: what a unit means to do, in five parts, as its own clock asks for it.

陕西 2025 第十七条: 实施方案须写明责任部门、目标任务、完成时限、资金安排、保障措施.
"""

from __future__ import annotations

from sqlalchemy import select

from engine.dates.deadlines import meet, pending
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.rules.conditions import written
from engine.rules.implementation import PlanParts, missing_parts
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import ImplementationPlan, Project

OPEN_TO_PLANS = (ProjectState.UNDERWAY, ProjectState.COMPLETION_REQUESTED)


class PlanRefused(DubanError):
    """实施方案不完整或不能报送。"""


def submit(
    desk: Desk, project: Project, plan: PlanParts, by: str, corrects: int | None = None
) -> ImplementationPlan:
    """Hand in the plan of implementation; its clock stops. A correction is a new version.

    Args:
        corrects: the version that is corrected, None for the first. So nobody writes over what
            a colleague has just handed in.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        ProjectChanged: somebody has taken a step since it was read.
        PlanRefused: parts are missing, it is not signed for, or another version stands; all
            that is wrong is named and nothing is kept.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    last = latest_plan(desk, project)
    faults = []
    if project.state not in OPEN_TO_PLANS:
        faults.append(f"事项处于“{project.state.label}”，签收后方可报送")
    missing = missing_parts(plan)
    if missing:
        faults.append(f"请写明{'、'.join(missing)}")
    if (last.version if last else None) != corrects:
        faults.append(_standing(project, last))
    if faults:
        raise PlanRefused("实施方案未保存：" + "；".join(faults))
    row = ImplementationPlan(
        project_id=project.id,
        version=last.version + 1 if last else 1,
        submitted_at=desk.at,
        submitted_by=actor,
        **plan.texts,
    )
    desk.session.add(row)
    desk.session.flush()
    data = {"version": row.version, **plan.texts}
    event = Event(project_chain(project.id), EventKind.PLAN_SUBMITTED, desk.at, actor, data)
    append(desk.session, [event])
    meet(desk, pending(desk, project.id, (DeadlineKind.PLAN,)), actor)
    return row


def _standing(project: Project, last: ImplementationPlan | None) -> str:
    if last is None:
        return f"{project.code} 还没有报送过实施方案，首次报送请不要写 --corrects"
    return (
        f"{last.submitted_by}已于{written(local_day(last.submitted_at))}报送第{last.version}版，"
        f"请看过后再更正（写 --corrects {last.version}）"
    )


def latest_plan(desk: Desk, project: Project) -> ImplementationPlan | None:
    """The version that stands; None when nothing was handed in."""
    return desk.session.scalars(
        select(ImplementationPlan)
        .where(ImplementationPlan.project_id == project.id)
        .order_by(ImplementationPlan.version.desc())
        .limit(1)
    ).one_or_none()


def plan_versions(desk: Desk, project: Project) -> list[ImplementationPlan]:
    """All versions, oldest first."""
    return list(
        desk.session.scalars(
            select(ImplementationPlan)
            .where(ImplementationPlan.project_id == project.id)
            .order_by(ImplementationPlan.version)
        )
    )
