"""Conditions: where each clause begins to hold, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.cases import Case
from engine.rules.conditions import Verdict, judge, standstill, written
from engine.rules.facts import Moment, NoticeFacts, ProjectFacts
from engine.rules.lifecycle import RUNNING_STATES, ProjectState
from engine.rules.policy_conditions import Condition, Count, Gate, Streak
from engine.rules.words import DeadlineKind, Light, NoticeKind, NoticeState, Reason, Urgency
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_light,
    a_project,
    daily,
    monthly,
)

DUE = date(2023, 9, 28)  # 中秋 and 国庆 follow: the next working day is Saturday 10月7日
BACK = date(2023, 10, 7)
HALF = date(2023, 6, 30)
PLAN = {"starts_on": date(2023, 1, 1), "deadlines": (a_deadline(date(2023, 12, 27)),)}


def held(facts: ProjectFacts, moment: Moment, dated: bool = False, **parts: Any) -> Verdict:
    deadline = facts.deadlines[0] if dated else None
    return judge(Condition(**parts), Case(facts, deadline, moment, CALENDAR))


def on(day: date, due: date = DUE, **parts: Any) -> Verdict:
    return held(a_project(a_deadline(due)), daily(day), dated=True, **parts)


def a_warning(**given_values: Any) -> NoticeFacts:
    values: dict[str, Any] = {
        "rule": "lag",
        "kind": NoticeKind.YELLOW_WARNING,
        "state": NoticeState.ISSUED,
        "deadline": "project",
        "occurrence": "2023-04",
        "issued_on": date(2023, 4, 4),
        "reply_by": date(2023, 4, 12),
        "answered_on": None,
    }
    return NoticeFacts(**(values | given_values))


@pytest.mark.parametrize(
    ("left", "occurrence"),
    [(8, None), (7, "T-7"), (6, "T-7"), (4, "T-7"), (3, "T-3"), (2, "T-3"), (1, "T-1"), (0, "T-1")],
)
def test_days_before_count_working_days_and_name_the_nearest_step(left, occurrence):
    verdict = on(CALENDAR.add_working_days(DUE, -left), days_before=(7, 3, 1))
    assert verdict.holds == (occurrence is not None)
    assert verdict.occurrence == (occurrence or "")


def test_days_before_hold_no_longer_once_the_date_has_passed():
    assert not on(date(2023, 9, 29), days_before=(7,)).holds


def test_a_date_on_a_day_off_is_near_from_the_last_working_day_before_it():
    verdict = on(date(2023, 9, 28), due=date(2023, 10, 1), days_before=(0,))
    assert (verdict.holds, verdict.occurrence) == (True, "T-0")


@pytest.mark.parametrize(
    ("day", "least", "holds"),
    [
        (DUE, 0, False),
        (date(2023, 10, 6), 1, False),
        (BACK, 1, True),
        (BACK, 2, False),
        (date(2023, 10, 8), 2, True),
    ],
)
def test_days_past_count_working_days_over_the_holidays(day, least, holds):
    assert on(day, days_past=least).holds == holds


def test_a_missed_date_is_told_with_its_working_days():
    assert on(date(2023, 10, 8), days_past=1).texts == (
        "办结时限（2023年9月28日）已过2个工作日仍未完成，规则为满1个工作日",
    )


def test_overdue_looks_at_every_deadline_of_the_kinds_named_and_tells_the_worst():
    steps = [
        a_deadline(day, DeadlineKind.MILESTONE, id=i, slot=str(i), name=f"节点{i}")
        for i, day in enumerate((DUE, date(2023, 9, 25)), 1)
    ]
    parts: dict[str, Any] = {"overdue": (DeadlineKind.MILESTONE,), "days_past": 4}
    facts = a_project(*steps)
    assert not held(facts, daily(DUE), **parts).holds
    verdict = held(facts, daily(BACK), **parts)
    assert verdict.texts == ("“节点2”时限2023年9月25日，已逾期4个工作日，规则为满4个工作日",)
    assert verdict.occurrence == "milestone.2.v1"
    other_kind = replace(facts, deadlines=(a_deadline(date(2023, 1, 3)),))
    assert not held(other_kind, daily(BACK), **parts).holds


@pytest.mark.parametrize(
    ("percent", "least", "over"),
    [("40.1", False, False), ("40.0", True, False), ("39.9", True, True)],
)
def test_behind_by_ten_points_begins_at_ten_and_more_than_ten_after_it(percent, least, over):
    facts = a_project(**PLAN, reported_percent=Decimal(percent))
    assert held(facts, daily(HALF), behind_points="10").holds == least
    assert held(facts, daily(HALF), behind_points_over="10").holds == over


@pytest.mark.parametrize(("percent", "below"), [("40.0", False), ("39.9", True)])
def test_below_eighty_per_cent_of_the_plan_begins_under_eighty(percent: str, below: bool):
    facts = a_project(**PLAN, reported_percent=Decimal(percent))
    assert held(facts, daily(HALF), below_ratio="0.8").holds == below


def test_progress_is_held_against_the_cut_off_of_the_sweep():
    facts = a_project(**PLAN, reported_percent=Decimal(40))
    verdict = held(facts, monthly(date(2023, 7, 4)), behind_points="10")
    assert verdict.texts == (
        "截至2023年6月30日，计划进度50.0%，实际40.0%，落后10.0个百分点，规则为达到或超过10个百分点",
    )
    assert verdict.occurrence == "2023-07"


@pytest.mark.parametrize(
    ("months", "holds"),
    [
        ((Light.YELLOW, Light.YELLOW), True),
        ((Light.RED, Light.YELLOW), True),
        ((Light.YELLOW, Light.GREEN, Light.YELLOW), False),
        ((Light.YELLOW, Light.YELLOW, Light.GREEN), False),
        ((Light.YELLOW,), False),
        ((), False),
    ],
)
def test_a_streak_is_the_last_months_without_a_gap_this_bad_or_worse(months, holds):
    facts = a_project(light=a_light(Light.YELLOW, *months))
    streak = Streak(light=Light.YELLOW, months=2)
    assert held(facts, monthly(date(2023, 7, 4)), streak=streak).holds == holds


def test_a_red_streak_is_broken_by_a_yellow_month():
    facts = a_project(light=a_light(Light.RED, Light.RED, Light.YELLOW, Light.RED))
    streak = Streak(light=Light.RED, months=2)
    assert not held(facts, monthly(date(2023, 7, 4)), streak=streak).holds


def test_only_notices_that_went_out_are_counted_over_all_ladders():
    chase = a_warning(kind=NoticeKind.CHASE)
    states = (NoticeState.DRAFT, NoticeState.DISMISSED, NoticeState.CANCELLED)
    others = [replace(chase, state=state) for state in states]
    count = Count(notice=NoticeKind.CHASE, at_least=2)
    once = a_project(notices=(chase, *others))
    twice = replace(once, notices=(*once.notices, replace(chase, deadline="milestone.1.v1")))
    assert not held(once, daily(HALF), count=count).holds
    assert held(twice, daily(HALF), count=count).holds


@pytest.mark.parametrize(
    ("day", "answered_on", "holds"),
    [
        (date(2023, 4, 12), None, False),
        (date(2023, 4, 13), None, True),
        (date(2023, 4, 13), date(2023, 4, 12), False),
    ],
)
def test_a_notice_is_unanswered_from_the_day_after_its_reply_was_due(day, answered_on, holds):
    facts = a_project(notices=(a_warning(answered_on=answered_on),))
    assert held(facts, daily(day), unanswered=NoticeKind.YELLOW_WARNING).holds == holds


def test_silence_on_one_deadline_is_no_silence_on_another():
    facts = a_project(a_deadline(DUE), notices=(a_warning(deadline="milestone.1.v1"),))
    late = daily(date(2023, 5, 4))
    assert not held(facts, late, dated=True, unanswered=NoticeKind.YELLOW_WARNING).holds


@pytest.mark.parametrize(
    ("moment", "occurrence"),
    [
        (daily(date(2023, 11, 29)), None),
        (daily(date(2023, 11, 30)), "2023-11-30"),
        (monthly(date(2023, 11, 2)), None),
        (monthly(date(2023, 12, 4)), "2023-11-30"),
        (monthly(date(2024, 1, 3)), "2023-11-30"),
        (daily(date(2024, 1, 3)), None),
    ],
)
def test_a_gate_is_passed_at_the_end_of_its_day_and_names_its_year(moment, occurrence):
    verdict = held(a_project(), moment, gate=Gate(month=11, day=30))
    assert verdict.holds == (occurrence is not None)
    if occurrence:
        assert verdict.occurrence == occurrence


def test_the_present_light_and_the_urgency_may_be_asked_for():
    facts = a_project(light=a_light(Light.RED), urgency=Urgency.URGENT)
    assert held(facts, daily(HALF), lights=(Light.RED,), urgency=(Urgency.URGENT,)).holds
    assert not held(facts, daily(HALF), lights=(Light.YELLOW,)).holds
    assert not held(replace(facts, urgency=Urgency.NORMAL), daily(HALF), urgency=("urgent",)).holds


def test_all_parts_must_hold_together_and_each_is_explained():
    facts = a_project(**PLAN, reported_percent=Decimal(40), light=a_light(Light.GREEN))
    verdict = held(facts, daily(HALF), behind_points="10", lights=(Light.RED,))
    assert not verdict.holds
    assert len(verdict.texts) == 2
    assert verdict.reason is Reason.BEHIND_PLAN


def test_a_rule_with_a_date_is_known_by_the_date_and_not_by_the_period():
    facts = replace(a_project(**PLAN), light=a_light(Light.RED))
    day = CALENDAR.add_working_days(date(2023, 12, 27), -3)
    verdict = held(facts, daily(day), True, behind_points="1", lights=("red",), days_before=(5, 3))
    assert (verdict.holds, verdict.occurrence) == (True, "T-3")


def test_dates_are_written_as_documents_write_them():
    assert written(date(2023, 6, 5)) == "2023年6月5日"


@given(st.sampled_from(list(ProjectState)), st.none() | st.dates(), st.dates())
def test_clocks_run_only_in_running_states_and_outside_exemptions(state, exempt_until, day):
    facts = a_project(state=state, exempt_until=exempt_until)
    exempted = exempt_until is not None and day <= exempt_until
    assert (standstill(facts, day) is None) == (state in RUNNING_STATES and not exempted)
