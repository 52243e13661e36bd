"""A rehearsal's scenario: a list, a policy, a span of days, and how everybody behaves.

What is not said goes by the plan: units sign, report, answer and complete on time. A scenario
says only who departs from that, and when.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from config.acts import Act, Part
from config.acts.parts import Month
from config.yaml_file import read_yaml
from engine.rules.words import DeadlineKind, InspectionKind, NoticeKind


class Habits(Part):
    """How a unit goes about its work; days are working days.

    Attributes:
        report_day: the day of the month on which it reports, or the working day before.
        answer_after: days until it answers a notice that asks for an answer; none for never.
        plan_after: days from the assignment until it hands in its plan of implementation.
    """

    sign_for_after: int = Field(default=1, ge=0)
    report_day: int = Field(default=24, ge=1, le=28)
    answer_after: int | None = Field(default=2, ge=0)
    plan_after: int = Field(default=5, ge=0)


class Work(Part):
    """How one item of the list departs from its plan.

    Attributes:
        number: its 序号 in the list.
        part: which of its measures, such as ``2`` or, of that one's, ``2-1``; empty for the item.
        habits: what differs from the unit's habits.
        behind: percentage points behind the plan, in the report of a month.
        silent: months in which nothing is reported.
        steps: days on which milestones were done, by position; otherwise on their date.
        completed_on: the day of the request for completion; otherwise the promised date.
        statement: what the unit writes in its reports.
        explanation: what it answers when its figures are doubted.
        reached: where its figures end, by metric with the unit; otherwise at the promise.
    """

    number: int
    part: str = ""
    habits: Habits | None = None
    behind: dict[Month, Decimal] = Field(default_factory=dict)
    silent: tuple[Month, ...] = ()
    steps: dict[int, date] = Field(default_factory=dict)
    completed_on: date | None = None
    statement: str = ""
    explanation: str = "经逐项核对，按核实数填报（示例）"
    reached: dict[str, Decimal] = Field(default_factory=dict)


class Found(Part):
    """A finding, to be put right by ``due``; it is put right on ``done_on``."""

    project: int
    text: str
    due: date
    done_on: date


class EvidenceFile(Part):
    """A file that a finding rests on, made up for the rehearsal."""

    project: int
    name: str = Field(pattern=r"\.pdf$")


class InspectionPlan(Part):
    """An inspection, concluded on a day.

    Attributes:
        planned_on: the day on which it was put into the plan; the same day when not given.
        opened_on: the day on which the group set out; the same day when not given.
        basis: the instruction for one beyond the limits.
    """

    on: date
    planned_on: date | None = None
    opened_on: date | None = None
    kind: InspectionKind
    title: str
    leader: str
    members: tuple[str, ...] = ()
    visited: tuple[int, ...] = Field(min_length=1)
    findings: tuple[Found, ...] = ()
    evidence: tuple[EvidenceFile, ...] = ()
    conclusion: str
    basis: str = ""


class ExtensionPlan(Part):
    """A request for a later date; the office reviews and the leader decides in working days."""

    on: date
    project: int
    kind: DeadlineKind
    slot: str = ""
    to: date
    reason: str
    progress: str
    review_after: int = 1
    decide_after: int = 3
    approve: bool = True
    decision: str


class Absence(Part):
    """Somebody is away; the deputy stands in."""

    person: str
    first: date
    last: date


class Desk(Part):
    """How drafts are checked and signed, in working days after they were drafted.

    Attributes:
        closed: kinds that are not made public (不予公开), and why; the others are 主动公开.
        dismiss: kinds that are not issued, and why.
    """

    check_after: int = Field(default=1, ge=0)
    closed: dict[NoticeKind, str] = Field(default_factory=dict)
    signer: str
    after: int = Field(ge=0)
    basis: str
    dismiss: dict[NoticeKind, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _checked_before_signed(self) -> Self:
        if self.check_after > self.after:
            raise ValueError("check_after（核稿）不能晚于 after（签发）")
        return self


class Scenario(Part):
    """A whole rehearsal.

    Attributes:
        results: the year-end figures; without them every promise is kept to the figure.
        policy: a shipped policy's name, or the name of a .yaml file beside the scenario.
        sources: the proposals that each item takes up, which the office writes into the list
            (来源建议) before it is registered.
        acts: what is done besides, in the order in which it is done.
        folder: where its files lie.
    """

    title: str
    ledger: str
    results: str = ""
    policy: str
    calendar: tuple[str, ...] = Field(min_length=1)
    first: date
    last: date
    registered_on: date
    assigned_on: date
    office: str
    verify_after: int = Field(ge=0)
    habits: Habits = Habits()
    desk: Desk
    work: tuple[Work, ...] = ()
    extensions: tuple[ExtensionPlan, ...] = ()
    inspections: tuple[InspectionPlan, ...] = ()
    absences: tuple[Absence, ...] = ()
    sources: dict[int, tuple[int, ...]] = Field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    folder: Path = Path()

    @property
    def policy_source(self) -> str:
        """The policy by its shipped name, or where its file lies."""
        return str(self.folder / self.policy) if self.policy.endswith(".yaml") else self.policy

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        named = ("first", "registered_on", "assigned_on", "last")
        for before, after in pairwise(named):
            if getattr(self, before) > getattr(self, after):
                dates = "、".join(f"{name}（{getattr(self, name)}）" for name in named)
                raise ValueError(f"日期须按 {dates} 的先后，{after} 早于 {before}，请改正")
        days = [self.first, *(act.on for act in self.acts)]
        for number, act in enumerate(self.acts, 1):
            said = f"acts 第{number}条（{act.on}，{act.do}）"
            if not self.first <= act.on <= self.last:
                outside = f"{said}不在预演的日期内"
                raise ValueError(f"{outside}：acts 的日期须在 first 和 last 之间，请改正日期或删去")
            if act.on < days[number - 1]:
                raise ValueError(f"{said}早于它前面的一条：acts 须按日期的先后写，请移到前面")
        return self

    def work_on(self, number: int | None, part: str = "") -> Work:
        """How an item or a measure is worked on; by the plan when nothing is said."""
        said = (work for work in self.work if (work.number, work.part) == (number, part))
        return next(said, Work(number=number or 0, part=part))


class Result(Part):
    """A year-end figure of one target, in the target's unit."""

    project: int
    metric: str
    unit: str
    value: Decimal
    published: bool
    quote: str = ""
    where: str = ""
    note: str = ""


class Results(Part):
    """All year-end figures."""

    results: tuple[Result, ...]


def load_scenario(path: Path) -> Scenario:
    """A scenario file.

    Raises:
        ConfigError: in Chinese, with the place, the fault and the cure of every fault.
    """
    file = read_yaml(path, "预演方案")
    data = file.data | {"folder": str(path.parent)}
    return file.parse(Scenario, data, Scenario.model_fields)


def load_results(scenario: Scenario) -> dict[int, list[Result]]:
    """The year-end figures a scenario works towards, by item number.

    Raises:
        ConfigError: as for ``load_scenario``.
    """
    if not scenario.results:
        return {}
    file = read_yaml(scenario.folder / scenario.results, "年末结果")
    data = {"results": file.data.get("results", [])}
    by_item: dict[int, list[Result]] = defaultdict(list)
    for result in file.parse(Results, data, Results.model_fields).results:
        by_item[result.project].append(result)
    return by_item
