"""Every day of every published year against two independent sources."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from config.calendar_loader import load_calendar
from engine.rules.calendar import Calendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(i) for i in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def national() -> Calendar:
    return load_calendar(["national"])


def test_every_day_but_one_equals_the_library_that_supplies_the_data(national: Calendar):
    wrong = [d for d in DAYS if national.is_working(d) is not chinese_calendar.is_workday(d)]
    # A Saturday that 国办发明电〔2005〕35号 made a working day; chinesecalendar has it off.
    assert wrong == [date(2005, 12, 31)]


def test_every_day_equals_an_independent_library(national: Calendar):
    other = holidays.country_holidays("CN", years=range(2004, 2027))
    wrong = [d for d in DAYS if national.is_working(d) is not other.is_working_day(d)]
    assert wrong == []


def test_all_years_from_2004_to_2026_are_published(national: Calendar):
    assert national.published_years == frozenset(range(2004, 2027))
    assert not any(national.is_provisional(d) for d in DAYS)


def test_every_declared_day_names_its_document_and_festival(national: Calendar):
    for entry in national.layers[0].entries:
        assert "发明电〔" in entry.source or "部分节假日安排的通知" in entry.source
        assert entry.name in {
            "元旦",
            "春节",
            "清明节",
            "劳动节",
            "端午节",
            "中秋节",
            "国庆节",
            "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日",
        }


@pytest.mark.parametrize(
    ("day", "source"),
    [
        (date(2015, 9, 3), "国发明电〔2015〕1号"),
        (date(2019, 5, 2), "国办发明电〔2019〕3号"),
        (date(2020, 1, 31), "国办发明电〔2020〕1号"),
        (date(2020, 1, 30), "国办发明电〔2019〕16号"),
        (date(2005, 5, 2), "国务院办公厅关于2005年部分节假日安排的通知"),
    ],
)
def test_a_day_moved_during_the_year_rests_on_the_later_notice(
    national: Calendar, day: date, source: str
):
    assert not national.is_working(day)
    assert national.note(day).source == source
