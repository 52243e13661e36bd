from __future__ import annotations

from config.policy_loader import load_policy
from config.policy_words import setting_words
from engine.rules.policy import ReportCadence


def test_the_day_of_reports_is_told_by_the_month_or_by_the_week() -> None:
    policy = load_policy("default")
    weekly = {"report_every": ReportCadence.WEEKLY, "report_weekday": 2}
    changed = policy.model_copy(update={"limits": policy.limits.model_copy(update=weekly)})
    assert setting_words(policy)["填报日"][0] == "每月25日前"
    assert setting_words(changed)["填报日"][0] == "每周二前（遇节假日顺延至节后第二个工作日）"
