"""What the units of a rehearsal do in a day: sign for, ask for time, report, answer, complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, select

from config.scenario import Work
from engine.assigning.assignment import sign_for
from engine.dates.extending import request
from engine.notices.answering import answer
from engine.plans.implementing import submit
from engine.reports.reporting import Statement, report
from engine.results.completing import request_completion
from engine.results.ending import open_parts
from engine.rules.completion import Claim
from engine.rules.congress import ReportBack
from engine.rules.implementation import PlanParts
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import ReportCadence
from engine.rules.progress import planned_by
from engine.rules.reporting_dates import period_on
from engine.rules.targets import full_name
from engine.rules.words import (
    NoticeKind,
    NoticeState,
    ProjectKind,
)
from engine.store.statements import Found as Row
from engine.store.statements import rows, table_of
from engine.store.tables import Notice, Project, Target
from engine.tasks.congress import report_back
from flows.rehearsal.scene import WHOLE, Scene

LATEST_ANSWER = timedelta(days=30)
STEPS_DONE = "节点按计划办到，进度见各项措施（示例）"
DONE = "已完成，申请核验（示例）"
RESULTS = {
    ProjectKind.PROJECT: "各项目标全部完成，已自查，申请办结（示例）",
    ProjectKind.MEASURE: "措施已全部落实，已自查，申请办结（示例）",
    ProjectKind.RECTIFICATION: "已整改到位，申请核查（示例）",
}
PLAN = PlanParts(
    departments="责任单位牵头，配合单位按职责分工（示例）",
    tasks="按清单承诺的目标任务分解到季度（示例）",
    schedule="按节点安排推进，按完成时限办结（示例）",
    funds="列入年度部门预算（示例）",
    safeguards="单位主要负责人牵头，每月调度（示例）",
)
PROOF = "验收资料和台账备查（示例）"
PUSHED = "收到。正在逐项办理，进展和预计办结日期随填报报送（示例）。"
REPORT, REPORTED = "示例〔报告〕1号", "审议意见办理情况已逐项整理，书面报告（示例）"
UNFINISHED = "正在按计划办理，将另行报告（示例）"
ANSWERS = {
    NoticeKind.CHASE: "收到。已查明原因并安排专人赶办，将于近期补上（示例）。",
    NoticeKind.YELLOW_WARNING: "收到。主要负责人已召开专题会，增派力量，按周报送进展（示例）。",
    NoticeKind.RED_WARNING: "收到。已报分管领导，倒排工期、逐日调度，争取下月赶上（示例）。",
}


def act(scene: Scene) -> None:
    """One working day of all units."""
    _sign_for(scene)
    _hand_in_plans(scene)
    _ask_for_time(scene)
    for project in scene.in_state(ProjectState.UNDERWAY):
        if scene.reports(project):
            _report(scene, project)
        elif project.id in scene.whole:
            _tell_steps(scene, project)
    _answer(scene)
    for project in scene.in_state(ProjectState.UNDERWAY):
        if scene.today >= _completed_on(scene, project) and not _waits_for_parts(scene, project):
            _complete(scene, project)


def _sign_for(scene: Scene) -> None:
    for project in scene.in_state(ProjectState.ASSIGNED):
        given = project.assigned_on or project.starts_on
        after = scene.habits(project).sign_for_after
        if scene.today >= scene.cast.calendar.add_working_days(given, after):
            sign_for(scene.desk, project, scene.contact(project))


def _hand_in_plans(scene: Scene) -> None:
    """The plans of implementation that are asked for, some days after the assignment."""
    for project in scene.in_state(ProjectState.UNDERWAY):
        given = project.assigned_on or scene.scenario.assigned_on
        day = scene.cast.calendar.add_working_days(given, scene.habits(project).plan_after)
        if project.id in scene.asked and scene.today >= day:
            submit(scene.desk, project, PLAN, scene.contact(project))


def _ask_for_time(scene: Scene) -> None:
    for plan in scene.scenario.extensions:
        if scene.falls_today(plan.on):
            project = scene.item(plan.project)
            request(
                scene.desk,
                project,
                plan.kind,
                plan.slot,
                plan.to,
                plan.reason,
                plan.progress,
                scene.contact(project),
            )


def _report(scene: Scene, project: Project) -> None:
    """On the unit's day, on a day on which a step is done, and once at first."""
    work = scene.work(project)
    steps = _steps_done_by_now(scene, project, work)
    month = f"{scene.today:%Y-%m}"
    is_first = scene.falls_today(project.assigned_on or scene.scenario.assigned_on, 2)
    if steps or is_first or (_is_reporting_day(scene, project) and month not in work.silent):
        share = _share(scene, project, work, month)
        text = work.statement or "按计划推进（示例）"
        figures = _figures(scene, project, share)
        statement = Statement(_period(scene), figures, share, text, steps)
        report(scene.desk, project, statement, scene.contact(project), work.explanation)


def _tell_steps(scene: Scene, project: Project) -> None:
    """An item with measures has their figures, and tells of its own steps alone."""
    work = scene.work(project)
    steps = _steps_done_by_now(scene, project, work)
    if steps:
        statement = Statement(_period(scene), {}, None, STEPS_DONE, steps)
        report(scene.desk, project, statement, scene.contact(project), work.explanation)


