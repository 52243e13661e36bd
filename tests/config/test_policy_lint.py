"""Well-formed rules that cannot do what their author meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from config.policy_cover import covers
from config.policy_lint import lint_dates, lint_policy
from config.policy_loader import load_policy
from engine.rules.policy import LightRule, Policy, Rule
from engine.rules.policy_conditions import Condition
from engine.rules.policy_parts import Span
from engine.rules.words import Cadence, DeadlineKind, Light, NoticeKind, PostKind, Stage

DEFAULT = load_policy("default")
ON_COMPLETION: dict[str, Any] = {"deadlines": (DeadlineKind.COMPLETION,)}


def a_rule(rule_id: str, notice: NoticeKind, when: dict[str, Any], **given: Any) -> Rule:
    values: dict[str, Any] = {
        "id": rule_id,
        "name": rule_id,
        "stage": Stage.AFTER if notice.is_criticism else Stage.DURING,
        "cadence": Cadence.DAILY,
        "notice": notice,
        "when": Condition.model_validate(when),
        "audience": (PostKind.CONTACT,),
        "source": "本地设定",
    }
    return Rule(**(values | given))


def a_light(rule_id: str, light: Light, **when: Any) -> LightRule:
    condition = Condition.model_validate(when)
    return LightRule(id=rule_id, name=rule_id, light=light, when=condition, source="本地设定")


def found(*rules: Rule, lights: tuple[LightRule, ...] = ()) -> list[str]:
    return lint_policy(Policy.model_validate({**dict(DEFAULT), "rules": rules, "lights": lights}))


CHASE = a_rule(
    "chase", NoticeKind.CHASE, {"days_past": 1}, reply_within=Span(days=3), **ON_COMPLETION
)


def test_a_step_that_always_gives_way_to_a_higher_one_is_found() -> None:
    red = a_rule("red", NoticeKind.RED_WARNING, {"days_past": 1}, **ON_COMPLETION)
    chase = CHASE.model_copy(update={"reply_within": None})
    assert found(chase, red) == ["chase：永远轮不到，它成立时 red 总是先成立"]


def test_a_step_that_gives_way_for_some_kinds_only_is_left_alone() -> None:
    early = a_rule(
        "remind-problem",
        NoticeKind.REMINDER,
        {"days_before": (9,)},
        stage=Stage.BEFORE,
        kinds=("problem",),
        **ON_COMPLETION,
    )
    general = a_rule(
        "remind", NoticeKind.REMINDER, {"days_before": (3,)}, stage=Stage.BEFORE, **ON_COMPLETION
    )
    assert found(early, general) == []


def test_a_light_behind_a_milder_one_is_found() -> None:
    lights = (
        a_light("yellow", Light.YELLOW, behind_points=10),
        a_light("red", Light.RED, behind_points_over=30),
    )
    assert found(lights=lights) == ["red：永远轮不到，它成立时前面的 yellow 总是先成立"]
    assert found(lights=lights[::-1]) == []


def test_a_step_that_climbs_before_the_answer_is_due_is_found() -> None:
    kind = NoticeKind.YELLOW_WARNING
    on_the_day = a_rule("yellow", kind, {"days_past": 4}, **ON_COMPLETION)
    day_after = a_rule("yellow", kind, {"days_past": 5}, **ON_COMPLETION)
    assert found(CHASE, on_the_day) == [
        "chase：答复期到逾期第4个工作日为止，而 yellow 在第4个工作日就升级，来不及答复"
    ]
    assert found(CHASE, day_after) == []


def test_the_answer_to_a_step_that_itself_waited_for_an_answer_counts_from_there() -> None:
    yellow = a_rule(
        "yellow",
        NoticeKind.YELLOW_WARNING,
        {"unanswered": NoticeKind.CHASE},
        reply_within=Span(days=5),
        **ON_COMPLETION,
    )
    red = a_rule("red", NoticeKind.RED_WARNING, {"days_past": 10}, **ON_COMPLETION)
    assert found(CHASE, yellow, red) == [
        "yellow：答复期到逾期第10个工作日为止，而 red 在第10个工作日就升级，来不及答复"
    ]


def test_waiting_for_the_answer_to_nothing_is_found() -> None:
    yellow = a_rule(
        "yellow", NoticeKind.YELLOW_WARNING, {"unanswered": NoticeKind.CHASE}, **ON_COMPLETION
    )
    silent = CHASE.model_copy(update={"reply_within": None})
    assert found(silent, yellow) == ["yellow：同一时限没有要求答复的催办，“未答复”永远不会成立"]


def test_two_steps_of_one_kind_in_the_wrong_order_are_found() -> None:
    late = a_rule("late", NoticeKind.YELLOW_WARNING, {"days_past": 6}, **ON_COMPLETION)
    silent = a_rule(
        "silent", NoticeKind.YELLOW_WARNING, {"unanswered": NoticeKind.CHASE}, **ON_COMPLETION
    )
    assert found(CHASE, late, silent) == ["silent：请移到 late 前面，否则黄色警示会发两次"]
    assert found(CHASE, silent, late) == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            a_rule("x", NoticeKind.REMINDER, {"behind_points": 5}, stage=Stage.BEFORE),
            "提示没有写 deadlines",
        ),
        (
            a_rule("x", NoticeKind.CHASE, {"days_past": 1}, stage=Stage.BEFORE, **ON_COMPLETION),
            "事前提示须写 days_before",
        ),
        (
            a_rule("x", NoticeKind.CHASE, {"days_before": (1,)}, **ON_COMPLETION),
            "stage 应为 before",
        ),
        (
            a_rule("x", NoticeKind.CIRCULAR, {"behind_points": 5}, cadence=Cadence.MONTHLY),
            "督查通报须写 program: true",
        ),
        (
            a_rule("x", NoticeKind.CIRCULAR, {"behind_points": 5}, program=True),
            "督查通报只在 monthly、quarterly 检查",
        ),
        (
            a_rule("x", NoticeKind.CHASE, {"behind_points": 5}, cadence=Cadence.QUARTERLY),
            "单个事项只在 daily、monthly 检查",
        ),
        (
            a_rule("x", NoticeKind.CHASE, {"days_past": 1}, cadence="monthly", **ON_COMPLETION),
            "cadence 应为 daily",
        ),
        (
            a_rule("x", NoticeKind.CHASE, {"days_past": 1}, source=" ", **ON_COMPLETION),
            "没有写出处（source）",
        ),
    ],
)
def test_a_rule_that_is_odd_by_itself_is_found(rule: Rule, words: str) -> None:
    assert any(line.startswith("x：") and words in line for line in found(rule))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ({"days_before": (3, 1)}, {"days_before": (2,)}, True),
        ({"days_before": (3, 1)}, {"days_before": (5, 1)}, False),
        ({"behind_points": 10}, {"behind_points_over": 10}, True),
        ({"behind_points_over": 10}, {"behind_points": 10}, False),
        ({"behind_points_over": 10}, {"behind_points": 11}, True),
        ({"behind_points": 10}, {"behind_points": 10, "lights": ("red",)}, True),
        ({"behind_points": 10, "lights": ("red",)}, {"behind_points": 10}, False),
        ({"below_ratio": "0.8"}, {"below_ratio": "0.6"}, True),
        ({"below_ratio": "0.6"}, {"below_ratio": "0.8"}, False),
        (
            {"streak": {"light": "yellow", "months": 2}},
            {"streak": {"light": "red", "months": 3}},
            True,
        ),
        (
            {"streak": {"light": "red", "months": 2}},
            {"streak": {"light": "yellow", "months": 3}},
            False,
        ),
        (
            {"count": {"notice": "chase", "at_least": 2}},
            {"count": {"notice": "chase", "at_least": 3}},
            True,
        ),
        (
            {"count": {"notice": "chase", "at_least": 2}},
            {"count": {"notice": "reminder", "at_least": 3}},
            False,
        ),
        ({"gate": {"month": 6, "day": 30}}, {"gate": {"month": 11, "day": 1}}, True),
        ({"gate": {"month": 11, "day": 30}}, {"gate": {"month": 6, "day": 30}}, False),
        (
            {"overdue": ("completion", "milestone"), "days_past": 1},
            {"overdue": ("completion",), "days_past": 5},
            True,
        ),
        ({"overdue": ("completion",), "days_past": 1}, {"days_past": 5}, False),
        ({"unanswered": "chase"}, {"unanswered": "yellow_warning"}, False),
    ],
)
def test_a_condition_covers_another_when_it_holds_in_every_such_case(
    wide: dict[str, Any], narrow: dict[str, Any], expected: bool
) -> None:
    assert covers(Condition.model_validate(wide), Condition.model_validate(narrow)) is expected


def test_a_standing_authorisation_that_has_expired_is_told() -> None:
    standing = {
        "document": "市政发〔2023〕5号",
        "signer": "市长",
        "notices": ["circular"],
        "until": "2023-12-31",
        "public": "public",
    }
    policy = Policy.model_validate({**dict(DEFAULT), "papers": {"standing": standing}})
    assert lint_dates(policy, date(2023, 12, 31)) == []
    (told,) = lint_dates(policy, date(2024, 1, 1))
    assert "市政发〔2023〕5号到2023年12月31日为止，已经过期，督查通报改为逐件签发" in told
    assert lint_dates(DEFAULT, date(2099, 1, 1)) == []
