"""The working calendar: known answers, overriding layers, provisional years, ranges."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from config.calendar_loader import load_calendar
from engine.rules.calendar import (
    Calendar,
    CalendarRangeError,
    DayEntry,
    Layer,
    Limit,
    LimitError,
    LimitUnit,
    Roll,
)

# 国办发明电〔2025〕7号, typed in by hand: first and last day off, festival.
OFF_2026 = [
    ((1, 1), (1, 3), "元旦"),
    ((2, 15), (2, 23), "春节"),
    ((4, 4), (4, 6), "清明节"),
    ((5, 1), (5, 5), "劳动节"),
    ((6, 19), (6, 21), "端午节"),
    ((9, 25), (9, 27), "中秋节"),
    ((10, 1), (10, 7), "国庆节"),
]
MAKE_UP_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


@pytest.fixture(scope="module")
def national() -> Calendar:
    return load_calendar(["national"])


@pytest.fixture(scope="module")
def ningxia() -> Calendar:
    return load_calendar(["national", "ningxia-2023"])


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(i) for i in range((date(year + 1, 1, 1) - first).days)]


def test_three_working_days_from_12_february_2026_cross_the_spring_festival(national: Calendar):
    assert national.add_working_days(date(2026, 2, 12), 3) == date(2026, 2, 24)
    limit = Limit(3, LimitUnit.WORKING_DAY)
    assert national.apply(date(2026, 2, 12), limit) == date(2026, 2, 24)


def test_thirty_calendar_days_that_end_in_the_national_holiday_roll_past_it(national: Calendar):
    start = date(2026, 9, 5)
    unit = LimitUnit.CALENDAR_DAY
    assert national.apply(start, Limit(30, unit, Roll.NONE)) == date(2026, 10, 5)
    assert national.apply(start, Limit(30, unit)) == date(2026, 10, 8)
    assert national.apply(start, Limit(30, unit, Roll.PREVIOUS)) == date(2026, 9, 30)


def test_five_working_days_before_30_september_2026_count_the_working_sunday(national: Calendar):
    assert national.add_working_days(date(2026, 9, 30), -5) == date(2026, 9, 22)


def test_the_arrangement_of_2026_is_the_published_one_on_every_day(national: Calendar):
    festival = {}
    for (m1, d1), (m2, d2), name in OFF_2026:
        for i in range((date(2026, m2, d2) - date(2026, m1, d1)).days + 1):
            festival[date(2026, m1, d1) + timedelta(i)] = name
    make_up = {date(2026, m, d) for m, d in MAKE_UP_2026}
    for day in days_of(2026):
        expected = day in make_up or (day.weekday() < 5 and day not in festival)
        note = national.note(day)
        assert (day, national.is_working(day), note.working) == (day, expected, expected)
        if day in festival:
            assert note.reason == f"{festival[day]}放假"
        assert not note.provisional


def test_the_year_2026_has_248_working_days(national: Calendar):
    assert national.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_a_make_up_saturday_counts_as_a_working_day_and_says_why(national: Calendar):
    note = national.note(date(2026, 2, 14))
    assert note.working
    assert note.reason == "调休上班（春节）"
    assert note.source == "国办发明电〔2025〕7号"


def test_ordinary_days_are_explained_by_the_working_week(national: Calendar):
    monday, saturday = national.note(date(2026, 3, 9)), national.note(date(2026, 3, 14))
    assert (monday.working, monday.reason) == (True, "周一工作日")
    assert (saturday.working, saturday.reason) == (False, "周六")
    assert "国务院令第174号" in monday.source == saturday.source


def test_a_new_years_day_off_in_december_rests_on_the_next_years_notice(national: Calendar):
    assert national.note(date(2007, 12, 31)).source == "国办发明电〔2007〕52号"
    assert national.note(date(2007, 10, 1)).source == "国办发明电〔2006〕49号"


def test_counted_days_are_listed_one_by_one_with_the_first_left_out(national: Calendar):
    notes = national.count_days(date(2026, 2, 12), date(2026, 2, 24))
    assert [n.day.day for n in notes] == list(range(13, 25))
    assert [n.day.day for n in notes if n.working] == [13, 14, 24]


def test_days_counted_backwards_leave_out_the_day_they_start_from(national: Calendar):
    notes = national.count_days(date(2026, 9, 30), date(2026, 9, 22))
    assert [n.day.day for n in notes] == list(range(22, 30))
    assert sum(n.working for n in notes) == 5
    assert national.count_days(date(2026, 9, 30), date(2026, 9, 30)) == []


def test_days_past_a_deadline_are_negative(national: Calendar):
    sunday_deadline, monday = date(2026, 3, 8), date(2026, 3, 9)
    assert national.working_days_between(monday, sunday_deadline) == -1
    assert national.working_days_between(sunday_deadline, monday) == 1


def test_neighbours_are_strict_or_inclusive_as_their_names_say(national: Calendar):
    working, off = date(2026, 9, 30), date(2026, 10, 1)
    assert national.next_working_day(working) == date(2026, 10, 8)
    assert national.first_working_day_on_or_after(working) == working
    assert national.first_working_day_on_or_after(off) == date(2026, 10, 8)
    assert national.last_working_day_on_or_before(off) == working
    assert national.last_working_day_on_or_before(working) == working


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 20), 12, date(2027, 5, 20)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_months_last(
    national: Calendar, start: date, months: int, end: date
):
    assert national.apply(start, Limit(months, LimitUnit.MONTH, Roll.NONE)) == end


def test_a_month_that_ends_on_a_day_off_rolls_to_the_next_working_day(national: Calendar):
    limit = Limit(1, LimitUnit.MONTH)
    assert national.apply(date(2025, 12, 31), limit) == date(2026, 2, 2)
    assert national.apply(date(2026, 9, 3), limit) == date(2026, 10, 8)
    assert national.apply(date(2026, 8, 20), limit) == date(2026, 9, 20)


def test_the_second_working_day_of_january_2026_is_the_monday_after_the_working_sunday(
    national: Calendar,
):
    assert national.nth_working_day_of_month(2026, 1, 1) == date(2026, 1, 4)
    assert national.nth_working_day_of_month(2026, 1, 2) == date(2026, 1, 5)
    assert national.nth_working_day_of_month(2026, 10, 1) == date(2026, 10, 8)
    assert national.nth_working_day_of_month(2004, 1, 1) == date(2004, 1, 2)


@pytest.mark.parametrize("n", [0, -1, 19])
def test_a_month_refuses_a_working_day_it_does_not_have(national: Calendar, n: int):
    assert national.nth_working_day_of_month(2026, 10, 18) == date(2026, 10, 30)
    with pytest.raises(CalendarRangeError, match="1 至 18"):
        national.nth_working_day_of_month(2026, 10, n)


def test_ningxia_has_its_festivals_off_and_the_nation_does_not(
    national: Calendar, ningxia: Calendar
):
    changed = [d for d in days_of(2023) if national.is_working(d) is not ningxia.is_working(d)]
    assert changed == [date(2023, 6, 29), date(2023, 6, 30)]
    note = ningxia.note(date(2023, 6, 29))
    assert (note.working, note.reason) == (False, "古尔邦节放假")
    assert "宁夏回族自治区人民政府办公厅" in note.source
    assert "待核" in note.source
    assert ningxia.note(date(2023, 4, 22)).reason == "开斋节放假"
    assert ningxia.is_working(date(2023, 4, 23))


def test_a_later_layer_overrides_an_earlier_one_both_ways():
    friday, saturday = date(2026, 3, 13), date(2026, 3, 14)
    upper = Layer("a", "甲", "甲文", entries=(DayEntry(friday, False, "三月三"),))
    lower = Layer(
        "b",
        "乙",
        "乙文",
        entries=(DayEntry(friday, True, "三月三"), DayEntry(saturday, True, "三月三", "丙文")),
    )
    assert not Calendar([upper]).is_working(friday)
    both = Calendar([upper, lower])
    assert both.is_working(friday)
    assert both.note(friday).source == "乙文"
    assert both.note(saturday).source == "丙文"
    assert not Calendar([lower, upper]).is_working(friday)


def test_an_unpublished_year_is_provisional_and_says_so(national: Calendar):
    day = date(2027, 3, 1)
    assert national.is_provisional(day)
    assert not national.is_provisional(date(2026, 12, 31))
    note = national.note(day)
    assert note.working
    assert note.provisional
    assert note.reason == "周一工作日（调休安排未公布，暂定）"


def test_an_unpublished_year_has_only_the_statutory_solar_days_off(national: Calendar):
    off = [d for d in days_of(2027) if d.weekday() < 5 and not national.is_working(d)]
    # 5月1日、2日 and 10月2日、3日 of 2027 are weekend days.
    assert off == [date(2027, 1, 1), date(2027, 10, 1)]
    assert not any(national.is_working(d) for d in days_of(2027) if d.weekday() >= 5)
    note = national.note(date(2027, 10, 1))
    assert note.reason == "国庆节放假（调休安排未公布，暂定）"
    assert "国务院令第795号" in note.source


def test_counting_across_the_turn_into_an_unpublished_year_is_provisional(national: Calendar):
    december, january = date(2026, 12, 20), date(2027, 1, 5)
    assert national.is_provisional_between(december, january)
    assert national.is_provisional_between(january, december)
    assert not national.is_provisional_between(date(2026, 1, 1), date(2026, 12, 31))


def test_a_layer_that_publishes_a_year_makes_it_final(national: Calendar):
    published = Layer(
        "national-2027",
        "2027年放假安排",
        "试拟",
        entries=(DayEntry(date(2027, 1, 3), True, "元旦"),),
        years=frozenset({2027}),
    )
    calendar = Calendar([*national.layers, published])
    assert calendar.is_working(date(2027, 1, 3))
    # A published year says itself which days are off.
    assert calendar.is_working(date(2027, 10, 1))
    assert not calendar.is_provisional(date(2027, 10, 1))


def test_a_day_that_a_document_declares_is_not_provisional_in_an_unpublished_year():
    day = date(2027, 3, 10)
    calendar = Calendar([Layer("x", "甲", "甲文", entries=(DayEntry(day, False, "开斋节"),))])
    assert not calendar.is_provisional(day)
    assert calendar.note(day).reason == "开斋节放假"
    assert calendar.is_provisional(day + timedelta(1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.is_working(date(2003, 12, 31)),
        lambda c: c.note(date(2036, 1, 1)),
        lambda c: c.is_provisional_between(date(2026, 1, 1), date(2036, 1, 1)),
        lambda c: c.working_days_between(date(2003, 12, 31), date(2004, 1, 5)),
        lambda c: c.add_working_days(date(2035, 12, 31), 1),
        lambda c: c.add_working_days(date(2004, 1, 1), -1),
        lambda c: c.count_days(date(2035, 12, 30), date(2036, 1, 1)),
        lambda c: c.apply(date(2026, 1, 1), Limit(999_999, LimitUnit.MONTH)),
        lambda c: c.apply(date(2026, 1, 1), Limit(10**12, LimitUnit.CALENDAR_DAY)),
        lambda c: c.apply(date(2026, 1, 1), Limit(9_999, LimitUnit.CALENDAR_DAY, Roll.NONE)),
        lambda c: c.nth_working_day_of_month(2036, 1, 1),
    ],
)
def test_a_day_out_of_range_is_refused_in_chinese_with_a_cure(national: Calendar, ask):
    with pytest.raises(CalendarRangeError, match="超出日历范围（2004年至2035年）。请"):
        ask(national)


def test_a_limit_is_written_as_documents_write_it():
    assert str(Limit(3, LimitUnit.WORKING_DAY)) == "3个工作日"
    assert Limit(30, LimitUnit.CALENDAR_DAY).text == "30个自然日"
    assert Limit(2, LimitUnit.MONTH).text == "2个月"


def test_a_negative_limit_is_refused():
    with pytest.raises(LimitError, match="不能为负数"):
        Limit(-1, LimitUnit.WORKING_DAY)


def test_a_calendar_survives_the_round_trip_through_json(ningxia: Calendar):
    copy = Calendar.from_data(json.loads(json.dumps(ningxia.to_data())))
    assert copy.layers == ningxia.layers
    assert copy.to_data() == ningxia.to_data()
    assert copy.version == ningxia.version
    assert [copy.note(d) for d in days_of(2023)] == [ningxia.note(d) for d in days_of(2023)]


def test_the_version_tells_calendars_apart(national: Calendar, ningxia: Calendar):
    assert len(national.version) == 16
    assert national.version == load_calendar(["national"]).version
    assert national.version != ningxia.version
    assert national.version != Calendar(national.layers, to_year=2030).version
