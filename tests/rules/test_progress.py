"""序时进度: where the work should be, where it is, and how far apart they are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.facts import PartFacts, ProjectFacts, project_from_data, project_to_data
from engine.rules.progress import (
    achieved_percent,
    actual_percent,
    plan_curve,
    planned_percent,
    progress_on,
)
from engine.rules.targets import TargetForm
from tests.rules.builders import a_deadline, a_milestone, a_project, a_target

START, DUE = date(2023, 1, 1), date(2023, 4, 11)
YEAR = st.dates(date(2022, 12, 1), date(2024, 2, 1))
SHARES = st.integers(0, 1000).map(lambda n: str(Decimal(n) / 10))
STEPS = st.lists(st.tuples(YEAR, st.none() | SHARES), max_size=6)


def planned(day: date, *milestones) -> Decimal:
    facts = a_project(a_deadline(DUE), starts_on=START, milestones=milestones)
    return planned_percent(facts, day)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (START - timedelta(days=30), "0"),
        (START, "0"),
        (START + timedelta(days=1), "1"),
        (START + timedelta(days=50), "50"),
        (DUE - timedelta(days=1), "99"),
        (DUE, "100"),
        (DUE + timedelta(days=1), "100"),
    ],
)
def test_without_milestones_the_plan_runs_evenly_from_start_to_date(day: date, share: str):
    assert planned(day) == Decimal(share)


@pytest.mark.parametrize(
    ("days", "share"), [(0, "0"), (10, "40"), (20, "80"), (60, "90"), (100, "100")]
)
def test_milestones_with_shares_bend_the_plan(days: int, share: str):
    step = a_milestone(START + timedelta(days=20), "80")
    assert planned(START + timedelta(days=days), step) == Decimal(share)


def test_a_milestone_without_a_share_leaves_the_plan_straight():
    assert planned(START + timedelta(days=50), a_milestone(date(2023, 1, 5), None)) == 50


def test_a_later_milestone_never_lowers_the_plan():
    early = a_milestone(START + timedelta(days=20), "80")
    typo = a_milestone(START + timedelta(days=40), "30")
    assert planned(START + timedelta(days=40), early, typo) == 80


def test_a_milestone_on_or_after_the_date_does_not_put_off_the_promise():
    late = [a_milestone(DUE, "90"), a_milestone(DUE + timedelta(days=40), "95")]
    assert planned(DUE, *late) == 100
    assert planned(START + timedelta(days=50), *late) == 50


def test_what_is_due_on_its_first_day_is_planned_whole_that_day():
    facts = a_project(a_deadline(START), starts_on=START)
    assert [planned_percent(facts, START - timedelta(days=n)) for n in (0, 1)] == [100, 0]


def test_shares_are_rounded_to_a_tenth_half_up():
    facts = a_project(a_deadline(START + timedelta(days=800)), starts_on=START)
    assert planned_percent(facts, START + timedelta(days=2)) == Decimal("0.3")


@given(YEAR, YEAR, STEPS, YEAR, YEAR)
def test_the_plan_never_falls_and_stays_between_nothing_and_all(
    starts_on: date, due: date, steps: list[tuple[date, str | None]], a: date, b: date
):
    milestones = tuple(a_milestone(day, share) for day, share in steps)
    facts = a_project(a_deadline(due), starts_on=starts_on, milestones=milestones)
    first, second = sorted((a, b))
    assert 0 <= planned_percent(facts, first) <= planned_percent(facts, second) <= 100
    assert planned_percent(facts, due) == 100


@given(YEAR, YEAR, STEPS)
def test_the_points_of_the_plan_rise_in_time_and_share(
    starts_on: date, due: date, steps: list[tuple[date, str | None]]
):
    curve = plan_curve(starts_on, due, [a_milestone(day, share) for day, share in steps])
    days, shares = zip(*curve, strict=True)
    assert sorted(set(days)) == list(days)
    assert sorted(shares) == list(shares)


@pytest.mark.parametrize("form", [TargetForm.AT_LEAST, TargetForm.ABOUT])
@pytest.mark.parametrize(
    ("promised", "done", "share"),
    [("7500", "8040", "100"), ("8000", "6000", "75"), ("8000", None, "0"), ("0", "0", "100")],
)
def test_a_target_is_kept_in_proportion_and_at_most_whole(form, promised, done, share):
    assert achieved_percent(a_target(promised, done, form)) == Decimal(share)


def test_full_coverage_is_kept_in_percent():
    assert achieved_percent(a_target("100", "96.5", TargetForm.ALL)) == Decimal("96.5")


def test_length_over_target_does_not_make_good_a_count_that_is_short():
    """吴忠 2023: 29条68公里 promised, 26条79公里 delivered."""
    roads = a_project(targets=(a_target("29", "26"), a_target("68", "79")))
    assert actual_percent(roads) == Decimal("94.8")


@given(st.integers(1, 999), st.integers(1, 999), st.integers(0, 10**6))
def test_what_is_over_target_helps_no_other_target(planned: int, short: int, over: int):
    def share(extra: int) -> Decimal:
        full = a_target(str(planned), str(planned + extra))
        return actual_percent(a_project(targets=(full, a_target("1000", str(short)))))

    assert share(over) == share(0) < 100


def test_the_reported_share_of_works_goes_before_the_targets():
    facts = a_project(targets=(a_target("10", "1"),), reported_percent=Decimal("62.25"))
    assert actual_percent(facts) == Decimal("62.3")


def test_a_reported_share_over_the_whole_counts_as_the_whole():
    assert actual_percent(a_project(reported_percent=Decimal(120))) == 100


def test_without_figures_the_last_milestone_reached_counts():
    steps = (
        a_milestone(date(2023, 3, 1), "30", done_on=date(2023, 3, 1)),
        a_milestone(date(2023, 5, 1), "60", done_on=date(2023, 4, 20)),
        a_milestone(date(2023, 9, 1), "90"),
    )
    assert actual_percent(a_project(milestones=steps)) == 60


def test_nothing_reported_counts_as_nothing_done():
    silent: ProjectFacts = a_project(a_deadline(DUE), targets=(a_target("10", None),))
    progress = progress_on(silent, DUE)
    assert progress.actual == progress.ratio == 0
    assert progress.lag == 100


def test_lag_and_ratio_compare_the_work_with_the_plan():
    facts = a_project(a_deadline(DUE), starts_on=START, reported_percent=Decimal(30))
    progress = progress_on(facts, START + timedelta(days=40))
    assert progress.lag == 10
    assert progress.ratio == Decimal("0.75")


def test_before_anything_is_planned_the_ratio_is_whole():
    assert progress_on(a_project(a_deadline(DUE), starts_on=START), START).ratio == 1


def a_part(**given: Any) -> PartFacts:
    """A measure of a year's work, with nothing reported."""
    values: dict[str, Any] = {
        "code": "2023-07-1",
        "is_done": False,
        "starts_on": date(2023, 1, 1),
        "due": date(2023, 12, 31),
        "reported_percent": None,
        "reported_on": None,
        "targets": (),
        "milestones": (),
    }
    return PartFacts(**(values | given))