def _is_reporting_day(scene: Scene, project: Project) -> bool:
    """The unit's day of the month, or the policy's day of the week, or the working day before."""
    limits = scene.desk.rulebook.policy.limits
    nominal = scene.today.replace(day=scene.habits(project).report_day)
    if limits.report_every is ReportCadence.WEEKLY:
        monday = scene.today - timedelta(days=scene.today.weekday())
        nominal = monday + timedelta(days=limits.report_weekday - 1)
    return scene.today == scene.cast.calendar.last_working_day_on_or_before(nominal)


def _period(scene: Scene) -> str:
    return period_on(scene.desk.rulebook.policy.limits.report_every, scene.today)


def _steps_done_by_now(scene: Scene, project: Project, work: Work) -> list[str]:
    last = scene.cast.calendar.last_working_day_on_or_before
    return [
        step.name
        for position, step in enumerate(scene.plans[project.id], 1)
        if step.done_on is None and scene.today >= work.steps.get(position, last(step.due))
    ]


def _share(scene: Scene, project: Project, work: Work, month: str) -> Decimal:
    """The plan's share by today, less what the scenario says the item is behind."""
    due, plan = scene.due[project.id], scene.plans[project.id]
    planned = planned_by(project.starts_on, due, plan, scene.today)
    return max(planned - work.behind.get(month, Decimal(0)), Decimal(0))


def _figures(scene: Scene, project: Project, share: Decimal) -> dict[str, Decimal]:
    """Figures that grow with the work and end at the published result, or at the promise."""
    is_item = project.kind is ProjectKind.PROJECT
    known = scene.cast.results.get(project.number or 0) if is_item else None
    found = known or rows(scene.session, _PROMISES, project=project.id).all()
    ends = {full_name(end.metric, end.unit): end.value for end in found}
    ends |= scene.work(project).reached
    return {metric: (end * share / WHOLE).quantize(end) for metric, end in ends.items()}


def _waits_for_parts(scene: Scene, project: Project) -> bool:
    """An item is completed once its measures are."""
    return project.id in scene.whole and bool(open_parts(scene.desk, project))


def _answer(scene: Scene) -> None:
    waiting = scene.notices(_WAITING, since=scene.today - LATEST_ANSWER)
    for notice in waiting:
        if notice.kind in ANSWERS and notice.project_id and notice.state is NoticeState.ISSUED:
            project = scene.session.get_one(Project, notice.project_id)
            after = scene.habits(project).answer_after
            if after is not None and scene.falls_today(notice.as_of, after):
                answer(scene.desk, notice.id, ANSWERS[notice.kind], scene.contact(project))
    habits = scene.scenario.habits
    _answer_for_units(scene, waiting, NoticeKind.MONTHLY_PUSH, habits.answer_after, PUSHED)
    _answer_for_units(scene, waiting, NoticeKind.CONCLUSION, habits.sign_for_after, "")


def _answer_for_units(
    scene: Scene, waiting: Sequence[Row], kind: NoticeKind, after: int | None, text: str
) -> None:
    """What units are asked as a whole, they answer as they usually do."""
    for notice in waiting:
        if notice.kind is kind and after is not None and scene.falls_today(notice.as_of, after):
            answer(scene.desk, notice.id, text, scene.contact_of(notice.unit_id))


_NOTICE = table_of(Notice).c
_WAITING = select(
    _NOTICE.id,
    _NOTICE.key,
    _NOTICE.kind,
    _NOTICE.state,
    _NOTICE.as_of,
    _NOTICE.project_id,
    _NOTICE.unit_id,
).where(
    _NOTICE.kind.in_((*ANSWERS, NoticeKind.MONTHLY_PUSH, NoticeKind.CONCLUSION)),
    _NOTICE.answered_at.is_(None),
    _NOTICE.as_of >= bindparam("since"),
)


def _completed_on(scene: Scene, project: Project) -> date:
    if project.kind is ProjectKind.RECTIFICATION:
        return scene.cast.rectified[project.code].done_on
    promised = scene.cast.calendar.last_working_day_on_or_before(scene.due[project.id])
    return scene.work(project).completed_on or promised


def _complete(scene: Scene, project: Project) -> None:
    who = scene.contact(project)
    if project.kind is ProjectKind.OPINION:
        unfinished = dict.fromkeys(open_parts(scene.desk, project), UNFINISHED)
        report_back(scene.desk, project, ReportBack(REPORT, REPORTED, unfinished), who)
        return
    if project.kind.is_reported:
        work = scene.work(project)
        said = set(_steps_done_by_now(scene, project, work))
        steps = [s.name for s in scene.plans[project.id] if not s.done_on and s.name not in said]
        figures = _figures(scene, project, WHOLE)
        text = "全部完成，申请办结（示例）"
        statement = Statement(_period(scene), figures, WHOLE, text, steps)
        report(scene.desk, project, statement, who, work.explanation)
    request_completion(scene.desk, project, _claim(scene, project), who)


def _claim(scene: Scene, project: Project) -> Claim:
    """What is said when nothing else is scripted: the result, and a word on every target."""
    metrics = rows(scene.session, _METRICS, project=project.id)
    proofs = {full_name(row.metric, row.unit): PROOF for row in metrics}
    return Claim(RESULTS.get(project.kind, DONE), proofs)


_TARGET = table_of(Target).c
_METRICS = (
    select(_TARGET.metric, _TARGET.unit)
    .where(_TARGET.project_id == bindparam("project"))
    .order_by(_TARGET.position)
)
_PROMISES = _METRICS.add_columns(_TARGET.planned.label("value"))
