"""Deeds of supervision: inspections beside the plan, re-checks, reviews, circulars, assessments."""

from __future__ import annotations

from sqlalchemy import select

from config import acts
from config.scoring_loader import load_scoring
from engine.assessment import assessing, objecting
from engine.assessment.assessed import find_assessment
from engine.desk.transition import find_project
from engine.errors import DubanError
from engine.inspections import inspecting, rectifying
from engine.lists.programs import program_of
from engine.notices import drafting
from engine.reviews import reviewing
from engine.reviews.ruling import Ruling
from engine.rules.assessments import ObjectionState
from engine.rules.reviews import ReviewState
from engine.rules.words import NoticeKind, NoticeState
from engine.store.tables import Assessment, AssessmentObjection, Notice, ReviewRequest
from flows.rehearsal.scene import Scene


class NothingFound(DubanError):
    """方案所说的东西不存在。"""


def plan_inspection(scene: Scene, deed: acts.PlanInspection) -> None:
    """An inspection is put into the plan for today, and nothing more."""
    scope = tuple(scene.item(number) for number in deed.visited)
    wanted = inspecting.Plan(deed.kind, deed.title, scene.today, scene.today, scope)
    inspecting.plan(scene.desk, program_of(scene.session, scene.today), wanted, scene.officer(deed))


def recheck(scene: Scene, deed: acts.Recheck) -> None:
    """What was put right is looked at again; one that fails is done again."""
    rectification = find_project(scene.desk, deed.item)
    by = scene.officer(deed)
    rectifying.recheck(
        scene.desk, rectification, by, passed=deed.passed, text=deed.text, due=deed.due
    )
    if deed.done_on:
        found = scene.cast.rectified[deed.item]
        again = found.model_copy(update={"done_on": deed.done_on})
        scene.cast.rectified[deed.item] = again


def ask_review(scene: Scene, deed: acts.AskReview) -> None:
    """The unit contests what was found."""
    project = find_project(scene.desk, deed.item)
    reviewing.request(scene.desk, project, deed.by or scene.contact(project), deed.reason)


def decide_review(scene: Scene, deed: acts.DecideReview) -> None:
    """Somebody who took no part decides."""
    project = find_project(scene.desk, deed.item)
    query = select(ReviewRequest.id).where(
        ReviewRequest.project_id == project.id, ReviewRequest.state == ReviewState.REQUESTED
    )
    number = scene.session.scalar(query)
    if number is None:
        raise NothingFound(f"{deed.item} 没有正在办理的复核申请")
    ruling = Ruling(deed.outcome, deed.decision, deed.due)
    reviewing.decide(scene.desk, number, deed.by or scene.leader(project), ruling)


def amend_circular(scene: Scene, deed: acts.AmendCircular) -> None:
    """The office adds to the first circular that waits for its signature."""
    waiting = (Notice.kind == NoticeKind.CIRCULAR) & (Notice.state == NoticeState.DRAFT)
    number = scene.session.scalar(select(Notice.id).where(waiting).order_by(Notice.id))
    if number is None:
        raise NothingFound("没有待签发的督查通报")
    drafting.amend(scene.desk, number, drafting.Wording(remark=deed.text), scene.officer(deed))


def score(scene: Scene, deed: acts.Score) -> None:
    """The units are scored."""
    program = program_of(scene.session, scene.today, deed.year)
    assessing.make(scene.desk, program, load_scoring(deed.table), scene.officer(deed))


def publish_scores(scene: Scene, deed: acts.PublishScores) -> None:
    """Each unit learns of its own."""
    program = program_of(scene.session, scene.today, deed.year)
    assessing.publish(scene.desk, program, scene.officer(deed))


def object_to_score(scene: Scene, deed: acts.ObjectToScore) -> None:
    """A unit contests a line of its score."""
    assessment = _assessment(scene, deed.year, deed.unit)
    lines = assessing.lines_of(scene.session, assessment)
    places = [place for place, line in enumerate(lines, 1) if line.item == deed.line]
    if not places:
        raise NothingFound(f"{deed.unit}的得分中没有“{deed.line.label}”")
    by = deed.by or scene.contact_of(assessment.unit_id)
    objecting.file_objection(scene.desk, assessment, by, deed.reason, places[0])


def settle_objection(scene: Scene, deed: acts.SettleObjection) -> None:
    """Somebody who did not make the score decides."""
    assessment = _assessment(scene, deed.year, deed.unit)
    query = select(AssessmentObjection.id).where(
        AssessmentObjection.assessment_id == assessment.id,
        AssessmentObjection.state == ObjectionState.FILED,
    )
    number = scene.session.scalar(query.order_by(AssessmentObjection.id))
    if number is None:
        raise NothingFound(f"{deed.unit}没有待处理的异议")
    by = scene.officer(deed)
    objecting.settle(
        scene.desk, number, by, accept=deed.accept, reason=deed.reason, points=deed.points
    )


def _assessment(scene: Scene, year: int, unit: str) -> Assessment:
    found = find_assessment(scene.session, program_of(scene.session, scene.today, year), unit)
    if found is None:
        raise NothingFound(f"{unit}还没有考核得分")
    return found
