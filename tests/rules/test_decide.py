"""The decision: one step per ladder, the highest that holds, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rules.answers import held_until
from engine.rules.decide import Issue, decide
from engine.rules.facts import NoticeFacts, ProjectFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.policy import Policy
from engine.rules.policy_conditions import Condition, Count, Streak
from engine.rules.policy_parts import Span
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    Light,
    NoticeKind,
    NoticeState,
    PostKind,
    Reason,
)
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_notice,
    a_policy,
    a_project,
    a_rule,
    daily,
    dated_ladder,
    monthly,
    working_days,
)
from tests.rules.replay import Replay, World

DUE = date(2023, 6, 30)
TEN = Decimal(10)
LADDER = a_policy(*dated_ladder())
SPAN = working_days(date(2023, 6, 1), date(2023, 8, 31))
PAST = {n: CALENDAR.add_working_days(DUE, n) for n in (1, 6, 15, 20)}
DAYS = st.sampled_from(SPAN)
OUTAGES = st.sets(st.sampled_from(SPAN[:-1]), max_size=len(SPAN))
# Each example lives through a whole quarter.
SHORT = settings(max_examples=30)


def outcome_on(day: date, facts: ProjectFacts | None = None, policy: Policy = LADDER):
    return decide(facts or a_project(a_deadline(DUE)), policy, CALENDAR, daily(day))


def only(issues: tuple[Issue, ...]) -> Issue:
    assert len(issues) == 1
    return issues[0]


def reasons(facts: ProjectFacts, day: date, policy: Policy = LADDER) -> list[Reason]:
    outcome = outcome_on(day, facts, policy)
    assert not outcome.issues
    return [hold.reason for hold in outcome.holds]


def noted(*notices: NoticeFacts, **given) -> ProjectFacts:
    return replace(a_project(a_deadline(DUE)), notices=notices, **given)


def taken_on(day: date) -> NoticeFacts:
    return a_notice(only(outcome_on(day).issues), day)


@pytest.mark.parametrize(
    ("day", "rule", "occurrence"),
    [
        (CALENDAR.add_working_days(DUE, -7), "remind", "T-7"),
        (CALENDAR.add_working_days(DUE, -2), "remind", "T-3"),
        (DUE, "remind", "T-1"),
        (PAST[1], "chase", "T+1"),
        (PAST[6], "yellow", "T+6"),
        (PAST[15], "red", "T+15"),
        (PAST[20], "summons", "T+20"),
    ],
)
def test_the_highest_step_that_holds_is_taken(day: date, rule: str, occurrence: str):
    issue = only(outcome_on(day).issues)
    assert (issue.rule, issue.occurrence) == (rule, occurrence)


def test_nothing_is_said_before_the_first_step():
    day = CALENDAR.add_working_days(DUE, -8)
    assert reasons(a_project(a_deadline(DUE)), day) == [Reason.NOTHING_DUE, Reason.NOTHING_DUE]


def test_lower_steps_that_hold_too_are_listed_as_superseded():
    issue = only(outcome_on(PAST[15]).issues)
    assert [s for s in issue.superseded if "T+" in s] == ["yellow@T+6", "chase@T+1"]


def test_missed_reminders_of_the_same_rule_are_listed_as_superseded():
    issue = only(outcome_on(CALENDAR.add_working_days(DUE, -1)).issues)
    assert issue.superseded == ("remind@T-7", "remind@T-3")


def test_reminders_missed_until_the_date_had_passed_are_listed_as_superseded_by_the_chase():
    assert only(outcome_on(PAST[1]).issues).superseded == (
        "remind@T-7",
        "remind@T-3",
        "remind@T-1",
    )


def test_what_was_taken_is_not_listed_as_superseded():
    issue = only(outcome_on(PAST[6], noted(taken_on(PAST[1]))).issues)
    assert "chase@T+1" not in issue.superseded


def test_of_two_steps_of_one_kind_the_one_written_first_is_taken():
    on = {"deadlines": (DeadlineKind.COMPLETION,)}
    late = a_rule("late", NoticeKind.CHASE, Condition(days_past=5), **on)
    soon = a_rule("soon", NoticeKind.CHASE, Condition(days_past=1), **on)
    replay = Replay(a_project(a_deadline(DUE)), a_policy(late, soon)).every_day(SPAN)
    assert [(i.rule, i.occurrence) for _, i in replay.issued] == [("soon", "T+1"), ("late", "T+5")]


@given(DAYS)
def test_the_same_facts_give_the_same_outcome(day: date):
    facts = a_project(a_deadline(DUE))
    before = replace(facts)
    assert outcome_on(day, facts) == outcome_on(day, facts)
    assert facts == before


@given(DAYS, st.lists(st.sampled_from(SPAN), min_size=1, max_size=4))
def test_one_ladder_never_gets_two_issues_at_one_moment(day: date, dues: list[date]):
    facts = a_project(
        *(
            a_deadline(due, DeadlineKind.MILESTONE, id=i, slot=str(i))
            for i, due in enumerate(dues, 1)
        )
    )
    policy = a_policy(*dated_ladder(DeadlineKind.MILESTONE))
    outcome = outcome_on(day, facts, policy)
    subjects = [i.subject for i in outcome.issues] + [h.subject for h in outcome.holds]
    assert sorted(subjects) == sorted([d.code for d in facts.deadlines] + ["project"])


@given(DAYS)
def test_deciding_again_the_same_day_issues_nothing(day: date):
    first = outcome_on(day)
    again = outcome_on(day, noted(*(a_notice(i, day) for i in first.issues)))
    assert not again.issues
    assert {h.reason for h in again.holds} <= {Reason.ALREADY_ISSUED, Reason.NOTHING_DUE}
    assert bool(first.issues) == any(h.reason is Reason.ALREADY_ISSUED for h in again.holds)


@given(DAYS, st.sampled_from(list(NoticeState)))
def test_a_key_that_was_ever_used_is_not_used_again(day: date, state: NoticeState):
    notices = tuple(a_notice(i, day, state=state) for i in outcome_on(day).issues)
    assert not outcome_on(day, noted(*notices)).issues


def test_a_lower_step_is_superseded_by_a_higher_one_taken_before():
    red = taken_on(PAST[15])
    assert reasons(noted(red), PAST[6]) == [Reason.SUPERSEDED, Reason.NOTHING_DUE]


@SHORT
@given(OUTAGES)
def test_an_outage_never_steps_down_and_ends_on_the_same_highest_step(off: set[date]):
    facts = a_project(a_deadline(DUE))
    always = Replay(facts, LADDER).every_day(SPAN)
    sometimes = Replay(facts, LADDER).every_day([day for day in SPAN if day not in off])
    heights = [issue.kind.severity for _, issue in sometimes.issued]
    assert heights == sorted(heights)
    assert sometimes.issued[-1][1].kind is always.issued[-1][1].kind


@SHORT
@given(OUTAGES)
def test_after_an_outage_every_step_was_either_taken_or_recorded_as_superseded(off: set[date]):
    facts = a_project(a_deadline(DUE))
    replay = Replay(facts, LADDER).every_day([day for day in SPAN if day not in off])
    said = [f"{i.rule}@{i.occurrence}" for _, i in replay.issued]
    skipped = {s for _, i in replay.issued for s in i.superseded}
    reminders = {f"remind@T-{n}" for n in (7, 3, 1)}
    steps = reminders | {"chase@T+1", "yellow@T+6", "red@T+15", "summons@T+20"}
    assert set(said) | skipped == steps
    assert not set(said) & skipped


@SHORT
@given(OUTAGES)
def test_keys_are_unique_over_a_whole_life(off: set[date]):
    facts = a_project(
        a_deadline(DUE), a_deadline(date(2023, 6, 20), DeadlineKind.MILESTONE, id=2, slot="1")
    )
    policy = a_policy(
        *dated_ladder(),
        a_rule(
            "chase-step",
            NoticeKind.CHASE,
            Condition(days_past=1),
            deadlines=(DeadlineKind.MILESTONE,),
        ),
        a_rule(
            "often",
            NoticeKind.RED_WARNING,
            Condition(count=Count(notice=NoticeKind.CHASE, at_least=2)),
        ),
    )
    replay = Replay(facts, policy).every_day([day for day in SPAN if day not in off])
    keys = [issue.key(facts.id) for _, issue in replay.issued]
    assert len(keys) == len(set(keys))


def test_the_key_names_project_rule_deadline_version_stage_and_occurrence():
    assert only(outcome_on(PAST[1]).issues).key(7) == "p7/chase/completion.v1/during/T+1"


def test_an_answer_holds_the_ladder_until_its_time_and_then_lapses():
    chase = replace(taken_on(PAST[1]), answered_on=CALENDAR.add_working_days(DUE, 4))
    last = held_until(chase, LADDER.limits.answer_holds.limit, CALENDAR)
    assert last == CALENDAR.add_working_days(DUE, 9)
    assert reasons(noted(chase), PAST[6])[0] is Reason.ACKNOWLEDGED
    assert reasons(noted(chase), last)[0] is Reason.ACKNOWLEDGED
    issue = only(outcome_on(CALENDAR.next_working_day(last), noted(chase)).issues)
    assert issue.rule == "yellow"


def test_an_answer_on_one_deadline_holds_no_other_ladder():
    other = a_deadline(DUE, DeadlineKind.MILESTONE, id=2, slot="1")
    policy = a_policy(*dated_ladder(), a_milestone_chase())
    chase = replace(taken_on(PAST[1]), answered_on=PAST[1])
    facts = replace(noted(chase), deadlines=(a_deadline(DUE), other))
    assert only(outcome_on(PAST[6], facts, policy).issues).subject == other.code


def a_milestone_chase():
    on = (DeadlineKind.MILESTONE,)
    return a_rule("chase-step", NoticeKind.CHASE, Condition(days_past=1), deadlines=on)


@pytest.mark.parametrize(
    ("given_facts", "reason"),
    [
        ({"state": ProjectState.SUSPENDED}, Reason.SUSPENDED),
        ({"exempt_until": PAST[20]}, Reason.EXEMPTED),
        ({"state": ProjectState.COMPLETION_REQUESTED}, Reason.AWAITING_OFFICE),
        ({"state": ProjectState.RETURNED}, Reason.AWAITING_OFFICE),
    ],
)
@pytest.mark.parametrize("cadence", [daily, monthly])
def test_a_project_whose_clocks_stand_gets_nothing_but_the_reason(given_facts, reason, cadence):
    facts = replace(a_project(a_deadline(DUE)), **given_facts)
    outcome = decide(facts, LADDER, CALENDAR, cadence(PAST[20]))
    assert (outcome.issues, outcome.light) == ((), None)
    assert [hold.reason for hold in outcome.holds] == [reason]


def test_an_exempted_project_is_looked_at_again_when_the_exemption_ends():
    facts = replace(a_project(a_deadline(DUE)), exempt_until=date(2023, 7, 31))
    assert outcome_on(PAST[6], facts).next_checks == ((1, date(2023, 8, 1)),)
    assert outcome_on(date(2023, 8, 1), facts).issues


def test_a_new_version_of_a_deadline_starts_its_own_ladder():
    red = taken_on(PAST[15])
    moved = a_deadline(PAST[15], version=2, original_due=DUE)
    facts = replace(noted(red), deadlines=(moved,))
    issue = only(outcome_on(PAST[15], facts).issues)
    assert (issue.rule, issue.subject) == ("remind", "completion.v2")


def test_an_empty_post_is_passed_over_for_the_next_one_up_and_reported():
    facts = a_project(a_deadline(DUE), reachable=(PostKind.LEADER, PostKind.OFFICE))
    issue = only(outcome_on(PAST[1], facts).issues)
    assert issue.audience == (PostKind.LEADER,)
    assert issue.missing == (PostKind.CONTACT,)


def test_one_post_is_reached_once_even_when_two_climb_to_it():
    both = (PostKind.CONTACT, PostKind.UNIT_HEAD)
    policy = a_policy(
        a_rule(
            "chase",
            NoticeKind.CHASE,
            Condition(days_past=1),
            deadlines=(DeadlineKind.COMPLETION,),
            audience=both,
        )
    )
    facts = a_project(a_deadline(DUE), reachable=(PostKind.OFFICE,))
    issue = only(outcome_on(PAST[1], facts, policy).issues)
    assert (issue.audience, issue.missing) == ((PostKind.OFFICE,), both)


def test_when_nobody_can_be_reached_the_decision_says_so_and_tries_again_tomorrow():
    facts = a_project(a_deadline(DUE), reachable=())
    outcome = outcome_on(PAST[1], facts)
    assert [h.reason for h in outcome.holds] == [Reason.NO_RECIPIENT, Reason.NOTHING_DUE]
    assert outcome.next_checks == ((1, CALENDAR.next_working_day(PAST[1])),)


def test_a_reply_is_asked_for_by_working_days_from_the_day_of_issue():
    assert only(outcome_on(PAST[1]).issues).reply_by == CALENDAR.add_working_days(PAST[1], 3)


def an_unanswered_policy() -> Policy:
    """A monthly yellow warning on the whole project; red when it was not answered in time."""
    return a_policy(
        a_rule(
            "lag",
            NoticeKind.YELLOW_WARNING,
            Condition(behind_points=TEN),
            cadence=Cadence.MONTHLY,
            reply_within=Span(days=5),
        ),
        a_rule("silent", NoticeKind.RED_WARNING, Condition(unanswered=NoticeKind.YELLOW_WARNING)),
    )


def test_each_unanswered_warning_of_a_project_climbs_once():
    replay = Replay(a_project(a_deadline(date(2023, 12, 31))), an_unanswered_policy())
    for day in working_days(date(2023, 3, 1), date(2023, 5, 31)):
        replay.sweep_all(day, only_due=False, monthly_first=True)
    assert [issue.rule for _, issue in replay.issued] == ["lag", "silent"] * 3


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.DISMISSED, NoticeState.CANCELLED])
def test_a_notice_that_never_went_out_is_not_unanswered(state: NoticeState):
    policy = a_policy(
        a_rule(
            "silent",
            NoticeKind.YELLOW_WARNING,
            Condition(unanswered=NoticeKind.CHASE),
            deadlines=(DeadlineKind.COMPLETION,),
        )
    )
    chase = taken_on(PAST[1])
    assert only(outcome_on(PAST[15], noted(chase), policy).issues).rule == "silent"
    assert not outcome_on(PAST[15], noted(replace(chase, state=state)), policy).issues


def test_a_dated_rule_with_a_lag_speaks_once_and_not_every_day():
    rule = a_rule(
        "late-and-behind",
        NoticeKind.CHASE,
        Condition(days_past=1, behind_points=TEN),
        deadlines=(DeadlineKind.COMPLETION,),
    )
    replay = Replay(a_project(a_deadline(DUE)), a_policy(rule)).every_day(SPAN)
    assert [(day, i.occurrence) for day, i in replay.issued] == [(PAST[1], "T+1")]


def test_a_daily_rule_without_a_date_speaks_once_a_month_and_not_every_day():
    rule = a_rule("behind", NoticeKind.CHASE, Condition(behind_points=TEN))
    replay = Replay(a_project(a_deadline(DUE)), a_policy(rule)).every_day(SPAN)
    assert [i.occurrence for _, i in replay.issued] == ["2023-06", "2023-07", "2023-08"]


def test_a_step_said_once_for_a_run_of_bad_months_leaves_the_next_month_to_lower_steps():
    monthly_rules = {"cadence": Cadence.MONTHLY}
    once = Streak(light=Light.GREEN, months=2, once=True)
    policy = a_policy(
        a_rule("lag", NoticeKind.YELLOW_WARNING, Condition(behind_points=TEN), **monthly_rules),
        a_rule("run", NoticeKind.RED_WARNING, Condition(streak=once), **monthly_rules),
    )
    replay = Replay(a_project(a_deadline(date(2023, 12, 31))), policy)
    for day in working_days(date(2023, 3, 1), date(2023, 6, 30)):
        replay.sweep_all(day, only_due=False, monthly_first=True)
    assert [issue.rule for _, issue in replay.issued] == ["lag", "run", "lag", "lag"]


def test_an_answer_is_known_only_from_the_day_it_came():
    world = World(answers={"chase": 3})
    replay = Replay(a_project(a_deadline(DUE)), LADDER, world).every_day(SPAN)
    issued = {issue.rule: day for day, issue in replay.issued}
    answered = date(2023, 7, 6)
    assert issued["yellow"] == CALENDAR.add_working_days(answered, 6)


def test_a_monthly_sweep_leaves_the_rows_alone_or_has_them_looked_at_once_more():
    quiet = decide(a_project(a_deadline(DUE)), LADDER, CALENDAR, monthly(PAST[1]))
    assert (quiet.issues, quiet.next_checks) == ((), ())
    warned = decide(a_project(a_deadline(DUE)), an_unanswered_policy(), CALENDAR, monthly(PAST[1]))
    assert only(warned.issues).rule == "lag"
    assert warned.next_checks == ((1, PAST[1]),)
