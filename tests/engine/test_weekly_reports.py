"""A policy by which units report every week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.assigning.assignment import sign_for
from engine.desk.transition import find_project
from engine.reports.last_values import offered
from engine.reports.reporting import ReportRefused, Statement, report
from engine.rules.policy import Policy, ReportCadence
from engine.rules.words import DeadlineKind, DeadlineState
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    RULEBOOK,
    World,
    assign_all,
)

REPORT = DeadlineKind.REPORT
MONDAY = date(2023, 4, 17)


def weekly() -> Policy:
    limits = RULEBOOK.policy.limits.model_copy(
        update={"report_every": ReportCadence.WEEKLY, "report_weekday": 2}
    )
    return RULEBOOK.policy.model_copy(update={"limits": limits})


@pytest.fixture
def by_the_week(registered: World) -> World:
    """The list given out and signed for under a weekly policy."""
    world = replace(registered, rulebook=replace(RULEBOOK, policy=weekly()))
    assign_all(world, "2023-01")
    with world.desk(ASSIGNED_ON) as desk:
        sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    return world


def say(world: World, period: str, day: date = MONDAY) -> None:
    with world.desk(day) as desk:
        statement = Statement(period, {"学位": Decimal(100)})
        report(desk, find_project(desk, "2023-01"), statement, CONTACT)


def test_a_report_is_due_every_week_until_the_promised_date(by_the_week: World) -> None:
    dates = {
        slot: due for (kind, slot), due in by_the_week.pending("2023-01").items() if kind is REPORT
    }
    assert dates["2023-W14"] == date(2023, 4, 4)
    assert dates["2023-W18"] == date(2023, 5, 5)  # moved behind the May holiday
    assert max(dates) == "2023-W50"
    assert "2023-W13" not in dates  # its Tuesday was before the assignment


def test_a_weekly_report_answers_its_week_and_those_before(by_the_week: World) -> None:
    say(by_the_week, "2023-W15")
    states = [by_the_week.dates("2023-01", REPORT, f"2023-W{n}")[0].state for n in (14, 15, 16)]
    assert states == [DeadlineState.MET, DeadlineState.MET, DeadlineState.PENDING]


def test_a_month_or_a_week_to_come_is_refused(by_the_week: World) -> None:
    with by_the_week.refuses(
        ReportRefused, "应写成 2023-W15 的形式（本事项每周填报）", MONDAY
    ) as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-04", text="x"), CONTACT)
    with by_the_week.refuses(ReportRefused, "请填写本周或以前的周次", MONDAY) as desk:
        report(desk, find_project(desk, "2023-01"), Statement("2023-W17", text="x"), CONTACT)


def test_a_change_to_monthly_papers_leaves_the_weeks_of_items_given_out(
    by_the_week: World,
) -> None:
    say(replace(by_the_week, rulebook=RULEBOOK), "2023-W16")
    with replace(by_the_week, rulebook=RULEBOOK).desk(MONDAY) as desk:
        form = offered(desk, find_project(desk, "2023-01"))
    assert (form.every, form.period) == (ReportCadence.WEEKLY, "2023-W16")
    assert form.due == date(2023, 4, 25)
