"""灯色: boundaries, memory, and what a day between the months may change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.conditions import SEVERITY
from engine.rules.decide import decide
from engine.rules.facts import LightFacts, ProjectFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.lights import assess, remember, with_light
from engine.rules.periods import moment_of
from engine.rules.policy_conditions import Condition
from engine.rules.words import Cadence, DeadlineKind, Light, ProjectKind, Reason
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_light,
    a_light_rule,
    a_policy,
    a_project,
    daily,
    monthly,
)

OVERDUE = (DeadlineKind.COMPLETION,)
POLICY = a_policy(
    lights=(
        a_light_rule("late", Light.RED, Condition(overdue=OVERDUE, days_past=1)),
        a_light_rule("far", Light.RED, Condition(behind_points_over=Decimal(30))),
        a_light_rule("behind", Light.YELLOW, Condition(behind_points=Decimal(10))),
    )
)
RUN = date(2023, 7, 4)  # the second working day of July: half the plan below has passed
HALF = {"starts_on": date(2023, 1, 1), "deadlines": (a_deadline(date(2023, 12, 27)),)}
MOMENTS = st.builds(
    moment_of, st.sampled_from(list(Cadence)), st.dates(date(2023, 1, 5), date(2023, 12, 28))
)
COLOURS = st.sampled_from([Light.GREEN, Light.YELLOW, Light.RED])


def reported(percent: str, light: LightFacts | None = None) -> ProjectFacts:
    return a_project(**HALF, reported_percent=Decimal(percent), light=light or a_light())


def light_of(facts: ProjectFacts, moment=None):
    return assess(facts, POLICY, CALENDAR, moment or monthly(RUN))


@pytest.mark.parametrize(
    ("percent", "colour", "rule", "reason"),
    [
        ("50.0", Light.GREEN, "", Reason.ON_PLAN),
        ("40.1", Light.GREEN, "", Reason.ON_PLAN),
        ("40.0", Light.YELLOW, "behind", Reason.BEHIND_PLAN),
        ("20.0", Light.YELLOW, "behind", Reason.BEHIND_PLAN),
        ("19.9", Light.RED, "far", Reason.BEHIND_PLAN),
        ("0", Light.RED, "far", Reason.BEHIND_PLAN),
    ],
)
def test_the_month_is_judged_at_the_published_boundaries(percent, colour, rule, reason):
    decision = light_of(reported(percent))
    assert (decision.colour, decision.rule, decision.reason) == (colour, rule, reason)


@pytest.mark.parametrize("kind", [kind for kind in ProjectKind if not kind.is_reported])
def test_what_has_no_plan_is_not_said_to_keep_to_it(kind: ProjectKind):
    dated = a_policy(lights=POLICY.lights[:1])
    handed_over = a_project(a_deadline(date(2023, 7, 20)), kind=kind)
    for facts in (handed_over, replace(handed_over, light=a_light(Light.YELLOW))):
        decision = assess(facts, dated, CALENDAR, monthly(RUN))
        assert decision is not None
        assert (decision.colour, decision.rule) == (Light.GREEN, "")
        assert (decision.reason, decision.text) == (Reason.NOTHING_DUE, "无到期事项")
    late = light_of(replace(handed_over, deadlines=(a_deadline(date(2023, 7, 3)),)))
    assert (late.colour, late.reason) == (Light.RED, Reason.OVERDUE)


def test_the_month_is_held_against_the_plan_of_its_cut_off_and_not_of_the_run():
    decision = light_of(reported("40.0"))
    assert "截至2023年6月30日，计划进度50.0%" in decision.text


def test_a_month_is_recorded_also_when_the_colour_stays():
    decision = light_of(reported("50.0"))
    assert (decision.changed, decision.period) == (False, "2023-07")


def test_a_month_may_lift_a_yellow_that_was_never_red():
    assert light_of(reported("50.0", a_light(Light.YELLOW))).colour is Light.GREEN


def test_a_red_made_good_turns_yellow_and_says_why():
    decision = light_of(reported("50.0", a_light(Light.RED)))
    assert (decision.colour, decision.reason) == (Light.YELLOW, Reason.RED_REMEMBERED)


@given(st.lists(st.tuples(MOMENTS, st.integers(0, 100)), min_size=1, max_size=12))
def test_what_was_ever_red_is_never_green_again(steps):
    facts = a_project(**HALF)
    was_red = False
    for moment, percent in steps:
        facts = replace(facts, reported_percent=Decimal(percent))
        facts = with_light(facts, light_of(facts, moment))
        assert not (was_red and facts.light.colour is Light.GREEN)
        was_red = was_red or facts.light.colour is Light.RED
        assert facts.light.ever_red == was_red


@given(MOMENTS.filter(lambda m: m.cadence is not Cadence.MONTHLY), COLOURS, st.integers(0, 100))
def test_between_the_months_a_light_only_worsens(moment, colour: Light, percent: int):
    decision = light_of(reported(str(percent), a_light(colour)), moment)
    assert decision is None or SEVERITY[decision.colour] > SEVERITY[colour]


def test_a_day_gives_red_for_a_missed_date_and_nothing_for_a_lag():
    lagging = reported("0")
    assert light_of(lagging, daily(RUN)) is None
    missed = replace(lagging, deadlines=(a_deadline(date(2023, 7, 3)),))
    decision = light_of(missed, daily(RUN))
    assert (decision.colour, decision.rule, decision.period) == (Light.RED, "late", "")


def test_a_day_does_not_say_again_what_the_light_already_shows():
    missed = a_project(a_deadline(date(2023, 7, 3)), light=a_light(Light.RED))
    assert light_of(missed, daily(RUN)) is None


@pytest.mark.parametrize("cadence", list(Cadence))
def test_the_blue_of_a_closed_project_is_left_untouched(cadence: Cadence):
    closed = replace(reported("100", a_light(Light.BLUE)), state=ProjectState.CLOSED)
    assert decide(closed, POLICY, CALENDAR, moment_of(cadence, RUN)).light is None


def test_a_reopened_project_loses_its_blue_at_the_next_look():
    reopened = reported("60", a_light(Light.BLUE))
    decision = light_of(reopened, daily(RUN))
    assert (decision.before, decision.colour) == (Light.BLUE, Light.GREEN)


def test_a_reopened_project_that_was_ever_red_is_yellow():
    reopened = reported("60", a_light(Light.BLUE, ever_red=True))
    assert light_of(reopened, daily(RUN)).colour is Light.YELLOW


def test_the_memory_keeps_each_month_once_and_in_order():
    decision = light_of(reported("40"))
    light = remember(a_light(Light.GREEN, Light.GREEN, Light.GREEN), decision)
    assert [month for month, _ in light.months] == ["2023-01", "2023-02", "2023-07"]
    assert remember(light, decision) == light


def test_a_day_leaves_no_month_in_the_memory():
    missed = a_project(a_deadline(date(2023, 7, 3)))
    assert with_light(missed, light_of(missed, daily(RUN))).light == a_light(Light.RED)


def test_no_decision_leaves_the_facts_as_they_are():
    facts = reported("50")
    assert with_light(facts, None) is facts
