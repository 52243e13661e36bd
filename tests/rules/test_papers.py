"""The papers that gather many projects: their figures add up, and nobody is named wrongly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules import papers
from engine.rules.facts import ProjectFacts
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.papers import circular, monthly_brief, named_by, put_together, weekly_paper
from engine.rules.periods import moment_of
from engine.rules.policy_conditions import Condition, Gate
from engine.rules.standings import standing_of
from engine.rules.targets import TargetForm
from engine.rules.totals import FieldCount, PaperUnsound, check_table, faults_of
from engine.rules.words import Cadence, DeadlineKind, Light, NoticeKind, ProjectKind
from tests.rules.builders import (
    CALENDAR,
    a_deadline,
    a_light,
    a_milestone,
    a_policy,
    a_project,
    a_rule,
    a_target,
    monthly,
)

MONDAY = moment_of(Cadence.WEEKLY, date(2023, 6, 5))
AHEAD = CALENDAR.add_working_days(MONDAY.day, 10)
POLICY = a_policy()
DECEMBER = monthly(date(2023, 12, 4))
NOVEMBER = a_rule(
    "november",
    NoticeKind.CIRCULAR,
    Condition(gate=Gate(month=11, day=30)),
    cadence=Cadence.MONTHLY,
    program=True,
    kinds=(ProjectKind.PROJECT,),
)
STANDINGS = st.builds(
    lambda kind, field, light, state: standing_of(
        a_project(kind=kind, field=field, light=a_light(light), state=state), DECEMBER.cutoff
    ),
    st.sampled_from(list(ProjectKind)),
    st.sampled_from(["教育", "交通", "卫生"]),
    st.sampled_from(list(Light)),
    st.sampled_from(list(ProjectState)),
)
STANDING_STILL = [
    {"state": ProjectState.SUSPENDED},
    {"state": ProjectState.COMPLETION_REQUESTED},
    {"state": ProjectState.CLOSED},
    {"state": ProjectState.TERMINATED},
    {"exempt_until": date(2024, 1, 31)},
]


def this_week(*projects: ProjectFacts) -> papers.WeeklyPaper:
    return weekly_paper(projects, POLICY, CALENDAR, MONDAY)


def in_order(row: FieldCount) -> tuple[int, ...]:
    return (row.green, row.yellow, row.red, row.done, row.stopped)


@given(st.lists(STANDINGS, max_size=30))
def test_the_brief_adds_up_by_light_and_by_field(standings):
    brief = monthly_brief(standings, DECEMBER)
    rows = brief.by_field
    assert brief.total.total == sum(s.kind is ProjectKind.PROJECT for s in standings)
    assert all(sum(in_order(row)) == row.total for row in (*rows, brief.total))
    assert brief.total.total == sum(row.total for row in rows)
    columns = zip(*map(in_order, rows), strict=True)
    assert [sum(column) for column in columns] == (list(in_order(brief.total)) if rows else [])
    assert len(brief.lagging) == brief.total.yellow + brief.total.red


def test_what_stands_still_is_neither_green_nor_behind():
    standings = [
        standing_of(a_project(light=a_light(Light.RED), state=state), DECEMBER.cutoff)
        for state in (ProjectState.SUSPENDED, ProjectState.TERMINATED, ProjectState.UNDERWAY)
    ]
    brief = monthly_brief(standings, DECEMBER)
    assert in_order(brief.total) == (0, 0, 1, 0, 2)
    assert [s.state for s in brief.lagging] == [ProjectState.UNDERWAY]


ROW = FieldCount("教育", 3, 1, 1, 1, 0)


@pytest.mark.parametrize(
    ("total", "rows", "fault"),
    [
        (replace(ROW, total=4), (), "“教育”共4件，各类之和为3件"),
        (replace(ROW, field="合计", total=7, green=5), (ROW, ROW), "“件数”合计7件，各行之和为6件"),
        (
            FieldCount("合计", 6, 3, 1, 2, 0),
            (ROW, ROW),
            "“绿灯”合计3件，各行之和为2件；“黄灯”合计1件，各行之和为2件",
        ),
    ],
)
def test_totals_that_do_not_add_up_are_named(total, rows, fault):
    assert fault in "；".join(faults_of(total, rows))


def test_a_paper_that_does_not_add_up_cannot_be_made():
    yellow = standing_of(a_project(light=a_light(Light.YELLOW)), DECEMBER.cutoff)
    brief = monthly_brief([yellow], DECEMBER)
    with pytest.raises(PaperUnsound, match=r"“合计”共2件，各类之和为1件"):
        replace(brief, total=replace(brief.total, total=2))
    with pytest.raises(PaperUnsound, match=r"黄灯、红灯共1件，列出的落后事项为0件"):
        replace(brief, lagging=())
    with pytest.raises(PaperUnsound, match=r"“合计”共5件，各类之和为1件"):
        replace(circular((), [yellow], DECEMBER), total=replace(brief.total, total=5))
    data = papers.to_data(brief)
    data["total"]["red"] = 9
    with pytest.raises(PaperUnsound):
        papers.brief_from_data(data)


def test_a_plain_table_is_held_against_its_last_row():
    check_table(("逾期", "落后"), [(1, 2), (3, 4)], (4, 6))
    with pytest.raises(PaperUnsound, match=r"“落后”合计7，各行之和为6"):
        check_table(("逾期", "落后"), [(1, 2), (3, 4)], (4, 7))


@pytest.mark.parametrize(
    ("target", "planned", "behind"),
    [
        (a_target("7500", "2500"), "4500", "2000"),
        (a_target("7500", None), "4500", "4500"),
        (a_target("7500", "4800"), "4500", "0"),
        (a_target("7.3", "2.5"), "4.4", "1.9"),
        (a_target("100", "40", TargetForm.ALL), "60.0", "20.0"),
        (a_target("1", "0"), "1", "1"),
    ],
)
def test_each_promise_is_held_against_what_the_plan_asks_by_now(target, planned, behind):
    steps = (a_milestone(date(2023, 11, 30), "60"),)
    facts = a_project(targets=(target,), milestones=steps, light=a_light(Light.RED))
    (stands,) = standing_of(facts, date(2023, 11, 30)).targets
    assert (stands.planned, stands.behind) == (Decimal(planned), Decimal(behind))
    assert standing_of(replace(facts, light=a_light()), date(2023, 11, 30)).targets == ()


def test_a_moved_date_keeps_the_first_promise_beside_it():
    moved = a_deadline(date(2023, 12, 28), original_due=date(2023, 11, 30))
    standing = standing_of(a_project(moved), DECEMBER.cutoff)
    assert (standing.due, standing.original_due) == (date(2023, 12, 28), date(2023, 11, 30))


@given(st.lists(STANDINGS, max_size=30))
def test_the_brief_names_red_before_yellow_and_only_open_rectifications(standings):
    brief = monthly_brief(standings, DECEMBER)
    colours = [s.light for s in brief.lagging]
    assert colours == sorted(colours, key=[Light.RED, Light.YELLOW].index)
    assert all(s.state in OPEN_STATES for s in brief.rectifications)


def test_the_brief_keeps_the_order_of_the_list():
    fields = ["交通", "教育", "交通", "卫生"]
    standings = [standing_of(a_project(field=f), DECEMBER.cutoff) for f in fields]
    rows = monthly_brief(standings, DECEMBER).by_field
    assert [row.field for row in rows] == ["交通", "教育", "卫生"]


def test_a_digest_is_empty_when_there_is_nothing_to_say():
    far = a_deadline(CALENDAR.next_working_day(AHEAD))
    assert this_week().is_empty
    assert this_week(a_project(far)).is_empty


@pytest.mark.parametrize(
    ("due", "soon", "overdue", "days_left"),
    [
        (AHEAD, 1, 0, 10),
        (MONDAY.day, 1, 0, 0),
        (date(2023, 6, 2), 0, 1, -1),
        (date(2023, 6, 4), 0, 1, -1),
    ],
)
def test_a_digest_tells_what_is_near_and_what_is_missed(due, soon, overdue, days_left):
    paper = this_week(a_project(a_deadline(due)))
    assert (len(paper.due_soon), len(paper.overdue)) == (soon, overdue)
    assert (*paper.due_soon, *paper.overdue)[0].days_left == days_left


def test_a_digest_lists_dates_in_order():
    dues = [date(2023, 6, 9), date(2023, 6, 6), date(2023, 6, 8)]
    deadlines = [a_deadline(d, DeadlineKind.MILESTONE, slot=str(d.day)) for d in dues]
    listed = [item.due for item in this_week(a_project(*deadlines)).due_soon]
    assert listed == sorted(dues)


@pytest.mark.parametrize(
    ("light", "behind"),
    [(Light.GREEN, 0), (Light.YELLOW, 1), (Light.RED, 1), (Light.BLUE, 0)],
)
def test_a_digest_tells_which_items_are_behind(light: Light, behind: int):
    assert len(this_week(a_project(light=a_light(light))).behind) == behind


def test_an_open_problem_is_told_every_week_until_it_is_closed():
    problem = a_project(kind=ProjectKind.PROBLEM)
    assert [s.code for s in this_week(problem).problems] == [problem.code]
    assert this_week(replace(problem, state=ProjectState.CLOSED)).is_empty


@pytest.mark.parametrize("still", STANDING_STILL)
def test_a_digest_asks_no_dates_of_a_project_whose_clocks_stand(still):
    facts = a_project(a_deadline(date(2023, 6, 1)), light=a_light(Light.RED))
    assert not this_week(facts).is_empty
    assert this_week(replace(facts, **still)).is_empty


def test_the_office_s_list_holds_what_the_digests_hold():
    digests = [
        this_week(a_project(a_deadline(day), code=code, light=a_light(Light.YELLOW)))
        for code, day in (("b", date(2023, 6, 9)), ("a", date(2023, 6, 6)))
    ]
    together = put_together(digests)
    assert [item.code for item in together.due_soon] == ["a", "b"]
    assert [standing.code for standing in together.behind] == ["b", "a"]


def test_a_circular_names_what_its_rule_holds_for_with_the_figures():
    late = a_project(a_deadline(date(2023, 12, 31)))
    (item,) = named_by(NOVEMBER, [late], CALENDAR, DECEMBER)
    assert (item.standing.code, item.texts) == (late.code, ("到11月30日仍未办结",))


@pytest.mark.parametrize("still", STANDING_STILL)
def test_a_circular_names_no_project_whose_clocks_stand(still):
    assert named_by(NOVEMBER, [replace(a_project(), **still)], CALENDAR, DECEMBER) == ()


def test_a_circular_names_only_the_kinds_of_its_rule():
    measure = a_project(kind=ProjectKind.MEASURE)
    assert named_by(NOVEMBER, [measure], CALENDAR, DECEMBER) == ()


@given(st.lists(STANDINGS, max_size=10))
def test_a_circular_gives_the_totals_of_the_whole_list(standings):
    draft = circular((), standings, DECEMBER)
    assert draft.total == monthly_brief(standings, DECEMBER).total


@given(st.lists(STANDINGS, max_size=4))
def test_papers_survive_the_round_trip_through_json(standings):
    week = this_week(a_project(a_deadline(MONDAY.day)), a_project(kind=ProjectKind.PROBLEM))
    brief = monthly_brief(standings, DECEMBER)
    named = named_by(NOVEMBER, [a_project(a_deadline(MONDAY.day))], CALENDAR, DECEMBER)
    draft = circular(named, standings, DECEMBER)
    for paper, read in (
        (week, papers.weekly_from_data),
        (brief, papers.brief_from_data),
        (draft, papers.circular_from_data),
    ):
        assert read(json.loads(json.dumps(papers.to_data(paper)))) == paper
