from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy_loader import load_policy
from engine.rules.decide import decide
from engine.rules.facts import ProjectFacts, project_from_data, project_to_data
from engine.rules.lifecycle import ProjectState
from engine.rules.reviews import Participant, decision_due, last_day_to_request, recusal
from engine.rules.words import DeadlineKind, NoticeKind, PostKind, Reason
from tests.rules.builders import CALENDAR, a_deadline, a_light, a_project, daily, working_days
from tests.rules.replay import Replay

POLICY = load_policy("default")
LIMITS = POLICY.limits
GROUP = [Participant("张伟", 3, "是督查组组长"), Participant("外请专家", None, "参加了督查")]
DUE, DECIDE_BY = date(2023, 6, 30), date(2023, 8, 11)


def a_review(due: date = DECIDE_BY):
    return a_deadline(due, DeadlineKind.REVIEW, id=9, slot="1", name="复核决定")


def disputed(**given) -> ProjectFacts:
    return a_project(a_deadline(DUE), a_review(), disputed=True, **given)


def test_persons_are_compared_and_not_only_names() -> None:
    assert recusal(3, "张伟", GROUP) == "张伟是督查组组长，应当回避"
    assert recusal(4, "张伟", GROUP) == ""
    assert recusal(5, "外请专家", GROUP) == "外请专家参加了督查，应当回避"


def test_all_parts_that_somebody_had_are_said_once() -> None:
    twice = [*GROUP, Participant("张伟", 3, "签发了通知8"), Participant("张伟", 3, "签发了通知8")]
    assert recusal(3, "张伟", twice) == "张伟是督查组组长，签发了通知8，应当回避"


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2023, 4, 3), date(2023, 5, 4)),  # 3 May is in the holiday
        (date(2023, 4, 6), date(2023, 5, 6)),  # a Saturday that is worked
        (date(2023, 9, 5), date(2023, 10, 7)),  # 5 October is in the holiday
    ],
)
def test_thirty_days_roll_over_holidays(received: date, last: date) -> None:
    assert last_day_to_request(received, LIMITS, CALENDAR) == last


@given(st.dates(date(2022, 1, 1), date(2025, 10, 31)))
def test_a_limit_never_ends_before_thirty_days_or_on_a_day_off(received: date) -> None:
    for last in (
        last_day_to_request(received, LIMITS, CALENDAR),
        decision_due(received, LIMITS, CALENDAR),
    ):
        assert last >= received + timedelta(days=30)
        assert CALENDAR.is_working(last)
        between = (received + timedelta(days=n) for n in range(30, (last - received).days))
        assert not any(CALENDAR.is_working(day) for day in between)


def test_while_an_item_is_disputed_only_the_ladder_of_the_review_speaks() -> None:
    life = Replay(disputed(), POLICY)
    life.every_day(working_days(date(2023, 6, 1), date(2023, 8, 31)))
    said = [(CALENDAR.working_days_between(DECIDE_BY, day), i.rule) for day, i in life.issued]
    assert said == [
        (-10, "remind-review"),
        (-3, "remind-review"),
        (1, "chase-review"),
        (5, "red-review-overdue"),
    ]
    audiences = {issue.rule: issue.audience for _, issue in life.issued}
    assert audiences["remind-review"] == audiences["chase-review"] == (PostKind.OFFICE,)
    assert audiences["red-review-overdue"] == (PostKind.LEADER, PostKind.OFFICE)


def test_looking_only_when_rows_are_due_says_the_same() -> None:
    days = working_days(date(2023, 6, 1), date(2023, 8, 31))
    often, seldom = Replay(disputed(), POLICY), Replay(disputed(), POLICY)
    assert often.every_day(days).issued == seldom.when_rows_are_due(days).issued
    assert seldom.looks < often.looks


def test_the_light_stands_still_with_the_ladders() -> None:
    late = daily(date(2023, 9, 1))
    assert decide(disputed(), POLICY, CALENDAR, late).light is None
    outcome = decide(replace(disputed(), disputed=False), POLICY, CALENDAR, late)
    assert outcome.light is not None


@pytest.mark.parametrize(
    "state", [ProjectState.SUSPENDED, ProjectState.COMPLETION_REQUESTED, ProjectState.CLOSED]
)
def test_the_clock_of_the_office_runs_whatever_the_state_of_the_item(state: ProjectState) -> None:
    outcome = decide(disputed(state=state), POLICY, CALENDAR, daily(date(2023, 8, 14)))
    assert [issue.rule for issue in outcome.issues] == ["chase-review"]


def test_the_hold_says_why_and_names_no_day_for_the_clocks_of_the_unit() -> None:
    outcome = decide(disputed(), POLICY, CALENDAR, daily(date(2023, 6, 1)))
    assert Reason.UNDER_REVIEW in {hold.reason for hold in outcome.holds}
    checks = dict(outcome.next_checks)
    assert checks[1] is None
    assert checks[9] == CALENDAR.add_working_days(DECIDE_BY, -10)


def test_facts_kept_before_disputes_were_known_still_load() -> None:
    data = project_to_data(a_project(light=a_light()))
    del data["disputed"]
    assert project_from_data(data).disputed is False


def test_what_the_office_was_chased_for_does_not_count_against_the_unit() -> None:
    life = Replay(disputed(), POLICY)
    life.every_day(working_days(date(2023, 8, 14), date(2023, 8, 31)))
    notices = life.facts.notices
    assert {n.kind for n in notices} == {NoticeKind.CHASE, NoticeKind.RED_WARNING}
    assert all(n.is_for_office for n in notices)
