"""The shipped policies do what the published rules say, to the tenth of a point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.policy_lint import lint_policy
from config.policy_loader import load_policy, shipped_policies
from config.policy_page import policy_page
from engine.rules.decide import decide
from engine.rules.facts import LightFacts, ProjectFacts
from engine.rules.papers import named_by
from engine.rules.periods import moment_of
from engine.rules.policy import Policy
from engine.rules.words import Cadence, DeadlineKind, Light, NoticeKind, ProjectKind
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_light,
    a_milestone,
    a_project,
    monthly,
    working_days,
)
from tests.rules.replay import Replay, World

DEFAULT = load_policy("default")
PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
DUE = date(2023, 6, 30)
AROUND_DUE = working_days(date(2023, 5, 8), date(2023, 8, 31))


def behind(planned: str, actual: str, light: LightFacts | None = None) -> ProjectFacts:
    """A project that by 30 April 2023 should stand at one share and stands at another."""
    return a_project(
        a_deadline(date(2023, 12, 29)),
        milestones=(a_milestone(date(2023, 4, 30), planned),),
        reported_percent=Decimal(actual),
        light=light or a_light(),
    )


def in_may(policy: Policy, project: ProjectFacts) -> tuple[Light | None, list[str]]:
    """The colour and the rules that the monthly run of May 2023 gives."""
    outcome = decide(project, policy, CALENDAR, monthly(date(2023, 5, 5)))
    colour = outcome.light.colour if outcome.light else None
    return colour, [issue.rule for issue in outcome.issues]


def ladder(kind: DeadlineKind, policy: Policy = DEFAULT, **answers: int) -> list[tuple[int, str]]:
    """Working days from the deadline and rule of all that goes out when nothing is done.

    ``answers`` are the days after which the notice of a rule is answered, by the rule's id.
    """
    world = World({rule.replace("_", "-"): days for rule, days in answers.items()})
    life = Replay(a_project(a_deadline(DUE, kind)), policy, world)
    life.every_day(AROUND_DUE)
    return [(CALENDAR.working_days_between(DUE, day), issue.rule) for day, issue in life.issued]


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_gives_the_checker_nothing_to_say(name: str) -> None:
    assert lint_policy(load_policy(name)) == []


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_survives_the_store(name: str) -> None:
    policy = load_policy(name)
    stored = Policy.from_data(policy.to_data())
    assert (stored, stored.version) == (policy, policy.version)


def test_a_policy_kept_before_a_field_existed_keeps_its_version() -> None:
    kept = DEFAULT.to_data()
    del kept["limits"]["report_weekday"]
    older = Policy.from_data(kept)
    assert older.version not in (DEFAULT.version, Policy.from_data(DEFAULT.to_data()).version)
    assert Policy.from_data(kept).version == older.version


def test_the_page_of_the_policies_equals_the_files() -> None:
    page = policy_page(DEFAULT, [load_policy("yinchuan"), load_policy("wuhan")])
    assert PAGE.read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("planned", "actual", "light", "rules"),
    [
        ("40", "30.1", Light.GREEN, []),
        ("40", "30.0", Light.YELLOW, ["lag-yellow"]),
        ("40", "10.0", Light.YELLOW, ["lag-yellow"]),
        ("40", "9.9", Light.RED, ["lag-red"]),
    ],
)
@pytest.mark.parametrize("name", ["default", "yinchuan"])
def test_ten_points_behind_is_yellow_and_more_than_thirty_is_red(
    name: str, planned: str, actual: str, light: Light, rules: list[str]
) -> None:
    assert in_may(load_policy(name), behind(planned, actual)) == (light, rules)


@pytest.mark.parametrize(
    ("actual", "light", "rules"),
    [
        ("40", Light.GREEN, []),
        ("39.9", Light.YELLOW, ["lag-yellow"]),
        ("30", Light.YELLOW, ["lag-yellow"]),
        ("29.9", Light.RED, ["lag-red"]),
    ],
)
def test_in_wuhan_less_than_80_percent_of_plan_is_yellow_and_less_than_60_is_red(
    actual: str, light: Light, rules: list[str]
) -> None:
    assert in_may(load_policy("wuhan"), behind("50", actual)) == (light, rules)


def test_a_second_yellow_month_in_a_row_climbs_one_step() -> None:
    once = behind("40", "25", a_light(Light.YELLOW, Light.YELLOW))
    broken = behind("40", "25", a_light(Light.GREEN, Light.YELLOW, Light.GREEN))
    assert in_may(DEFAULT, once)[1] == ["lag-yellow-twice"]
    assert in_may(DEFAULT, broken)[1] == ["lag-yellow"]


def test_yinchuan_does_not_climb_after_a_second_yellow_month() -> None:
    again = behind("40", "25", a_light(Light.YELLOW, Light.YELLOW))
    assert in_may(load_policy("yinchuan"), again)[1] == ["lag-yellow"]


def test_a_second_red_month_in_a_row_proposes_a_summons() -> None:
    assert in_may(DEFAULT, behind("60", "20", a_light(Light.RED, Light.RED)))[1] == ["summons-lag"]


def test_a_red_that_was_made_good_brings_no_warning() -> None:
    made_good = behind("40", "40", a_light(Light.RED, Light.RED))
    assert in_may(DEFAULT, made_good) == (Light.YELLOW, [])


@pytest.mark.parametrize("kind", [ProjectKind.PROBLEM, ProjectKind.RECTIFICATION])
def test_a_handed_over_problem_gets_no_monthly_lag_warning(kind: ProjectKind) -> None:
    facts = a_project(a_deadline(date(2023, 12, 29)), kind=kind, starts_on=date(2022, 1, 4))
    assert in_may(DEFAULT, facts)[1] == []


def test_silence_about_the_promised_date_climbs_from_reminder_to_proposal() -> None:
    assert ladder(DeadlineKind.COMPLETION) == [
        (-15, "remind-completion"),
        (-7, "remind-completion"),
        (-3, "remind-completion"),
        (-1, "remind-completion"),
        (1, "chase-completion"),
        (5, "yellow-unanswered-completion"),
        (8, "red-unanswered"),
        (14, "summons-unanswered"),
    ]


def test_an_answer_about_the_promised_date_holds_the_ladder_until_it_lapses() -> None:
    past = [step for step in ladder(DeadlineKind.COMPLETION, chase_completion=3) if step[0] > 0]
    assert past == [
        (1, "chase-completion"),
        (10, "red-completion-overdue"),
        (16, "summons-unanswered"),
    ]


def test_silence_about_a_milestone_ends_with_a_red_warning() -> None:
    assert ladder(DeadlineKind.MILESTONE) == [
        (-7, "remind-milestone"),
        (-1, "remind-milestone"),
        (1, "chase-milestone"),
        (5, "yellow-unanswered-milestone"),
        (11, "red-unanswered"),
    ]


def test_a_milestone_whose_notices_are_answered_and_nothing_follows_climbs_more_slowly() -> None:
    steps = ladder(DeadlineKind.MILESTONE, chase_milestone=3, yellow_unanswered_milestone=1)
    assert steps[2:] == [
        (1, "chase-milestone"),
        (10, "yellow-unanswered-milestone"),
        (16, "red-unanswered"),
    ]


def test_a_rectification_is_proposed_for_summons_within_15_working_days() -> None:
    assert ladder(DeadlineKind.RECTIFICATION)[-1] == (14, "summons-unanswered")
    answered = ladder(DeadlineKind.RECTIFICATION, red_unanswered=1)
    assert answered[-1] == (15, "summons-unanswered")


def test_a_missing_report_is_chased_the_next_day_and_climbs_when_nobody_answers() -> None:
    assert ladder(DeadlineKind.REPORT) == [
        (-1, "remind-report"),
        (1, "chase-report"),
        (4, "yellow-unanswered-report"),
        (10, "red-unanswered-formality"),
    ]


def test_a_missing_signature_reaches_the_unit_head_on_the_third_day() -> None:
    assert ladder(DeadlineKind.SIGN_FOR) == [
        (1, "chase-sign"),
        (3, "yellow-no-response"),
        (6, "red-unanswered-formality"),
    ]


@pytest.mark.parametrize("name", shipped_policies())
def test_a_plan_of_implementation_is_reminded_of_chased_and_warned_of(name: str) -> None:
    steps = [
        (-1, "remind-plan"),
        (1, "chase-plan"),
        (3, "yellow-plan-overdue"),
        (6, "red-unanswered-formality"),
    ]
    assert ladder(DeadlineKind.PLAN, load_policy(name)) == steps


@pytest.mark.parametrize("name", shipped_policies())
@pytest.mark.parametrize("kind", list(DeadlineKind))
def test_no_step_goes_out_twice_in_silence(name: str, kind: DeadlineKind) -> None:
    steps = ladder(kind, load_policy(name))
    rules = {rule.id: rule.notice for rule in load_policy(name).rules}
    kinds = [rules[rule] for _, rule in steps if rules[rule] is not NoticeKind.REMINDER]
    assert len(kinds) == len(set(kinds))


def test_the_light_is_red_from_the_first_working_day_after_the_promised_date() -> None:
    project = a_project(a_deadline(DUE), reported_percent=Decimal(99))
    before = decide(project, DEFAULT, CALENDAR, moment_of(Cadence.DAILY, DUE))
    after = decide(project, DEFAULT, CALENDAR, moment_of(Cadence.DAILY, date(2023, 7, 3)))
    assert before.light is None
    assert after.light is not None and after.light.colour is Light.RED


def test_a_milestone_turns_the_light_yellow_on_the_fifth_working_day() -> None:
    project = a_project(a_deadline(DUE, DeadlineKind.MILESTONE), reported_percent=Decimal(99))
    fourth = decide(project, DEFAULT, CALENDAR, moment_of(Cadence.DAILY, date(2023, 7, 6)))
    fifth = decide(project, DEFAULT, CALENDAR, moment_of(Cadence.DAILY, date(2023, 7, 7)))
    assert fourth.light is None
    assert fifth.light is not None and fifth.light.colour is Light.YELLOW


def named(rule_id: str, cadence: Cadence, day: date, project: ProjectFacts) -> bool:
    rule = DEFAULT.rule(rule_id)
    assert rule is not None
    return bool(named_by(rule, [project], CALENDAR, moment_of(cadence, day)))


def test_a_quarterly_circular_names_what_was_yellow_or_worse_for_two_months() -> None:
    july = date(2023, 7, 5)
    two = a_project(light=a_light(Light.YELLOW, Light.YELLOW, Light.YELLOW))
    one = a_project(light=a_light(Light.YELLOW, Light.GREEN, Light.YELLOW))
    done = a_project(light=a_light(Light.BLUE, Light.YELLOW, Light.YELLOW))
    assert named("quarter-circular", Cadence.QUARTERLY, july, two)
    assert not named("quarter-circular", Cadence.QUARTERLY, july, one)
    assert not named("quarter-circular", Cadence.QUARTERLY, july, done)


def test_the_november_gate_opens_with_the_run_that_looks_back_on_november() -> None:
    late, fine = a_project(light=a_light(Light.YELLOW)), a_project(light=a_light(Light.GREEN))
    assert not named("november-gate", Cadence.MONTHLY, date(2023, 11, 2), late)
    assert named("november-gate", Cadence.MONTHLY, date(2023, 12, 4), late)
    assert not named("november-gate", Cadence.MONTHLY, date(2023, 12, 4), fine)
