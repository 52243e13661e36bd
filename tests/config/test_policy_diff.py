"""What an approver reads before a policy changes."""

from __future__ import annotations

from config.policy_diff import diff_policies
from config.policy_loader import load_policy
from config.policy_words import condition_words
from engine.rules.policy import Policy
from engine.rules.policy_conditions import Condition

DEFAULT = load_policy("default")


def changed(**given: object) -> Policy:
    return DEFAULT.model_copy(update=given)


def test_a_policy_does_not_differ_from_itself() -> None:
    assert diff_policies(DEFAULT, Policy.from_data(DEFAULT.to_data())) == []


def test_a_changed_figure_and_its_source_are_told() -> None:
    weekly = {"look_ahead": 5, "source": "本市规定"}
    new = changed(weekly=DEFAULT.weekly.model_copy(update=weekly))
    assert diff_policies(DEFAULT, new) == [
        "一周一督前瞻：由“10个工作日”改为“5个工作日”",
        "一周一督前瞻的出处：由“本地设定（两周的工作日数）”改为“本市规定”",
    ]


def test_a_changed_condition_is_told_in_words() -> None:
    rules = tuple(
        r.model_copy(update={"when": Condition(days_past=10)}) if r.id == "chase-report" else r
        for r in DEFAULT.rules
    )
    assert diff_policies(DEFAULT, changed(rules=rules)) == [
        "规则 chase-report（填报催办）的何时：由“时限已过满1个工作日”改为“时限已过满10个工作日”"
    ]


def test_new_and_dropped_rules_are_told() -> None:
    less = changed(rules=DEFAULT.rules[1:])
    line = "remind-completion（办结时限提示）：到期前15、7、3、1个工作日"
    assert diff_policies(DEFAULT, less) == [f"删除规则 {line}"]
    assert diff_policies(less, DEFAULT) == [f"新增规则 {line}"]


def test_another_order_of_the_lights_is_told() -> None:
    turned = changed(lights=DEFAULT.lights[::-1])
    assert diff_policies(DEFAULT, turned) == [
        "灯色的先后改为：yellow-lag、yellow-milestone、red-lag、red-overdue"
    ]


def test_every_part_of_a_condition_has_words() -> None:
    condition = Condition.model_validate(
        {
            "days_before": (7, 1),
            "overdue": ("milestone",),
            "days_past": 2,
            "unanswered": "chase",
            "behind_points": "10.5",
            "behind_points_over": 10,
            "below_ratio": "0.8",
            "streak": {"light": "red", "months": 2},
            "count": {"notice": "chase", "at_least": 2},
            "gate": {"month": 9, "day": 30},
            "lights": ("yellow",),
            "within_term": True,
        }
    )
    assert condition_words(condition).split("，且") == [
        "到期前7、1个工作日",
        "节点时限已过满2个工作日",
        "催办逾期未答复（或答复后未见进展）",
        "连续2个月为红灯",
        "已发出催办满2次",
        "到9月30日仍未办结",
        "落后序时进度10.5个百分点及以上",
        "落后序时进度超过10个百分点",
        "实际进度低于计划进度的80%",
        "当前为黄灯",
        "承诺时限未到",
    ]
