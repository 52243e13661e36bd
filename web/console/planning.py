"""倒排工期: steps with durations, counted back from the promised date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.errors import DubanError
from engine.plans import planning
from engine.plans.planning import Step
from engine.rules.backward import Plan
from engine.rules.conditions import written
from engine.rules.figures import typed_figure
from web.access import OFFICE, UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Figure, Given, Line, MaybeText
from web.console.item_facts import ITEM, after, item_facts
from web.console.visit import Visit

STEPS = 30


class PlanShown(DubanError):
    """只看不存：这是排出的日期。"""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"{plan.verdict}。以上为预览，没有写入")
        self.plan = plan


class PlanUnreadable(DubanError):
    """工序写得不对。"""


class StepRow(Given):
    """One step of the work."""

    name: Line = Field(title="工序")
    days: int = Field(title="工作日", ge=1, le=2000)
    percent: Figure | None = Field(None, title="完成时累计进度（%）", ge=0, le=100)


class PlanGiven(Given):
    """The steps from the first to the last."""

    steps: list[StepRow] = Field(title="工序", min_length=1, max_length=STEPS)
    start: date | None = Field(None, title="最早开工日", description="不填为今天")
    accept: MaybeText = Field(
        "", title="工期不够仍采用的理由", description="如各步交叉进行（压茬推进）"
    )
    preview: bool = Field(False, title="只看排出的日期，不写入")


class PlanAsked(Given):
    """A plan as an address holds it."""

    step: list[str] = Field(
        default_factory=list, title="工序", description="名称=工作日=累计进度", max_length=STEPS
    )
    start: date | None = Field(None, title="最早开工日")


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One step as it was placed."""

    name: str
    days: int
    start: date
    end: date
    spans: list[str]


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """A plan that is only looked at."""

    verdict: str
    begin: date
    due: date
    slack: int
    provisional: bool
    steps: list[DraftStep]


def draft(visit: Visit, asked: PlanAsked, code: str) -> DraftPlan:
    """What a plan would be; nothing is written."""
    steps = [_step(text) for text in asked.step]
    return _drawn(planning.draft_plan(visit.desk, visit.project(code), steps, asked.start))


def _step(text: str) -> Step:
    name, _, rest = text.partition("=")
    days, _, percent = rest.partition("=")
    try:
        return Step(name.strip(), int(days[:6]), typed_figure(percent) if percent else None)
    except ValueError:
        raise PlanUnreadable(
            f"“{text}”应写成 名称=工作日 或 名称=工作日=累计进度，例如 招标=20=15"
        ) from None


def _drawn(plan: Plan) -> DraftPlan:
    return DraftPlan(
        plan.verdict,
        plan.begin,
        plan.due,
        plan.slack,
        plan.provisional,
        [DraftStep(s.name, s.days, s.start, s.end, list(s.spans)) for s in plan.steps],
    )


def set_plan(visit: Visit, given: PlanGiven, code: str) -> Done:
    """Let a plan take the place of the milestones that are not done yet."""
    project = visit.project(code)
    steps = [Step(row.name, row.days, row.percent) for row in given.steps]
    if given.preview:
        raise PlanShown(planning.draft_plan(visit.desk, project, steps, given.start))
    made = planning.set_plan(visit.desk, project, steps, visit.by, given.start, given.accept)
    dates = "，".join(f"{step.name}{written(step.end)}" for step in made.steps)
    return Done(
        f"{code} 的节点已按倒排工期调整：{dates}",
        after(visit, code),
        {"slack": made.slack, "ends": [step.end.isoformat() for step in made.steps]},
    )


def _offer(visit: Visit, code: str) -> Offer:
    return Offer(facts=item_facts(visit, visit.project(code)))


PAGES = (
    Page(
        "plan-draft",
        f"{ITEM}/plan/draft",
        "倒排工期预览",
        OFFICE | UNITS,
        draft,
        "plan_draft.html",
        PlanAsked,
    ),
)
ACTS = (
    Act(
        "plan",
        f"{ITEM}/plan",
        "倒排工期",
        OFFICE | UNITS,
        set_plan,
        PlanGiven,
        about=(
            "从完成时限往回排，避开周末和节假日，代替尚未完成的节点，原日期保留（倒排工期，新疆2024）。"
            "单位只排第一次；已有节点的，由督查室调整，不能按期的申请延期。"
        ),
        offer=_offer,
        back=ITEM,
        button="按此调整节点",
        template="plan.html",
    ),
)
