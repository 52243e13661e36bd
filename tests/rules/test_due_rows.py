"""Due times live in rows: looking only on the days the rows name misses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rules.facts import DeadlineFacts, ProjectFacts
from engine.rules.policy import Policy, Rule
from engine.rules.policy_conditions import Condition, Count, Gate
from engine.rules.policy_parts import Span
from engine.rules.words import Cadence, DeadlineKind, Light, NoticeKind
from tests.rules.builders import (
    a_deadline,
    a_light_rule,
    a_policy,
    a_project,
    a_rule,
    dated_ladder,
    working_days,
)
from tests.rules.replay import Replay, World

DAYS = working_days(date(2023, 4, 3), date(2023, 7, 31))
ANY_DAY = st.dates(date(2023, 4, 1), date(2023, 7, 20))
KINDS = (DeadlineKind.MILESTONE, DeadlineKind.COMPLETION)
NOTICES = (
    NoticeKind.REMINDER,
    NoticeKind.CHASE,
    NoticeKind.YELLOW_WARNING,
    NoticeKind.RED_WARNING,
    NoticeKind.SUMMONS_PROPOSAL,
)
GATES = ANY_DAY.map(lambda day: Gate(month=day.month, day=day.day))
COUNTS = st.builds(Count, notice=st.sampled_from(NOTICES[:3]), at_least=st.integers(1, 3))
Parts = st.SearchStrategy[dict[str, Any]]
BY_DATE: tuple[Parts, ...] = (
    st.fixed_dictionaries(
        {"days_before": st.sets(st.integers(0, 15), min_size=1, max_size=3).map(tuple)}
    ),
    st.fixed_dictionaries({"days_past": st.integers(0, 20)}),
)
BY_EVENT: tuple[Parts, ...] = (
    st.fixed_dictionaries({"unanswered": st.sampled_from(NOTICES[:3])}),
    st.fixed_dictionaries({"gate": GATES}),
    st.fixed_dictionaries(
        {
            "overdue": st.sampled_from(KINDS).map(lambda kind: (kind,)),
            "days_past": st.integers(0, 10),
        }
    ),
)
# Rules with these are looked at every day: they would hide what rows miss, so they come apart.
MOVING: tuple[Parts, ...] = (
    st.fixed_dictionaries({"behind_points": st.sampled_from(["10", "30", "60"])}),
    st.fixed_dictionaries({"below_ratio": st.just("0.8")}),
    st.fixed_dictionaries({"count": COUNTS}),
    st.fixed_dictionaries({"lights": st.just((Light.RED,))}),
)


@st.composite
def rules(draw: st.DrawFn, rule_id: str, others: tuple[Parts, ...]) -> Rule:
    """Any daily step: of a deadline's ladder, or of the project's own."""
    deadlines = draw(st.sampled_from([(KINDS[0],), (KINDS[1],), KINDS, ()]))
    parts = draw(st.one_of(*others, *(BY_DATE if deadlines else ())))
    parts = parts | draw(st.one_of(st.just({}), st.just({}), *others))
    reply = draw(st.none() | st.integers(1, 6).map(lambda n: Span(days=n)))
    kind = draw(st.sampled_from(NOTICES))
    return a_rule(rule_id, kind, Condition(**parts), deadlines=deadlines, reply_within=reply)


@st.composite
def policies(draw: st.DrawFn, others: tuple[Parts, ...] = BY_EVENT) -> Policy:
    steps = [draw(rules(f"r{i}", others)) for i in range(draw(st.integers(1, 5)))]
    late = Condition(overdue=(draw(st.sampled_from(KINDS)),), days_past=draw(st.integers(0, 9)))
    return a_policy(
        *steps,
        lights=(a_light_rule("late", Light.RED, late),),
        answer_holds=draw(st.integers(0, 8)),
    )


@st.composite
def projects(draw: st.DrawFn) -> ProjectFacts:
    completion = a_deadline(draw(ANY_DAY))
    steps: list[DeadlineFacts] = [
        a_deadline(due, DeadlineKind.MILESTONE, id=i, slot=str(i))
        for i, due in enumerate(draw(st.lists(ANY_DAY, max_size=2)), 2)
    ]
    return a_project(completion, *steps, exempt_until=draw(st.none() | ANY_DAY))


WORLDS = st.builds(
    World,
    answers=st.dictionaries(
        st.sampled_from([f"r{i}" for i in range(5)]), st.integers(0, 20), max_size=5
    ),
    vacant_until=st.just(date.min) | ANY_DAY,
    reports=st.lists(ANY_DAY, max_size=4).map(tuple),
    silences=st.lists(
        st.tuples(ANY_DAY, st.integers(0, 14)).map(lambda s: (s[0], s[0] + timedelta(days=s[1]))),
        max_size=3,
    ).map(tuple),
)


def assert_rows_miss_nothing(facts: ProjectFacts, policy: Policy, world: World) -> Replay:
    always = Replay(facts, policy, world).every_day(DAYS)
    by_rows = Replay(facts, policy, world).when_rows_are_due(DAYS)
    assert by_rows.issued == always.issued
    assert by_rows.facts.light == always.facts.light
    return by_rows


@settings(max_examples=100)
@given(projects(), policies(), WORLDS)
def test_looking_only_when_rows_are_due_issues_the_same_as_looking_every_day(
    facts: ProjectFacts, policy: Policy, world: World
):
    assert_rows_miss_nothing(facts, policy, world)


@settings(max_examples=20)
@given(projects(), policies((*BY_EVENT, *MOVING)), WORLDS)
def test_rows_miss_nothing_that_moves_with_the_plan_the_lights_or_the_counts(
    facts: ProjectFacts, policy: Policy, world: World
):
    assert_rows_miss_nothing(facts, policy, world)


ON_COMPLETION: dict[str, Any] = {"deadlines": (DeadlineKind.COMPLETION,)}
ON_STEPS: dict[str, Any] = {"deadlines": (DeadlineKind.MILESTONE,)}
IN_THREE = Span(days=3)
CHASE, YELLOW, RED = NOTICES[1:4]
JULY_GATE = Gate(month=7, day=10)
SILENT = Condition(unanswered=CHASE)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([a_rule("0", CHASE, Condition(gate=JULY_GATE))], id="a gate of the project"),
        pytest.param(
            [
                a_rule("0", CHASE, Condition(days_before=(3,)), **ON_COMPLETION),
                a_rule("1", CHASE, Condition(gate=Gate(month=6, day=1)), **ON_COMPLETION),
            ],
            id="a step that has the word once a like one before the date is over",
        ),
        pytest.param(
            [a_rule("0", CHASE, Condition(gate=JULY_GATE), **ON_COMPLETION)],
            id="a gate on a deadline",
        ),
        pytest.param(
            [a_rule("0", CHASE, Condition(overdue=ON_STEPS["deadlines"], days_past=4))],
            id="a missed step that concerns the whole project",
        ),
        pytest.param(
            [
                a_rule(
                    "0",
                    CHASE,
                    Condition(overdue=ON_STEPS["deadlines"], days_past=4),
                    **ON_COMPLETION,
                )
            ],
            id="a missed step that concerns another deadline",
        ),
        pytest.param(
            [
                a_rule("0", CHASE, Condition(days_past=1), reply_within=IN_THREE, **ON_STEPS),
                a_rule("1", YELLOW, SILENT, **ON_STEPS),
            ],
            id="silence on a deadline",
        ),
        pytest.param(
            [
                a_rule("0", CHASE, Condition(gate=JULY_GATE), reply_within=IN_THREE),
                a_rule("1", YELLOW, SILENT),
            ],
            id="silence on the whole project",
        ),
        pytest.param(
            [a_rule("0", CHASE, Condition(days_past=0), **ON_COMPLETION)],
            id="the first working day past a date",
        ),
        pytest.param(
            [a_rule("0", NOTICES[0], Condition(days_before=(4, 1)), **ON_COMPLETION)],
            id="days before a Sunday",
        ),
        pytest.param(
            [
                a_rule("answered", CHASE, Condition(days_past=1), **ON_STEPS),
                a_rule("1", RED, Condition(days_past=2), **ON_STEPS),
            ],
            id="an answer that lapses",
        ),
    ],
)
def test_rows_name_the_day_of(steps: list[Rule]):
    """Each kind of day once, so that no chance of the draw leaves one out."""
    sunday = a_deadline(date(2023, 7, 9))
    step = a_deadline(date(2023, 6, 20), DeadlineKind.MILESTONE, id=2, slot="1")
    world = World(answers={"answered": 2})
    replay = assert_rows_miss_nothing(a_project(sunday, step), a_policy(*steps), world)
    assert {issue.rule for _, issue in replay.issued} == {rule.id for rule in steps}
    assert replay.looks <= 5


def test_rows_name_the_day_on_which_a_missed_date_turns_the_light():
    late = Condition(overdue=ON_COMPLETION["deadlines"], days_past=3)
    policy = a_policy(lights=(a_light_rule("late", Light.RED, late),))
    replay = assert_rows_miss_nothing(a_project(a_deadline(date(2023, 7, 3))), policy, World())
    assert replay.facts.light.colour is Light.RED


@settings(max_examples=25)
@given(projects(), policies(), WORLDS, st.booleans())
def test_a_monthly_sweep_before_or_after_the_daily_one_makes_no_row_miss_its_day(
    facts: ProjectFacts, policy: Policy, world: World, monthly_first: bool
):
    behind = a_rule(
        "lag",
        NoticeKind.YELLOW_WARNING,
        Condition(behind_points=Decimal(10)),
        cadence=Cadence.MONTHLY,
        reply_within=Span(days=3),
    )
    both = policy.model_copy(update={"rules": (*policy.rules, behind)})
    always, by_rows = Replay(facts, both, world), Replay(facts, both, world)
    by_rows.rows = {d.id: DAYS[0] for d in facts.deadlines}
    for day in DAYS:
        always.sweep_all(day, only_due=False, monthly_first=monthly_first)
        by_rows.sweep_all(day, only_due=True, monthly_first=monthly_first)
    assert by_rows.issued == always.issued


@given(projects(), ANY_DAY)
def test_the_next_look_is_always_after_today(facts: ProjectFacts, day: date):
    policy = a_policy(*dated_ladder())
    replay = Replay(facts, policy)
    replay.sweep(Cadence.DAILY, day)
    assert all(at is None or at > day for at in replay.rows.values())


def test_a_ladder_by_dates_is_looked_at_only_on_its_dates():
    facts = a_project(a_deadline(date(2023, 6, 30)))
    replay = Replay(facts, a_policy(*dated_ladder())).when_rows_are_due(DAYS)
    steps_and_reply_and_first_look = 7 + 1 + 1
    assert len(replay.issued) == 7
    assert replay.looks == steps_and_reply_and_first_look


def test_a_deadline_that_has_said_everything_is_not_looked_at_again():
    facts = a_project(a_deadline(DAYS[0] - timedelta(days=200)))
    replay = Replay(facts, a_policy(*dated_ladder()))
    replay.sweep(Cadence.DAILY, DAYS[0])
    assert replay.rows == {1: None}
    replay.facts = replace(replay.facts, exempt_until=DAYS[1])
    replay.sweep(Cadence.DAILY, DAYS[1])
    assert replay.rows == {1: DAYS[1] + timedelta(days=1)}
