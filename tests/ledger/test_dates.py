from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.dates import read_date, read_day
from engine.ledger.wording import WordingError

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMERALS = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("11月底前", 11, 30),
        ("6月底", 6, 30),
        ("2月末", 2, 28),
        ("6月", 6, 30),
        ("2023年6月30日", 6, 30),
        ("2023-06-30", 6, 30),
        ("2023/6/30", 6, 30),
        ("2023.6.30", 6, 30),
        ("6月30日前", 6, 30),
        ("于 6 月 30 日 之前", 6, 30),
        ("２０２３年６月３０日", 6, 30),
        ("六月底", 6, 30),
        ("十一月二十五日前", 11, 25),
        ("二〇二三年六月底", 6, 30),
        ("年底前", 12, 31),
        ("2023年底", 12, 31),
        ("年内完成", 12, 31),
        ("全年", 12, 31),
        ("12月上旬", 12, 10),
        ("12月中旬", 12, 20),
        ("12月下旬", 12, 31),
        ("第三季度末", 9, 30),
        ("三季度", 9, 30),
        ("第1季度", 3, 31),
        ("上半年", 6, 30),
        ("下半年", 12, 31),
        ("12月20日前完成", 12, 20),
        ("11月\n底前", 11, 30),
        ("20230630", 6, 30),
        ("20230630前", 6, 30),
        ("202306", 6, 30),
        ("2023-06", 6, 30),
        ("2023/6", 6, 30),
        ("45107", 6, 30),
        ("2023/6/30 0:00:00", 6, 30),
        ("6月30日（星期五）前", 6, 30),
        ("6月30日24时前", 6, 30),
    ],
)
def test_a_date_reads_as_people_write_it(text: str, month: int, day: int) -> None:
    assert read_date(text, 2023) == date(2023, month, day)


def test_the_end_of_february_follows_the_year() -> None:
    assert read_date("2月底", 2024) == date(2024, 2, 29)


def test_a_year_in_the_text_is_stronger_than_that_of_the_list() -> None:
    assert read_date("2024年3月底", 2023) == date(2024, 3, 31)


@pytest.mark.parametrize(
    "text", ["", "随便", "尽快", "2月30日", "2023-02-29", "13月底", "6月31日", "0月1日", "五季度"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(WordingError):
        read_date(text, 2023)


@pytest.mark.parametrize(
    "text", ["3月至6月", "3月-6月", "6.30", "6月30日至7月5日", "2023年", "2023.1", "2023-06-"]
)
def test_what_could_mean_another_day_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(WordingError):
        read_date(text, 2023)


@pytest.mark.parametrize("text", ["44500", "99999", "45107.5", "6.3", "2023", "630", "2023063"])
def test_a_bare_number_that_is_no_day_about_the_year_says_how_to_cure_it(text: str) -> None:
    with pytest.raises(WordingError, match="单元格格式设为日期"):
        read_date(text, 2023)


def test_a_day_that_a_workbook_counts_is_read_in_the_years_beside_the_list_too() -> None:
    assert read_date("45600", 2023) == date(2024, 11, 4)
    assert read_date("44926", 2023) == date(2022, 12, 31)


@pytest.mark.parametrize("text", ["20230230", "20231301", "202313"])
def test_an_impossible_day_in_figures_is_refused(text: str) -> None:
    with pytest.raises(WordingError, match="没有"):
        read_date(text, 2023)


def test_the_day_of_a_decision_may_be_written_in_figures() -> None:
    assert read_day("20230110") == date(2023, 1, 10)


def test_an_impossible_day_is_named_in_the_message() -> None:
    with pytest.raises(WordingError, match="2023年2月没有30日"):
        read_date("2月30日", 2023)


@given(st.dates(date(2004, 1, 1), date(2035, 12, 31)))
def test_every_written_form_of_a_day_reads_as_that_day(day: date) -> None:
    chinese = f"{day.year}年{day.month}月{day.day}日"
    forms = [
        chinese,
        chinese.translate(FULL_WIDTH),
        chinese + "前",
        f"{day.month}月{day.day}号",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        str((day - date(1899, 12, 30)).days),
    ]
    assert {read_date(form, day.year) for form in forms} == {day}


@given(st.integers(2004, 2035), st.integers(1, 12))
def test_a_month_end_is_the_last_calendar_day_and_never_later(year: int, month: int) -> None:
    last = date(year, month, calendar.monthrange(year, month)[1])
    forms = (f"{month}月底前", f"{year}年{month}月末", f"{NUMERALS[month]}月底", f"{month}月下旬")
    assert {read_date(form, year) for form in forms} == {last}


@given(st.text(max_size=12))
def test_any_text_is_either_a_date_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(read_date(text, 2023), date)
    except WordingError as error:
        assert error.cure
