"""What the supervision office and the leaders of a rehearsal do in a day."""

from __future__ import annotations

from sqlalchemy import select

from config.scenario import ExtensionPlan, InspectionPlan
from engine.completing import close
from engine.extending import decide, review
from engine.inspecting import Finding, inspect
from engine.rules.lifecycle import ProjectState
from engine.rules.words import NoticeState
from engine.signing import dismiss, sign
from engine.store.statements import rows, table_of
from engine.store.tables import Extension, ExtensionState, Notice, Person, Program
from flows.rehearsal.scene import Scene

_NOTICE = table_of(Notice).c
_DRAFTS = (
    select(_NOTICE.id, _NOTICE.kind, _NOTICE.as_of)
    .where(_NOTICE.state == NoticeState.DRAFT)
    .order_by(_NOTICE.id)
)


def act(scene: Scene) -> None:
    """One working day of office and leaders, after the units'."""
    _go_on_leave(scene)
    for plan in scene.scenario.inspections:
        if scene.falls_today(plan.on):
            _inspect(scene, plan)
    for asked in scene.scenario.extensions:
        _decide_on_time(scene, asked)
    for project in scene.in_state(ProjectState.COMPLETION_REQUESTED):
        asked_on = project.requested_on or scene.today
        if scene.falls_today(asked_on, scene.scenario.verify_after):
            close(scene.desk, project, scene.scenario.office, scene.scenario.office)
    _sign(scene)


def _go_on_leave(scene: Scene) -> None:
    for absence in scene.scenario.absences:
        if scene.falls_today(absence.first):
            who = select(Person).where(Person.name == absence.person)
            person = scene.session.scalars(who).one()
            person.away_from, person.away_until = absence.first, absence.last


def _inspect(scene: Scene, plan: InspectionPlan) -> None:
    opened = inspect(
        scene.desk,
        scene.session.scalars(select(Program)).one(),
        plan.kind,
        plan.title,
        plan.leader,
        [scene.item(number) for number in plan.visited],
        [Finding(scene.item(f.project), f.text, f.due) for f in plan.findings],
        plan.conclusion,
        scene.scenario.office,
    )
    for rectification, found in zip(opened, plan.findings, strict=True):
        scene.cast.rectified[rectification.code] = found


def _decide_on_time(scene: Scene, plan: ExtensionPlan) -> None:
    if scene.falls_today(plan.on, plan.review_after):
        review(scene.desk, _asked(scene, plan), scene.scenario.office, "情况属实，建议批准")
    if scene.falls_today(plan.on, plan.decide_after):
        leader = scene.leader(scene.item(plan.project))
        number = _asked(scene, plan)
        decide(scene.desk, number, leader, approve=plan.approve, decision=plan.decision)


def _asked(scene: Scene, plan: ExtensionPlan) -> int:
    open_states = (ExtensionState.REQUESTED, ExtensionState.REVIEWED)
    query = select(Extension.id).where(
        Extension.new_due == plan.to,
        Extension.reason == plan.reason,
        Extension.state.in_(open_states),
    )
    return scene.session.scalars(query).one()


def _sign(scene: Scene) -> None:
    """Sign the drafts whose time has come, or dismiss those that the scenario says."""
    plan = scene.scenario.desk
    for notice in rows(scene.session, _DRAFTS).all():
        if not scene.falls_today(notice.as_of, plan.after):
            continue
        if notice.kind in plan.dismiss:
            dismiss(scene.desk, notice.id, plan.signer, plan.dismiss[notice.kind])
        else:
            sign(scene.desk, notice.id, plan.signer, plan.basis)
