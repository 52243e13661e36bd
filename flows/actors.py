"""The people of a rehearsal: on each working day they do what the scenario says of them,
through the same verbs that the command line and the console use."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.scenario import ExtensionPlan, Found, Habits, InspectionPlan, Result, Scenario, Work
from engine.answering import answer
from engine.assignment import ENDS, sign_for
from engine.completing import close, request_completion
from engine.extending import decide, request, review
from engine.inspecting import Finding, inspect
from engine.issuing import Desk
from engine.reporting import Statement, report
from engine.rules.calendar import Calendar
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import planned_percent
from engine.rules.words import (
    DeadlineState,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
)
from engine.signing import dismiss, sign
from engine.store.loading import load_projects
from engine.store.tables import (
    Deadline,
    Extension,
    ExtensionState,
    Milestone,
    Notice,
    Person,
    Post,
    Program,
    Project,
)

WHOLE = Decimal(100)
LATEST_ANSWER = timedelta(days=30)
ANSWERS = {
    NoticeKind.CHASE: "收到。已查明原因并安排专人赶办，将于近期补上（示例）。",
    NoticeKind.YELLOW_WARNING: "收到。主要负责人已召开专题会，增派力量，按周报送进展（示例）。",
    NoticeKind.RED_WARNING: "收到。已报分管领导，倒排工期、逐日调度，争取下月赶上（示例）。",
}


class Actors:
    """Everybody but the engine."""

    def __init__(self, scenario: Scenario, results: tuple[Result, ...], calendar: Calendar) -> None:
        self.scenario = scenario
        self.calendar = calendar
        self.results: dict[int, list[Result]] = defaultdict(list)
        for result in results:
            self.results[result.project].append(result)
        self.rectified: dict[str, Found] = {}

    def act(self, desk: Desk) -> None:
        """One working day of everybody."""
        day = _Day(self, desk, {}, defaultdict(list))
        day.leave_and_return()
        day.sign_for()
        day.inspect()
        day.extend()
        day.look()
        day.report()
        day.answer()
        day.complete()
        day.verify()
        day.sign()


@dataclass(frozen=True, slots=True)
class _Day:
    """What happens on one day, in one transaction.

    Attributes:
        due: the promised date by project.
        open_steps: position, name and date of the milestones not done yet, by project.
    """

    actors: Actors
    desk: Desk
    due: dict[int, date]
    open_steps: dict[int, list[tuple[int, str, date]]]

    @property
    def session(self) -> Session:
        return self.desk.session

    @property
    def scenario(self) -> Scenario:
        return self.actors.scenario

    @property
    def today(self) -> date:
        return self.desk.day

    def leave_and_return(self) -> None:
        for absence in self.scenario.absences:
            if self._is(absence.first):
                person = self.session.scalars(
                    select(Person).where(Person.name == absence.person)
                ).one()
                person.away_from, person.away_until = absence.first, absence.last

    def sign_for(self) -> None:
        for project in self._in_state(ProjectState.ASSIGNED):
            after = self._habits(project).sign_for_after
            given = self._given_on(project)
            if self.today >= self.actors.calendar.add_working_days(given, after):
                sign_for(self.desk, project, self._contact(project))

    def inspect(self) -> None:
        for plan in self.scenario.inspections:
            if self._is(plan.on):
                self._carry_out(plan)

    def _carry_out(self, plan: InspectionPlan) -> None:
        findings = [Finding(self._item(f.project), f.text, f.due) for f in plan.findings]
        opened = inspect(
            self.desk,
            self.session.scalars(select(Program)).one(),
            plan.kind,
            plan.title,
            plan.leader,
            [self._item(number) for number in plan.visited],
            findings,
            plan.conclusion,
            self.scenario.office,
        )
        for child, found in zip(opened, plan.findings, strict=True):
            self.actors.rectified[child.code] = found

    def extend(self) -> None:
        for plan in self.scenario.extensions:
            if self._is(plan.on):
                project = self._item(plan.project)
                request(
                    self.desk,
                    project,
                    plan.kind,
                    plan.slot,
                    plan.to,
                    plan.reason,
                    plan.progress,
                    self._contact(project),
                )
            if self._is(plan.on, plan.review_after):
                review(self.desk, self._asked(plan), self.scenario.office, "情况属实，建议批准")
            if self._is(plan.on, plan.decide_after):
                leader = self._leader(self._item(plan.project))
                decide(
                    self.desk,
                    self._asked(plan),
                    leader,
                    approve=plan.approve,
                    decision=plan.decision,
                )

    def look(self) -> None:
        """See what is still to be done today: the open milestones and the promised dates."""
        ends = select(Deadline.project_id, Deadline.due).where(
            Deadline.kind.in_(ENDS), Deadline.state == DeadlineState.PENDING
        )
        self.due.update((project_id, due) for project_id, due in self.session.execute(ends))
        steps = select(
            Milestone.project_id, Milestone.position, Milestone.name, Milestone.due
        ).where(Milestone.done_on.is_(None))
        for project_id, position, name, due in self.session.execute(steps):
            self.open_steps[project_id].append((position, name, due))

    def report(self) -> None:
        for project in self._in_state(ProjectState.UNDERWAY):
            if project.kind is not ProjectKind.PROJECT:
                continue
            work = self.scenario.work_on(project.number)
            steps = self._steps_done_today(project, work)
            period = f"{self.today:%Y-%m}"
            routine = self._is_report_day(self._habits(project)) and period not in work.silent
            if steps or routine or self._is_first_report(project):
                self._submit(project, work, period, steps)

    def _submit(self, project: Project, work: Work, period: str, steps: list[str]) -> None:
        percent = self._share(project, work, period)
        statement = Statement(
            period,
            self._values(project, percent),
            percent,
            work.statement or "按计划推进（示例）",
            steps,
        )
        report(self.desk, project, statement, self._contact(project))
        left = [step for step in self.open_steps[project.id] if step[1] not in steps]
        self.open_steps[project.id] = left

    def answer(self) -> None:
        waiting = select(Notice).where(
            Notice.state == NoticeState.ISSUED,
            Notice.kind.in_(ANSWERS),
            Notice.answered_at.is_(None),
            Notice.project_id.is_not(None),
            Notice.as_of >= self.today - LATEST_ANSWER,
        )
        for notice in self.session.scalars(waiting.order_by(Notice.id)).all():
            project = self.session.get_one(Project, notice.project_id)
            after = self._habits(project).answer_after
            if after is not None and self._is(notice.as_of, after):
                answer(self.desk, notice.id, ANSWERS[notice.kind], self._contact(project))

    def complete(self) -> None:
        for project in self._in_state(ProjectState.UNDERWAY):
            if self.today >= self._completed_on(project):
                if project.kind is ProjectKind.PROJECT:
                    self._final_report(project)
                request_completion(self.desk, project, self._contact(project))

    def _final_report(self, project: Project) -> None:
        steps = [name for _, name, _ in self.open_steps[project.id]]
        values = self._values(project, WHOLE)
        text = "全部完成，申请办结（示例）"
        statement = Statement(f"{self.today:%Y-%m}", values, WHOLE, text, steps)
        report(self.desk, project, statement, self._contact(project))

    def verify(self) -> None:
        for project in self._in_state(ProjectState.COMPLETION_REQUESTED):
            if self._is(project.requested_on or self.today, self.scenario.verify_after):
                close(self.desk, project, self.scenario.office, self.scenario.office)

    def sign(self) -> None:
        plan = self.scenario.desk
        drafts = select(Notice).where(Notice.state == NoticeState.DRAFT).order_by(Notice.id)
        for notice in self.session.scalars(drafts).all():
            if not self._is(notice.as_of, plan.after):
                continue
            if notice.kind in plan.dismiss:
                dismiss(self.desk, notice.id, plan.signer, plan.dismiss[notice.kind])
            else:
                sign(self.desk, notice.id, plan.signer, plan.basis)

    def _is(self, day: date, after: int = 0) -> bool:
        """Whether today is the working day on or after ``day``, ``after`` working days later."""
        start = self.actors.calendar.first_working_day_on_or_after(day)
        return self.today == self.actors.calendar.add_working_days(start, after)

    def _is_report_day(self, habits: Habits) -> bool:
        nominal = self.today.replace(day=habits.report_day)
        return self.today == self.actors.calendar.last_working_day_on_or_before(nominal)

    def _is_first_report(self, project: Project) -> bool:
        return self._is(self.scenario.assigned_on, 2) and project.kind is ProjectKind.PROJECT

    def _in_state(self, state: ProjectState) -> list[Project]:
        query = select(Project).where(Project.state == state).order_by(Project.id)
        return list(self.session.scalars(query))

    def _item(self, number: int) -> Project:
        query = select(Project).where(Project.number == number, Project.kind == ProjectKind.PROJECT)
        return self.session.scalars(query).one()

    def _habits(self, project: Project) -> Habits:
        """The habits of an item's work; a rectification follows its project's."""
        number = project.number
        if project.parent_id is not None:
            number = self.session.get_one(Project, project.parent_id).number
        return self.scenario.work_on(number).habits or self.scenario.habits

    def _given_on(self, project: Project) -> date:
        if project.kind is ProjectKind.PROJECT:
            return self.scenario.assigned_on
        return project.starts_on

    def _contact(self, project: Project) -> str:
        query = (
            select(Person.name)
            .join(Post, Post.holder_id == Person.id)
            .where(Post.unit_id == project.lead_unit_id, Post.kind == PostKind.CONTACT)
            .order_by(Post.id)
        )
        return self.session.scalars(query).first() or ""

    def _leader(self, project: Project) -> str:
        query = (
            select(Person.name)
            .join(Post, Post.holder_id == Person.id)
            .where(Post.id == project.leader_post_id)
        )
        return self.session.scalars(query).one()

    def _asked(self, plan: ExtensionPlan) -> int:
        query = select(Extension.id).where(
            Extension.new_due == plan.to,
            Extension.reason == plan.reason,
            Extension.state.in_((ExtensionState.REQUESTED, ExtensionState.REVIEWED)),
        )
        return self.session.scalars(query).one()

    def _steps_done_today(self, project: Project, work: Work) -> list[str]:
        last = self.actors.calendar.last_working_day_on_or_before
        return [
            name
            for position, name, due in self.open_steps[project.id]
            if self.today >= work.steps.get(position, last(due))
        ]

    def _share(self, project: Project, work: Work, period: str) -> Decimal:
        facts = load_projects(self.session, [project.id], self.today).projects[0]
        planned = planned_percent(facts, self.today)
        return max(planned - work.behind.get(period, Decimal(0)), Decimal(0))

    def _values(self, project: Project, percent: Decimal) -> dict[str, Decimal]:
        """Figures that grow with the work and end at the published result."""
        return {
            f"{r.metric}（{r.unit}）": (r.value * percent / WHOLE).quantize(r.value)
            for r in self.actors.results[project.number or 0]
        }

    def _completed_on(self, project: Project) -> date:
        if project.kind is ProjectKind.RECTIFICATION:
            return self.actors.rectified[project.code].done_on
        work = self.scenario.work_on(project.number)
        if work.completed_on:
            return work.completed_on
        return self.actors.calendar.last_working_day_on_or_before(self.due[project.id])
