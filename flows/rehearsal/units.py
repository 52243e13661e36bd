"""What the units of a rehearsal do in a day: sign for, ask for time, report, answer, complete."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import bindparam, select

from config.scenario import Work
from engine.answering import answer
from engine.assignment import sign_for
from engine.completing import request_completion
from engine.extending import request
from engine.reporting import Statement, report
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import planned_by
from engine.rules.words import NoticeKind, NoticeState, ProjectKind
from engine.store.statements import rows, table_of
from engine.store.tables import Notice, Project
from flows.rehearsal.scene import WHOLE, Scene

LATEST_ANSWER = timedelta(days=30)
ANSWERS = {
    NoticeKind.CHASE: "收到。已查明原因并安排专人赶办，将于近期补上（示例）。",
    NoticeKind.YELLOW_WARNING: "收到。主要负责人已召开专题会，增派力量，按周报送进展（示例）。",
    NoticeKind.RED_WARNING: "收到。已报分管领导，倒排工期、逐日调度，争取下月赶上（示例）。",
}


def act(scene: Scene) -> None:
    """One working day of all units."""
    _sign_for(scene)
    _ask_for_time(scene)
    for project in scene.in_state(ProjectState.UNDERWAY):
        if project.kind is ProjectKind.PROJECT:
            _report(scene, project)
    _answer(scene)
    for project in scene.in_state(ProjectState.UNDERWAY):
        if scene.today >= _completed_on(scene, project):
            _complete(scene, project)


def _sign_for(scene: Scene) -> None:
    for project in scene.in_state(ProjectState.ASSIGNED):
        is_item = project.kind is ProjectKind.PROJECT
        given = scene.scenario.assigned_on if is_item else project.starts_on
        after = scene.habits(project).sign_for_after
        if scene.today >= scene.cast.calendar.add_working_days(given, after):
            sign_for(scene.desk, project, scene.contact(project))


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
    """On the unit's day of the month, on a day on which a step is done, and once at first."""
    work = scene.scenario.work_on(project.number)
    steps = _steps_done_by_now(scene, project, work)
    period = f"{scene.today:%Y-%m}"
    nominal = scene.today.replace(day=scene.habits(project).report_day)
    is_day = scene.today == scene.cast.calendar.last_working_day_on_or_before(nominal)
    is_first = scene.falls_today(scene.scenario.assigned_on, 2)
    if steps or is_first or (is_day and period not in work.silent):
        share = _share(scene, project, work, period)
        text = work.statement or "按计划推进（示例）"
        statement = Statement(period, _figures(scene, project, share), share, text, steps)
        report(scene.desk, project, statement, scene.contact(project))


def _steps_done_by_now(scene: Scene, project: Project, work: Work) -> list[str]:
    last = scene.cast.calendar.last_working_day_on_or_before
    return [
        step.name
        for position, step in enumerate(scene.plans[project.id], 1)
        if step.done_on is None and scene.today >= work.steps.get(position, last(step.due))
    ]


def _share(scene: Scene, project: Project, work: Work, period: str) -> Decimal:
    """The plan's share by today, less what the scenario says the item is behind."""
    due, plan = scene.due[project.id], scene.plans[project.id]
    planned = planned_by(project.starts_on, due, plan, scene.today)
    return max(planned - work.behind.get(period, Decimal(0)), Decimal(0))


def _figures(scene: Scene, project: Project, share: Decimal) -> dict[str, Decimal]:
    """Figures that grow with the work and end at the published result."""
    return {
        f"{r.metric}（{r.unit}）": (r.value * share / WHOLE).quantize(r.value)
        for r in scene.cast.results[project.number or 0]
    }


def _answer(scene: Scene) -> None:
    for notice in rows(scene.session, _WAITING, since=scene.today - LATEST_ANSWER).all():
        project = scene.session.get_one(Project, notice.project_id)
        after = scene.habits(project).answer_after
        if after is not None and scene.falls_today(notice.as_of, after):
            answer(scene.desk, notice.id, ANSWERS[notice.kind], scene.contact(project))


_NOTICE = table_of(Notice).c
_WAITING = (
    select(_NOTICE.id, _NOTICE.kind, _NOTICE.as_of, _NOTICE.project_id)
    .where(
        _NOTICE.state == NoticeState.ISSUED,
        _NOTICE.kind.in_(ANSWERS),
        _NOTICE.answered_at.is_(None),
        _NOTICE.project_id.is_not(None),
        _NOTICE.as_of >= bindparam("since"),
    )
    .order_by(_NOTICE.id)
)


def _completed_on(scene: Scene, project: Project) -> date:
    if project.kind is ProjectKind.RECTIFICATION:
        return scene.cast.rectified[project.code].done_on
    promised = scene.cast.calendar.last_working_day_on_or_before(scene.due[project.id])
    return scene.scenario.work_on(project.number).completed_on or promised


def _complete(scene: Scene, project: Project) -> None:
    who = scene.contact(project)
    if project.kind is ProjectKind.PROJECT:
        work = scene.scenario.work_on(project.number)
        said = set(_steps_done_by_now(scene, project, work))
        steps = [s.name for s in scene.plans[project.id] if not s.done_on and s.name not in said]
        figures = _figures(scene, project, WHOLE)
        text = "全部完成，申请办结（示例）"
        statement = Statement(f"{scene.today:%Y-%m}", figures, WHOLE, text, steps)
        report(scene.desk, project, statement, who)
    request_completion(scene.desk, project, who)
