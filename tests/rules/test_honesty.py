"""What makes the figures of a report doubtful."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.honesty import Doubt, HonestyCheck, doubts
from engine.rules.policy import ReportCadence
from engine.rules.report_facts import FigureFacts, ReportFacts

CHECK = HonestyCheck
MARCH, APRIL, JUNE = "2023-03", "2023-04", "2023-06"


def seats(stated: str | None, **given: Any) -> FigureFacts:
    """学位, 7500 promised."""
    before = tuple((p, Decimal(v)) for p, v in given.pop("before", ()))
    after = given.pop("after", None)
    last_year = given.pop("last_year", None)
    return FigureFacts(
        name="学位",
        unit="个",
        planned=Decimal(7500),
        text="7500个",
        stated=None if stated is None else Decimal(stated),
        before=before,
        after=(after[0], Decimal(after[1])) if after else None,
        last_year=None if last_year is None else Decimal(last_year),
        **given,
    )


def works(stated: str, *before: tuple[str, str]) -> FigureFacts:
    earlier = tuple((p, Decimal(v)) for p, v in before)
    return FigureFacts("形象进度", "%", Decimal(100), stated=Decimal(stated), before=earlier)


def facts(*figures: FigureFacts, **given: Any) -> ReportFacts:
    """A report of April, long after the assignment and long before the end."""
    values: dict[str, Any] = {
        "period": APRIL,
        "every": ReportCadence.MONTHLY,
        "day": date(2023, 4, 24),
        "assigned_on": date(2023, 1, 30),
        "due": date(2023, 11, 30),
        "text": "按计划推进",
        "works": None,
        "figures": figures,
    }
    return ReportFacts(**(values | given))


def only(report: ReportFacts) -> Doubt:
    (doubt,) = doubts(report)
    assert doubt.text.endswith(("请说明", "请核对或说明", "或说明情况", "更正", "或说明原因"))
    return doubt


def test_figures_that_grow_are_not_doubted() -> None:
    report = facts(seats("1500", before=[(MARCH, "1200")]), works=works("20", (MARCH, "15")))
    assert doubts(report) == ()


def test_a_figure_that_falls_is_doubted_with_both_figures() -> None:
    doubt = only(facts(seats("850", before=[("2023-02", "1000"), (MARCH, "900")])))
    assert (doubt.check, doubt.code) == (CHECK.FALLS, "falls:学位")
    assert "2023年3月累计900个，本期填850个，少了50个" in doubt.text


def test_a_share_of_works_that_falls_is_doubted_too() -> None:
    assert only(facts(works=works("12", (MARCH, "15")))).metric == "形象进度"


def test_a_fall_is_told_once_for_the_figures_and_the_works_they_make_up() -> None:
    report = facts(seats("850", before=[(MARCH, "900")]), works=works("12", (MARCH, "15")))
    assert only(report).metric == "学位"


def test_a_correction_above_a_later_period_is_doubted() -> None:
    doubt = only(facts(seats("950", before=[(MARCH, "800")], after=("2023-05", "900"))))
    assert doubt.check is CHECK.FALLS
    assert "2023年5月已填900个" in doubt.text


def test_a_figure_that_is_only_carried_over_is_not_doubted() -> None:
    assert doubts(facts(seats("950", after=("2023-05", "900"), is_new=False))) == ()


def test_built_with_less_than_all_works_is_doubted() -> None:
    report = facts(seats("7500"), works=works("90"), text="新建学校已建成")
    doubt = only(report)
    assert doubt.check is CHECK.BUILT_UNFINISHED
    assert "文字写“已建成”，但形象进度为90%。" in doubt.text


def test_built_with_a_target_below_its_promise_is_doubted() -> None:
    doubt = only(facts(seats("7000"), works=works("100"), text="项目竣工"))
    assert "“学位”为7000个，目标7500个" in doubt.text
    assert "“学位”尚未填报" in only(facts(seats(None), text="项目竣工")).text


def test_built_with_all_promises_kept_is_not() -> None:
    assert doubts(facts(seats("7500"), works=works("100"), text="项目竣工")) == ()


@pytest.mark.parametrize(
    ("before", "stated", "is_doubted"),
    [
        ([], "3750", False),  # half of the promise
        ([], "3751", True),
        ([("2023-10", "1000")], "4001", True),  # 3001 after steps of 1000
        ([("2023-10", "1000")], "4000", False),
        ([("2023-10", "100")], "850", False),  # 7.5 times, but a tenth of the promise only
        ([("2023-09", "500"), ("2023-10", "500")], "2001", True),
        ([("2023-10", "0")], "1000", True),
        ([("2023-09", "3800"), ("2023-10", "3700")], "7480", False),  # no more than once before
        ([("2023-09", "100"), ("2023-10", "7500")], "40000", False),  # the promise was kept
    ],
)
def test_a_jump_in_the_last_period_is_doubted(
    before: list[tuple[str, str]], stated: str, is_doubted: bool
) -> None:
    last = facts(seats(stated, before=before), period="2023-11", day=date(2023, 11, 24))
    assert [d.check for d in doubts(last)] == [CHECK.LATE_JUMP] * is_doubted
    assert doubts(replace(last, period="2023-10", day=date(2023, 10, 24))) == ()


@pytest.mark.parametrize(
    ("every", "period", "day", "due", "is_late"),
    [
        (ReportCadence.MONTHLY, JUNE, date(2023, 6, 24), date(2023, 6, 30), True),
        (ReportCadence.MONTHLY, "2023-05", date(2023, 5, 24), date(2023, 6, 30), False),
        (ReportCadence.MONTHLY, "2023-05", date(2023, 6, 24), date(2023, 6, 30), True),
        (ReportCadence.MONTHLY, "2023-04", date(2023, 6, 24), date(2023, 6, 30), False),
        (ReportCadence.WEEKLY, "2023-W25", date(2023, 6, 20), date(2023, 6, 30), False),
        (ReportCadence.WEEKLY, "2023-W26", date(2023, 6, 27), date(2023, 6, 30), True),
        (ReportCadence.MONTHLY, "2023-12", date(2023, 12, 5), date(2024, 6, 30), True),
        (ReportCadence.MONTHLY, "2023-12", date(2023, 12, 5), None, True),
        (ReportCadence.MONTHLY, JUNE, date(2023, 6, 24), None, False),
    ],
)
def test_the_end_is_the_last_period_before_the_promised_date_and_december(
    every: ReportCadence, period: str, day: date, due: date | None, is_late: bool
) -> None:
    assert facts(every=every, period=period, day=day, due=due).is_late is is_late


def test_a_jump_is_told_once_for_the_figures_and_the_works_they_make_up() -> None:
    last = {"period": "2023-11", "day": date(2023, 11, 24)}
    assert only(facts(seats("7500"), works=works("100"), **last)).metric == "学位"
    assert only(facts(works=works("100"), **last)).metric == "形象进度"


def roads(count: str, length: str) -> tuple[FigureFacts, FigureFacts]:
    """吴忠2023: 29条68公里 planned."""
    promise = "29条68公里"
    return (
        FigureFacts("公路（条）", "条", Decimal(29), promise, Decimal(count)),
        FigureFacts("公路（公里）", "公里", Decimal(68), promise, Decimal(length)),
    )


def test_count_short_but_length_over_is_doubted() -> None:
    doubt = only(facts(*roads("26", "79")))
    assert (doubt.check, doubt.metric) == (CHECK.COUNT_SHORT, "29条68公里")
    assert "“公路（条）”26条，未达到29条；“公路（公里）”79公里，超过68公里" in doubt.text


@pytest.mark.parametrize("done", [("26", "60"), ("29", "79"), ("30", "79"), ("26", "68")])
def test_other_results_of_one_promise_are_not(done: tuple[str, str]) -> None:
    assert doubts(facts(*roads(*done))) == ()


def test_two_promises_are_not_held_against_each_other() -> None:
    short, over = roads("26", "79")
    assert doubts(facts(short, replace(over, text="68公里"))) == ()


def test_parts_that_do_not_make_up_the_whole_are_doubted() -> None:
    parts = (("2023-01-1", Decimal(300)), ("2023-01-2", None), ("2023-01-3", Decimal(500)))
    doubt = only(facts(seats("900", parts=parts)))
    assert doubt.check is CHECK.SUM_DIFFERS
    assert "填900个，而各分项合计800个（2023-01-1为300个、2023-01-2为未填" in doubt.text


def test_parts_that_do_or_say_nothing_are_not() -> None:
    assert doubts(facts(seats("800", parts=(("a", Decimal(300)), ("b", Decimal(500)))))) == ()
    assert doubts(facts(seats("800", parts=(("a", None), ("b", None))))) == ()


@pytest.mark.parametrize(
    ("stated", "given", "says"),
    [
        ("2250", {"day": date(2023, 2, 24), "period": "2023-02"}, "首次填报即达目标的30%"),
        ("3000", {"works": works("0")}, "刚刚交办或尚未开工"),
    ],
)
def test_a_first_report_with_much_done_already_is_doubted(
    stated: str, given: dict[str, Any], says: str
) -> None:
    doubt = only(facts(seats(stated), is_first=True, **given))
    assert doubt.check is CHECK.EARLIER_YEARS
    assert says in doubt.text


def test_a_first_report_with_little_done_or_long_after_is_not() -> None:
    early = {"day": date(2023, 2, 24), "period": "2023-02"}
    assert doubts(facts(seats("2249"), is_first=True, **early)) == ()
    assert doubts(facts(seats("3000"), is_first=True)) == ()
    assert doubts(facts(seats("3000", before=[("2023-01", "2900")]), **early)) == ()


def test_last_years_result_stated_again_is_doubted() -> None:
    doubt = only(facts(seats("1596", before=[(MARCH, "100")], last_year="1596")))
    assert "与上年结果1596个相同" in doubt.text
    doubt = only(facts(seats("1700", last_year="1596"), is_first=True))
    assert "首次填报即超过上年结果1596个" in doubt.text
    assert doubts(facts(seats("1600", before=[(MARCH, "900")], last_year="1596"))) == ()
    assert doubts(facts(seats("1596", before=[(MARCH, "1596")], last_year="1596"))) == ()


VALUES = st.lists(st.integers(0, 7500), min_size=1, max_size=8)


@given(VALUES, st.integers(0, 7500))
def test_a_fall_is_found_exactly_when_the_last_figure_was_higher(
    values: list[int], now: int
) -> None:
    before = [(f"2022-{month:02d}", str(value)) for month, value in enumerate(values, 1)]
    found = doubts(facts(seats(str(now), before=before)))
    assert (CHECK.FALLS in [d.check for d in found]) == (now < values[-1])


@given(st.integers(1, 8), st.integers(1, 3))
def test_even_work_is_never_a_jump(months: int, faster: int) -> None:
    """Neither is a last step of up to three times the others, while less than half is missing."""
    share = 7500 // (months + 7)
    before = [(f"2023-{m:02d}", str(share * m)) for m in range(1, months + 1)]
    now = share * (months + faster)
    report = facts(seats(str(now), before=before), period="2023-12", day=date(2023, 12, 5))
    assert doubts(report) == ()
