"""The policy of an office: limits, lights and the ladder, each with the rule it rests on."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, Self

from pydantic import Field, model_validator

from engine.rules.limits import LimitUnit
from engine.rules.policy_conditions import Condition
from engine.rules.policy_parts import (
    Budget,
    Digest,
    Frequency,
    Hours,
    Links,
    Papers,
    Part,
    Publicity,
    Silencing,
    Span,
)
from engine.rules.words import (
    CHAIN,
    Cadence,
    ChannelKind,
    DeadlineKind,
    Light,
    NoticeKind,
    PostKind,
    ProjectKind,
    Stage,
    Word,
)

Ladder = tuple[Cadence, DeadlineKind | None, ProjectKind]
"""Whose ladder it is (no deadline: the project as a whole), and the sweep that climbs it."""


class LightRule(Part):
    """When a project is given a colour. The first that holds is taken; none means green."""

    id: str
    name: str
    light: Light
    when: Condition
    kinds: tuple[ProjectKind, ...] = tuple(ProjectKind)
    source: str

    @model_validator(mode="after")
    def _warns(self) -> Self:
        if self.light not in (Light.YELLOW, Light.RED):
            raise ValueError("只写黄灯和红灯的条件；都不成立就是绿灯，办结后是蓝灯")
        return self

    @model_validator(mode="after")
    def _looks_at_the_whole_project(self) -> Self:
        if self.when.needs_a_deadline:
            raise ValueError("灯色看整个事项：days_past 须与 overdue 同写，不能写 days_before")
        return self


class Rule(Part):
    """One step of the ladder.

    A rule looks at deadlines of the named kinds; without kinds it looks at the project as a whole;
    with ``program: true`` it gathers the projects it holds for into one paper, with
    ``unit: true`` those of each unit into a paper for that unit.
    """

    id: str
    name: str
    stage: Stage
    cadence: Cadence
    notice: NoticeKind
    when: Condition
    audience: tuple[PostKind, ...] = Field(min_length=1)
    deadlines: tuple[DeadlineKind, ...] = ()
    kinds: tuple[ProjectKind, ...] = tuple(ProjectKind)
    program: bool = False
    unit: bool = False
    reply_within: Span | None = None
    channels: tuple[ChannelKind, ...] = (ChannelKind.EMAIL,)
    ask: str = ""
    source: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.when.needs_a_deadline and not self.deadlines:
            raise ValueError("写了 days_before 或 days_past 就须写 deadlines（哪些时限）")
        if self.stage is Stage.AFTER and not self.notice.is_criticism:
            raise ValueError("事后通报阶段只能用约谈建议或督查通报")
        if self.program and self.notice is not NoticeKind.CIRCULAR:
            raise ValueError("program 只用于督查通报")
        if self.program and self.deadlines:
            raise ValueError("program 看整个事项，不能写 deadlines")
        if ChannelKind.EMAIL not in self.channels or ChannelKind.INBOX in self.channels:
            raise ValueError("channels 写 [email] 或 [email, group]；站内收件箱不分规则")
        if self.unit != (self.notice is NoticeKind.MONTHLY_PUSH):
            raise ValueError("一月一促须写 unit: true（每个单位一份），其他通知不能写")
        climbs = self.when.unanswered is NoticeKind.MONTHLY_PUSH
        if self.unit and (
            self.deadlines or self.cadence is not (Cadence.DAILY if climbs else Cadence.MONTHLY)
        ):
            raise ValueError(
                "unit 看整个事项，不能写 deadlines；cadence 应为 monthly，"
                "写了 unanswered: monthly_push 的应为 daily"
            )
        return self


class ReportCadence(Word):
    """How often units report."""

    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"


class InstructionLimits(Part):
    """How long an instruction may take that names no date (急件、非急件、难件)."""

    critical: Span = Span(days=1, unit=LimitUnit.CALENDAR_DAY)
    urgent: Span = Span(days=5, unit=LimitUnit.CALENDAR_DAY)
    normal: Span = Span(days=15, unit=LimitUnit.CALENDAR_DAY)
    difficult: Span = Span(days=30, unit=LimitUnit.CALENDAR_DAY)
    source: str = ""


class Limits(Part):
    """Time limits that are not in the list itself.

    Attributes:
        report_day: the day of the month by which a monthly report is due.
        report_weekday: the day of the week (1 is Monday) by which a weekly report is due.
        return_within: until when a unit may say that an item is not its duty.
        plan_within: until when the plan of implementation is due; None asks for none.
        review_request: until when a conclusion may be contested, from its receipt.
        review_decision: until when a review is decided.
        score_objection: until when a unit may object to its score.
        instruction: until when an instruction is carried out that names no date.
    """

    sign_for: Span
    first_report: Span
    report_every: ReportCadence = ReportCadence.MONTHLY
    report_day: int = Field(ge=1, le=28)
    report_weekday: int = Field(default=2, ge=1, le=5)
    report_source: str = ""
    answer_holds: Span
    return_within: Span = Span(days=5)
    plan_within: Span | None = None
    review_request: Span = Span(days=30, unit=LimitUnit.CALENDAR_DAY)
    review_decision: Span = Span(days=30, unit=LimitUnit.CALENDAR_DAY)
    score_objection: Span = Span(days=7, unit=LimitUnit.CALENDAR_DAY)
    instruction: InstructionLimits = InstructionLimits()


class Policy(Part):
    """All of it. ``version`` is the hash of the content; two equal contents are one version."""

    id: str
    title: str
    limits: Limits
    hours: Hours
    weekly: Digest
    inspections: Frequency = Frequency(per_unit_per_year=12, repeat_after=30)
    budget: Budget | None = None
    links: Links = Links()
    silences: Silencing = Silencing()
    papers: Papers = Papers()
    publicity: Publicity = Publicity()
    lights: tuple[LightRule, ...]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [light.id for light in self.lights] + [rule.id for rule in self.rules]
        doubles = sorted({i for i in ids if ids.count(i) > 1})
        if doubles:
            raise ValueError(f"规则编号重复：{'、'.join(doubles)}")
        return self

    @cached_property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the content."""
        return _hash(self.to_data())

    def to_data(self) -> dict[str, Any]:
        """The policy as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Policy:
        """The policy that ``to_data`` wrote, perhaps before some of its fields existed; its
        version remains that of what was written."""
        policy = cls.model_validate(data)
        policy.__dict__["version"] = _hash(data)
        return policy

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def rules_for(
        self, cadence: Cadence, deadline: DeadlineKind | None, kind: ProjectKind
    ) -> tuple[Rule, ...]:
        """The steps of one ladder, highest first."""
        return self.ladders[cadence, deadline, kind]

    @cached_property
    def ladders(self) -> dict[Ladder, tuple[Rule, ...]]:
        """Every ladder there can be."""
        highest_first = sorted(self.rules, key=lambda rule: -rule.notice.severity)
        return {
            (cadence, deadline, kind): tuple(
                rule
                for rule in highest_first
                if rule.cadence is cadence
                and not (rule.program or rule.unit)
                and kind in rule.kinds
                and (deadline in rule.deadlines if deadline else not rule.deadlines)
            )
            for cadence in Cadence
            for deadline in (None, *DeadlineKind)
            for kind in ProjectKind
        }

    @cached_property
    def overdue_delays(self) -> dict[DeadlineKind, tuple[int, ...]]:
        """After how many working days missing a deadline of a kind gives a light, or a step of
        a daily ladder that is not its own."""
        daily = [rule.when for rule in self.rules if rule.cadence is Cadence.DAILY]
        conditions = [*daily, *(light.when for light in self.lights)]
        return {
            kind: tuple({max(c.days_past or 0, 1) for c in conditions if kind in c.overdue})
            for kind in DeadlineKind
        }

    def program_rules(self, cadence: Cadence) -> list[Rule]:
        """The rules that gather projects into one paper."""
        return [rule for rule in self.rules if rule.program and rule.cadence is cadence]

    def unit_rules(self, cadence: Cadence) -> list[Rule]:
        """The rules that gather the projects of each unit into a paper for it."""
        return [rule for rule in self.rules if rule.unit and rule.cadence is cadence]


def _hash(data: dict[str, Any]) -> str:
    content = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def climb(audience: tuple[PostKind, ...], reachable: tuple[PostKind, ...]) -> list[PostKind]:
    """The posts a notice reaches: an empty post is skipped for the next one up the chain."""
    reached: list[PostKind] = []
    for post in audience:
        upward = CHAIN[CHAIN.index(post) :] if post in CHAIN else (post,)
        found = next((p for p in upward if p in reachable), None)
        if found and found not in reached:
            reached.append(found)
    return reached
