"""Small values for the tests of the rules: one calendar, and facts with sensible defaults."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from config.calendar_loader import load_calendar
from engine.rules.decide import Issue
from engine.rules.facts import (
    DeadlineFacts,
    LightFacts,
    MilestoneFacts,
    Moment,
    NoticeFacts,
    ProjectFacts,
    TargetFacts,
)
from engine.rules.lifecycle import ProjectState
from engine.rules.periods import moment_of, run_days
from engine.rules.policy import LightRule, Limits, Policy, Rule
from engine.rules.policy_conditions import Condition
from engine.rules.policy_parts import Digest, Hours, Span
from engine.rules.targets import TargetForm
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    ProjectKind,
    Stage,
)

CALENDAR = load_calendar(["national"])
EVERYONE = tuple(PostKind)
WORKING_HOURS = Hours(start=time(8, 30), end=time(17, 30))


def daily(day: date) -> Moment:
    return moment_of(Cadence.DAILY, day)


def monthly(day: date) -> Moment:
    return moment_of(Cadence.MONTHLY, day)


def working_days(first: date, last: date) -> list[date]:
    return list(run_days(Cadence.DAILY, first, last, CALENDAR))


def a_deadline(
    due: date, kind: DeadlineKind = DeadlineKind.COMPLETION, **given: Any
) -> DeadlineFacts:
    values: dict[str, Any] = {
        "id": 1,
        "kind": kind,
        "slot": "",
        "name": kind.label,
        "version": 1,
        "due": due,
        "original_due": due,
    }
    return DeadlineFacts(**(values | given))


def a_milestone(due: date, percent: str | None, done_on: date | None = None) -> MilestoneFacts:
    return MilestoneFacts("节点", due, Decimal(percent) if percent else None, done_on)


def a_target(
    planned: str, actual: str | None, form: TargetForm = TargetForm.AT_LEAST
) -> TargetFacts:
    return TargetFacts(
        metric="指标",
        unit="个",
        form=form,
        planned=Decimal(planned),
        actual=Decimal(actual) if actual else None,
        text="指标",
    )


def a_light(
    colour: Light = Light.GREEN, *months: Light, ever_red: bool | None = None
) -> LightFacts:
    """A light whose last monthly assessments, oldest first, gave ``months``."""
    red = Light.RED in (colour, *months) if ever_red is None else ever_red
    return LightFacts(colour, red, tuple((f"2023-{i:02d}", m) for i, m in enumerate(months, 1)))


def a_project(*deadlines: DeadlineFacts, **given: Any) -> ProjectFacts:
    """A project under way since the new year, with everyone in post and nothing reported."""
    values: dict[str, Any] = {
        "id": 7,
        "code": "2023-07",
        "kind": ProjectKind.PROJECT,
        "title": "新增普惠性幼儿园学位",
        "field": "教育",
        "unit": "市教育局",
        "leader": "某副市长",
        "state": ProjectState.UNDERWAY,
        "starts_on": date(2023, 1, 1),
        "exempt_until": None,
        "reported_percent": None,
        "reported_on": None,
        "targets": (),
        "milestones": (),
        "deadlines": deadlines,
        "notices": (),
        "light": a_light(),
        "reachable": EVERYONE,
    }
    return ProjectFacts(**(values | given))


def a_notice(issue: Issue, day: date, **given: Any) -> NoticeFacts:
    """The notice that an issue becomes on ``day``."""
    state = NoticeState.DRAFT if issue.kind.is_criticism else NoticeState.ISSUED
    values: dict[str, Any] = {
        "rule": issue.rule,
        "kind": issue.kind,
        "state": state,
        "deadline": issue.subject,
        "occurrence": issue.occurrence,
        "issued_on": day,
        "reply_by": issue.reply_by,
        "answered_on": None,
    }
    return NoticeFacts(**(values | given))


def a_rule(rule_id: str, notice: NoticeKind, when: Condition, **given: Any) -> Rule:
    """A daily rule for the contact; without ``deadlines`` it looks at the whole project."""
    stages = {NoticeKind.REMINDER: Stage.BEFORE}
    values: dict[str, Any] = {
        "id": rule_id,
        "name": rule_id,
        "stage": Stage.AFTER if notice.is_criticism else stages.get(notice, Stage.DURING),
        "cadence": Cadence.DAILY,
        "notice": notice,
        "when": when,
        "audience": (PostKind.CONTACT,),
        "source": "测试",
    }
    return Rule(**(values | given))


def a_light_rule(rule_id: str, light: Light, when: Condition) -> LightRule:
    return LightRule(id=rule_id, name=rule_id, light=light, when=when, source="测试")


def a_policy(*rules: Rule, lights: tuple[LightRule, ...] = (), answer_holds: int = 5) -> Policy:
    return Policy(
        id="test",
        title="测试办法",
        limits=Limits(
            sign_for=Span(days=1),
            first_report=Span(days=3),
            report_day=25,
            answer_holds=Span(days=answer_holds),
        ),
        hours=WORKING_HOURS,
        weekly=Digest(look_ahead=10),
        lights=lights,
        rules=rules,
    )


def dated_ladder(kind: DeadlineKind = DeadlineKind.COMPLETION) -> tuple[Rule, ...]:
    """Reminders, a chase, a yellow and a red warning, a proposal: a whole ladder by dates."""
    on: dict[str, Any] = {"deadlines": (kind,)}
    head, leader = PostKind.UNIT_HEAD, PostKind.LEADER
    return (
        a_rule("remind", NoticeKind.REMINDER, Condition(days_before=(7, 3, 1)), **on),
        a_rule("chase", NoticeKind.CHASE, Condition(days_past=1), reply_within=Span(days=3), **on),
        a_rule("yellow", NoticeKind.YELLOW_WARNING, Condition(days_past=6), audience=(head,), **on),
        a_rule("red", NoticeKind.RED_WARNING, Condition(days_past=15), audience=(leader,), **on),
        a_rule(
            "summons",
            NoticeKind.SUMMONS_PROPOSAL,
            Condition(days_past=20),
            audience=(leader,),
            **on,
        ),
    )