def reported(percent: str, on: date = date(2023, 6, 20), **given: Any) -> PartFacts:
    return a_part(reported_percent=Decimal(percent), reported_on=on, **given)


def test_an_item_is_as_far_as_its_measures_are_on_average() -> None:
    targets = (a_target("200", "50"),)
    counted = a_part(targets=targets, reported_on=date(2023, 6, 20))
    closed = a_part(is_done=True, targets=(a_target("4", None),))
    facts = a_project(parts=(reported("40"), counted, closed, a_part()))
    assert actual_percent(facts) == Decimal("41.3")


def test_measures_of_measures_count_within_theirs() -> None:
    deep = a_part(parts=(reported("100"), reported("50"), a_part()))
    assert actual_percent(a_project(parts=(deep, reported("100")))) == Decimal("75.0")


def test_the_items_own_report_counts_until_a_measure_has_a_newer_one() -> None:
    own: dict[str, Any] = {"reported_percent": Decimal(70), "reported_on": date(2023, 6, 25)}
    old, new = reported("40"), reported("40", on=date(2023, 6, 26))
    assert actual_percent(a_project(parts=(old,), **own)) == Decimal("70.0")
    assert actual_percent(a_project(parts=(new,), **own)) == Decimal("40.0")
    deep = a_part(parts=(new,))
    assert actual_percent(a_project(parts=(old, deep), **own)) == Decimal("40.0")


def test_words_alone_do_not_put_an_items_measures_aside() -> None:
    facts = a_project(parts=(reported("40"),), reported_on=date(2023, 7, 1))
    assert actual_percent(facts) == Decimal("40.0")


def test_an_item_without_a_curve_is_planned_as_its_measures_are() -> None:
    early = a_part(due=date(2023, 6, 30))
    late = a_part(starts_on=date(2023, 7, 1))
    facts = a_project(a_deadline(date(2023, 12, 31)), parts=(early, late))
    assert planned_percent(facts, date(2023, 7, 1)) == Decimal("50.0")
    assert planned_percent(facts, date(2023, 12, 31)) == Decimal(100)
    with_curve = replace(facts, milestones=(a_milestone(date(2023, 7, 1), "20"),))
    assert planned_percent(with_curve, date(2023, 7, 1)) == Decimal("20.0")


def test_facts_with_measures_come_back_from_the_store_as_they_were() -> None:
    deep = a_part(parts=(reported("50", milestones=(a_milestone(date(2023, 7, 1), "20"),)),))
    facts = a_project(a_deadline(date(2023, 12, 31)), parts=(deep, reported("10")))
    assert project_from_data(json.loads(json.dumps(project_to_data(facts)))) == facts
    without = project_to_data(a_project())
    del without["parts"]
    assert project_from_data(without) == a_project()
