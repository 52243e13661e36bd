"""A score is the sum of its lines, each of which rests on one event of the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.scoring_loader import load_scoring
from engine.rules.assessments import ScoreItem
from engine.rules.score_table import Bonus, Bonuses, Deduction, Deductions, OverBonus, ScoreTable
from engine.rules.scoring import (
    Duty,
    Happening,
    Issued,
    Line,
    Result,
    ScoredItem,
    UnitFacts,
    score,
    total,
)
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, NoticeKind, Timeliness

TABLE = load_scoring()
DAY = date(2023, 12, 29)
DUE = date(2023, 6, 26)


def duty(kind: DeadlineKind, met_on: date | None, due: date = DUE, event: int = 7) -> Duty:
    return Duty(kind, kind.label, due, met_on, event)


def item(*duties: Duty, **given: Any) -> ScoredItem:
    values: dict[str, Any] = {"code": "2023-01", "until": DAY, "duties": duties}
    return ScoredItem(**(values | given))


def notice(kind: NoticeKind, event: int = 9, **given: Any) -> Issued:
    values: dict[str, Any] = {"number": event, "about": ("2023-01",), "on": DUE, "event": event}
    return Issued(kind, **(values | given))


def result(planned: str, actual: str | None, form: TargetForm = TargetForm.AT_LEAST) -> Result:
    return Result("学位", "个", form, Decimal(planned), Decimal(actual) if actual else None)


def lines(*items: ScoredItem, notices: tuple[Issued, ...] = (), table: ScoreTable = TABLE):
    return score(UnitFacts(items, notices), table)


def points(what: ScoreItem, found: tuple[Line, ...]) -> list[Decimal]:
    return [line.points for line in found if line.item is what]


def taken(value: str, **given: Any) -> Deduction:
    return Deduction(points=Decimal(value), source="测试", **given)


def test_a_unit_of_which_nothing_is_told_keeps_the_base() -> None:
    found = lines()
    assert [(line.item, line.points) for line in found] == [(ScoreItem.BASE, Decimal(100))]


@pytest.mark.parametrize(
    ("kind", "met_on", "what"),
    [
        (DeadlineKind.PLAN, None, ScoreItem.PLAN_MISSED),
        (DeadlineKind.PLAN, DUE + timedelta(1), ScoreItem.PLAN_LATE),
        (DeadlineKind.REPORT, None, ScoreItem.REPORT_MISSED),
        (DeadlineKind.REPORT, DUE + timedelta(1), ScoreItem.REPORT_LATE),
        (DeadlineKind.FIRST_REPORT, None, ScoreItem.REPORT_MISSED),
        (DeadlineKind.COMPLETION, None, ScoreItem.FINISHED_LATE),
        (DeadlineKind.COMPLETION, DUE + timedelta(1), ScoreItem.FINISHED_LATE),
        (DeadlineKind.RECTIFICATION, DUE + timedelta(1), ScoreItem.FINISHED_LATE),
    ],
)
def test_a_date_that_was_missed_costs_what_the_table_says(kind, met_on, what) -> None:
    found = lines(item(duty(kind, met_on)))
    (line,) = [line for line in found if line.item is what]
    assert line.points == -getattr(TABLE.deductions, what.value).points
    assert line.event == 7
    assert "计分时限2023年6月26日" in line.text


def test_a_date_met_on_its_last_day_costs_nothing() -> None:
    assert len(lines(item(duty(DeadlineKind.REPORT, DUE)))) == 1


def test_a_date_not_past_when_the_clocks_stopped_costs_nothing() -> None:
    stopped = item(duty(DeadlineKind.REPORT, None), until=DUE)
    assert len(lines(stopped)) == 1


def test_two_yellow_warnings_cost_one_point() -> None:
    three = tuple(notice(NoticeKind.YELLOW_WARNING, event) for event in (1, 2, 3))
    found = [line for line in lines(notices=three) if line.item is ScoreItem.YELLOW]
    assert [line.points for line in found] == [0, -1, 0]
    assert "第1次，满2次扣分" in found[0].text


def test_a_notice_that_is_contested_waits_and_is_not_counted() -> None:
    disputed = notice(NoticeKind.YELLOW_WARNING, 1, disputed=True)
    found = lines(notices=(disputed, notice(NoticeKind.YELLOW_WARNING, 2)))
    yellow = [line for line in found if line.item is ScoreItem.YELLOW]
    assert [line.points for line in yellow] == [0, 0]
    assert "异议复核中，暂不计分" in yellow[0].text


def test_what_happened_at_a_contested_item_waits() -> None:
    contested = item(duty(DeadlineKind.COMPLETION, None), disputed=True)
    found = lines(contested, notices=(notice(NoticeKind.RED_WARNING),))
    assert total(found) == 100
    assert sum("暂不计分" in line.text for line in found) == 2


def test_deductions_of_one_kind_stop_at_their_bound() -> None:
    table = TABLE.model_copy(
        update={"deductions": Deductions(chase=taken("2", at_most=Decimal(3)))}
    )
    chases = tuple(notice(NoticeKind.CHASE, event) for event in (1, 2, 3))
    found = lines(notices=chases, table=table)
    assert points(ScoreItem.CHASE, found) == [-2, -1, 0]
    assert "已到上限" in found[-1].text


def test_a_failed_recheck_costs_and_takes_the_bonus_away() -> None:
    closed = Happening("", DAY, 20)
    good = item(closed=closed, timeliness=Timeliness.EARLY)
    failed = replace(good, failed=(Happening("渗漏", DAY, 21),))
    assert points(ScoreItem.EARLY, lines(good)) == [2]
    assert points(ScoreItem.EARLY, lines(failed)) == []
    assert points(ScoreItem.RECHECK_FAILED, lines(failed)) == [-5]


@pytest.mark.parametrize(
    ("results", "given_points"),
    [
        ((result("100", "110"),), 1),
        ((result("100", "109.9"),), 0),
        ((result("100", "120"), result("100", "99")), 0),
        ((result("100", "120"), result("100", None)), 0),
        ((result("100", "120"), result("100", "100", TargetForm.ALL)), 1),
        ((), 0),
    ],
)
def test_over_target_counts_from_ten_percent_and_only_when_no_target_falls_short(
    results, given_points
) -> None:
    done = item(closed=Happening("", DAY, 20), timeliness=Timeliness.ON_TIME, results=results)
    assert len(points(ScoreItem.OVER_TARGET, lines(done))) == given_points
    assert points(ScoreItem.OVER_TARGET, lines(replace(done, closed=None))) == []


def test_all_bonuses_together_stop_at_their_bound() -> None:
    done = [
        item(code=f"2023-{n:02d}", closed=Happening("", DAY, n), timeliness=Timeliness.EARLY)
        for n in range(1, 8)
    ]
    found = lines(*done)
    assert points(ScoreItem.EARLY, found) == [2, 2, 2, 2, 2, 0, 0]
    assert total(found) == 110


def test_the_sum_is_never_below_the_floor() -> None:
    table = TABLE.model_copy(update={"deductions": Deductions(red=taken("60"))})
    found = lines(notices=tuple(notice(NoticeKind.RED_WARNING, n) for n in (1, 2)), table=table)
    assert total(found) == 0
    assert (found[-1].item, found[-1].points) == (ScoreItem.FLOOR, 20)


def test_what_the_table_leaves_out_is_not_scored() -> None:
    table = TABLE.model_copy(update={"deductions": Deductions(), "bonuses": Bonuses()})
    late = item(
        duty(DeadlineKind.COMPLETION, None),
        closed=Happening("", DAY, 20),
        timeliness=Timeliness.EARLY,
    )
    assert len(lines(late, notices=(notice(NoticeKind.RED_WARNING),), table=table)) == 1


FIGURES = st.decimals("0.5", "20", places=1)
BOUNDS = st.none() | st.decimals("1", "30", places=1)
TAKEN = st.builds(
    Deduction,
    points=FIGURES,
    every=st.integers(1, 3),
    at_most=BOUNDS,
    source=st.just("测试"),
)
GIVEN = st.builds(Bonus, points=FIGURES, at_most=BOUNDS, source=st.just("测试"))
OVER = st.builds(
    OverBonus, points=FIGURES, at_most=BOUNDS, by_percent=st.just(10), source=st.just("测试")
)
TABLES = st.builds(
    lambda d, b: TABLE.model_copy(update={"deductions": d, "bonuses": b}),
    st.builds(Deductions, **{name: st.none() | TAKEN for name in Deductions.model_fields}),
    st.builds(Bonuses, early=st.none() | GIVEN, over_target=st.none() | OVER, at_most=BOUNDS),
)
DAYS = st.dates(date(2023, 1, 1), DAY)
EVENTS = st.integers(1, 10_000)
ITEMS = st.builds(
    ScoredItem,
    code=st.sampled_from(["2023-01", "2023-02", "2023-03"]),
    until=DAYS,
    duties=st.lists(
        st.builds(
            Duty,
            st.sampled_from(list(DeadlineKind)),
            st.just("填报"),
            DAYS,
            st.none() | DAYS,
            EVENTS,
        ),
        max_size=4,
    ).map(tuple),
    failed=st.lists(st.builds(Happening, st.just("渗漏"), DAYS, EVENTS), max_size=2).map(tuple),
    closed=st.none() | st.builds(Happening, st.just(""), DAYS, EVENTS),
    timeliness=st.none() | st.sampled_from(list(Timeliness)),
    results=st.lists(st.sampled_from([result("100", "130"), result("100", "90")])).map(tuple),
    disputed=st.booleans(),
)
NOTICES = st.builds(
    Issued,
    st.sampled_from(
        [
            NoticeKind.CHASE,
            NoticeKind.YELLOW_WARNING,
            NoticeKind.RED_WARNING,
            NoticeKind.CIRCULAR,
        ]
    ),
    EVENTS,
    st.just(("2023-01",)),
    DAYS,
    EVENTS,
    st.booleans(),
)
FACTS = st.builds(
    UnitFacts, st.lists(ITEMS, max_size=4).map(tuple), st.lists(NOTICES, max_size=6).map(tuple)
)


@given(FACTS, TABLES)
def test_the_same_facts_give_the_same_score_and_every_bound_is_kept(facts, table) -> None:
    found = score(facts, table)
    assert found == score(facts, table)
    assert total(found) >= table.floor
    for name in Deductions.model_fields:
        bound = getattr(table.deductions, name)
        sum_taken = -sum(points(ScoreItem(name), found))
        assert sum_taken >= 0
        if bound is None:
            assert sum_taken == 0
        elif bound.at_most is not None:
            assert sum_taken <= bound.at_most
    bonus = sum(points(ScoreItem.EARLY, found)) + sum(points(ScoreItem.OVER_TARGET, found))
    assert bonus >= 0
    if table.bonuses.at_most is not None:
        assert bonus <= table.bonuses.at_most


@given(FACTS, TABLES)
def test_every_line_but_the_base_and_the_floor_rests_on_an_event(facts, table) -> None:
    told = {duty.event for i in facts.items for duty in i.duties}
    told |= {happening.event for i in facts.items for happening in i.failed}
    told |= {i.closed.event for i in facts.items if i.closed}
    told |= {n.event for n in facts.notices}
    for line in score(facts, table):
        if line.item in (ScoreItem.BASE, ScoreItem.FLOOR):
            assert line.event is None
        else:
            assert line.event in told
            assert line.text


@given(FACTS, TABLES)
def test_what_waits_for_a_review_costs_nothing(facts, table) -> None:
    waiting = UnitFacts(
        tuple(replace(i, disputed=True) for i in facts.items),
        tuple(replace(n, disputed=True) for n in facts.notices),
    )
    assert total(score(waiting, table)) == table.base.points
