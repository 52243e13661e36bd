"""What the supervision office and the leaders of a rehearsal do in a day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from config.scenario import ExtensionPlan, InspectionPlan
from engine.dates.extending import decide, review
from engine.inspections.concluding import Attached, Found, conclude
from engine.inspections.inspecting import Group, Plan, find_inspection, open_, plan
from engine.lists.programs import program_of
from engine.notices.answering import find_notice
from engine.notices.checking import Check, check
from engine.notices.signing import dismiss, sign
from engine.results.completing import close
from engine.rules.completion import Verification, VerificationMethod
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.evidence import File
from engine.rules.lifecycle import ProjectState
from engine.rules.words import NoticeState
from engine.staff.leaves import add as add_leave
from engine.store.statements import Found as Row
from engine.store.statements import table_of
from engine.store.tables import Draft, Extension, ExtensionState, Inspection, Notice
from flows.rehearsal.scene import Scene
from notifications.preview import paper_length

EXAMPLE_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""A page that says nothing, in place of a record that only a real inspection makes."""
SEEN = "经现场核验，与申报一致（示例）"

_NOTICE = table_of(Notice).c
_DRAFTS = (
    select(_NOTICE.id, _NOTICE.key, _NOTICE.kind, _NOTICE.as_of, table_of(Draft).c.state)
    .join(table_of(Draft), table_of(Draft).c.notice_id == _NOTICE.id)
    .where(_NOTICE.state == NoticeState.DRAFT)
)


def act(scene: Scene) -> None:
    """One working day of office and leaders, after the units'."""
    _go_on_leave(scene)
    for visit in scene.scenario.inspections:
        _inspect(scene, visit)
    for asked in scene.scenario.extensions:
        _decide_on_time(scene, asked)
    for project in scene.in_state(ProjectState.COMPLETION_REQUESTED):
        asked_on = project.requested_on or scene.today
        if scene.falls_today(asked_on, scene.scenario.verify_after):
            seen = Verification(scene.scenario.office, VerificationMethod.ON_SITE, SEEN)
            close(scene.desk, project, seen, scene.scenario.office)
    drafts = scene.notices(_DRAFTS)
    _check(scene, drafts)
    _sign(scene, drafts)


def _go_on_leave(scene: Scene) -> None:
    for absence in scene.scenario.absences:
        if scene.falls_today(absence.first) and scene.today <= absence.last:
            office = scene.scenario.office
            add_leave(scene.desk, absence.person, absence.first, absence.last, office)


def _inspect(scene: Scene, said: InspectionPlan) -> None:
    """Put into the plan, begun and concluded, each on its day."""
    desk, by = scene.desk, scene.scenario.office
    if scene.falls_today(said.planned_on or said.on):
        scope = tuple(scene.item(number) for number in said.visited)
        first, last = (
            scene.cast.calendar.first_working_day_on_or_after(day)
            for day in (
                said.opened_on or said.on,
                said.on,
            )
        )
        wanted = Plan(said.kind, said.title, first, last, scope, basis=said.basis)
        planned = plan(desk, program_of(scene.session, scene.today), wanted, by)
        scene.cast.inspections[said.title] = planned.id
    if scene.falls_today(said.opened_on or said.on):
        open_(desk, _inspection(scene, said), Group(said.leader, said.members), by)
    if scene.falls_today(said.on):
        _conclude(scene, said)


def _inspection(scene: Scene, said: InspectionPlan) -> Inspection:
    return find_inspection(scene.session, scene.cast.inspections[said.title])


def _conclude(scene: Scene, said: InspectionPlan) -> None:
    found = [Found(scene.item(f.project), f.text, f.due) for f in said.findings]
    evidence = [
        Attached(scene.item(file.project), File(file.name, EXAMPLE_PDF)) for file in said.evidence
    ]
    opened = conclude(
        scene.desk,
        _inspection(scene, said),
        found,
        said.conclusion,
        scene.scenario.office,
        evidence,
    )
    for rectification, finding in zip(opened, said.findings, strict=True):
        scene.cast.rectified[rectification.code] = finding


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


def _check(scene: Scene, drafts: Sequence[Row]) -> None:
    """Check the drafts whose time has come, and again those that were changed since."""
    plan = scene.scenario.desk
    for row in drafts:
        is_due = scene.today >= scene.cast.day_after(row.as_of, plan.check_after)
        if row.state is DraftState.WRITTEN and is_due:
            length = paper_length(scene.session, find_notice(scene.session, row.id))
            closed = plan.closed.get(row.kind, "")
            public = PublicAttribute.CLOSED if closed else PublicAttribute.PUBLIC
            check(scene.desk, row.id, Check(public, length, closed), scene.scenario.office)


def _sign(scene: Scene, drafts: Sequence[Row]) -> None:
    """Sign the drafts whose time has come, or dismiss those that the scenario says."""
    plan = scene.scenario.desk
    for notice in drafts:
        if not scene.falls_today(notice.as_of, plan.after):
            continue
        if notice.kind in plan.dismiss:
            dismiss(scene.desk, notice.id, plan.signer, plan.dismiss[notice.kind])
        else:
            sign(scene.desk, notice.id, plan.signer, plan.basis)
