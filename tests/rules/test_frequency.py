from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.frequency import Visit, days_apart, too_often
from engine.rules.policy_parts import Frequency

LIMITS = Frequency(per_unit_per_year=3, repeat_after=30)
MARCH = date(2023, 3, 1)
SCHOOLS, ROADS = ("市教育局", "2023-01"), ("市交通局", "2023-02")
MORE_SCHOOLS = ("市教育局", "2023-03")

days = st.dates(date(2022, 11, 1), date(2024, 2, 28))
places = st.frozensets(st.sampled_from([SCHOOLS, ROADS, MORE_SCHOOLS]), min_size=1)


@st.composite
def visits(draw: st.DrawFn, number: int = 7) -> Visit:
    first = draw(days)
    last = first + timedelta(days=draw(st.integers(0, 10)))
    return Visit(number, "督查", first, last, draw(places))


def visit(number: int, first: date, *where: tuple[str, str], days: int = 1) -> Visit:
    last = first + timedelta(days=days - 1)
    return Visit(number, f"第{number}次督查", first, last, frozenset(where or (SCHOOLS,)))


def test_thirty_days_after_the_end_of_the_last_an_item_may_be_inspected_again() -> None:
    earlier = visit(1, MARCH, days=5)
    soon, later = visit(0, date(2023, 4, 3)), visit(0, date(2023, 4, 4))
    assert too_often(soon, [earlier], LIMITS) == [
        "2023-01（市教育局）已列入督查1“第1次督查”（2023年3月1日至2023年3月5日），相隔29日，"
        "规则为同一单位同一事项30日内不重复督查"
    ]
    assert too_often(later, [earlier], LIMITS) == []


def test_one_that_is_planned_for_later_counts_as_well() -> None:
    assert too_often(visit(0, MARCH), [visit(1, date(2023, 3, 20))], LIMITS)


def test_inspections_that_overlap_are_double_even_where_no_days_must_lie_between() -> None:
    none = Frequency(per_unit_per_year=9, repeat_after=0)
    (fault,) = too_often(visit(0, MARCH, days=3), [visit(1, date(2023, 3, 3))], none)
    assert "期间重叠" in fault
    assert too_often(visit(0, MARCH), [visit(1, date(2023, 3, 2))], none) == []


def test_other_items_and_other_units_do_not_repeat() -> None:
    assert too_often(visit(0, MARCH, MORE_SCHOOLS), [visit(1, MARCH)], LIMITS) == []
    assert too_often(visit(0, MARCH, ROADS), [visit(1, MARCH)], LIMITS) == []


def test_a_unit_at_its_yearly_count_is_named_with_all_its_inspections() -> None:
    earlier = [visit(n, date(2023, 2 * n, 10), MORE_SCHOOLS) for n in (1, 2, 3)]
    (fault,) = too_often(visit(0, date(2023, 11, 1)), earlier, LIMITS)
    assert fault.startswith("市教育局2023年已有3次督查，达到规则的每年3次：督查1“第1次督查”")
    assert fault.count("次督查”") == 3
    assert too_often(visit(0, date(2024, 1, 4)), earlier, LIMITS) == []


@given(visits(0), visits())
def test_the_distance_of_two_inspections_is_the_same_from_both_sides(a: Visit, b: Visit) -> None:
    assert days_apart(a, b) == days_apart(b, a)
    meets = a.first <= b.last and b.first <= a.last
    assert meets == (days_apart(a, b) <= 0)


@given(visits(0), st.lists(visits(), max_size=6))
def test_what_is_refused_stays_refused_when_more_is_planned(
    planned: Visit, others: list[Visit]
) -> None:
    for count in range(len(others)):
        if too_often(planned, others[:count], LIMITS):
            assert too_often(planned, others, LIMITS)


@given(visits(0), st.lists(visits(), max_size=6))
def test_a_visit_to_nothing_new_is_never_too_often(planned: Visit, others: list[Visit]) -> None:
    recheck = Visit(0, "复查", planned.first, planned.last, frozenset())
    assert too_often(recheck, others, LIMITS) == []
