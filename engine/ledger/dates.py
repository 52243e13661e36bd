"""Dates as offices write them: "11月底前", "第三季度末", "2023年6月30日"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from engine.ledger.wording import CHINESE_NUMERAL, WordingError, chinese_number, compact

CURE = "请写成“2023年6月30日”“6月底前”“三季度末”或“年底前”这样的形式"
CURE_FIGURES = "请把单元格格式设为日期后重新填写，或写成“6月30日”“6月底前”"
CURE_DAY = "请写成“2023年1月10日”或“2023-01-10”"

_NUMBER = rf"(?:\d{{1,2}}|{CHINESE_NUMERAL}{{1,3}})"
_LEAD_IN = r"(?:计划|力争|确保)?(?:于|在|至|到|截至|截止到?)?"
_YEAR = rf"(?:(?P<year>\d{{4}}|{CHINESE_NUMERAL}{{4}})年|今年|本年度?|当年)?"
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_TAIL = rf"{_WEEKDAY}(?:\d{{1,2}}[时点])?(?:以前|之前|前|以内|之内|内|止)?"
_NUMERIC = re.compile(
    rf"{_LEAD_IN}(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})"
    rf"(?!\d){_TAIL}"
)
# 20230630 and 202306, as they are typed into a cell of numbers.
_RUN_TOGETHER = re.compile(
    rf"{_LEAD_IN}(?P<year>(?:19|20)\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})?(?![\d.]){_TAIL}"
)
_YEAR_MONTH = re.compile(
    rf"{_LEAD_IN}(?P<year>(?:19|20)\d{{2}})[-/](?P<month>\d{{1,2}})(?![-/.\d]){_TAIL}"
)
_DAY = re.compile(
    r"(\d{4})(?:(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})[日号]|-(\d{1,2})-(\d{1,2})|[/.](\d{1,2})[/.](\d{1,2}))"
)
_MONTH_DAY = re.compile(
    rf"{_LEAD_IN}{_YEAR}(?P<month>{_NUMBER})月(?:份)?(?P<day>{_NUMBER})[日号]{_TAIL}"
)
_MONTH_PART = re.compile(
    rf"{_LEAD_IN}{_YEAR}(?P<month>{_NUMBER})月(?:份)?(?P<part>上旬|中旬|下旬|底|末)?{_TAIL}"
)
_QUARTER = re.compile(rf"{_LEAD_IN}{_YEAR}第?(?P<quarter>[一二三四1-4])季度(?:底|末)?{_TAIL}")
_HALF = re.compile(rf"{_LEAD_IN}{_YEAR}(?P<half>上半年|下半年)(?:底|末)?{_TAIL}")
_YEAR_END = re.compile(
    rf"{_LEAD_IN}(?:(?:(?P<year>\d{{4}}|{CHINESE_NUMERAL}{{4}})年|今年|本年|当年)"
    rf"(?:年底|年末|年内|全年|度内|度|底|末|内)|年底|年末|年内|年度内|全年){_TAIL}"
)
_FORMS = (
    _NUMERIC,
    _RUN_TOGETHER,
    _YEAR_MONTH,
    _MONTH_DAY,
    _MONTH_PART,
    _QUARTER,
    _HALF,
    _YEAR_END,
)
_DONE = re.compile(r"(?:全面|全部|基本)?(?:完成|办结|建成|竣工|投用|交付)?[。.]?")
# What a day copied out of a workbook may bring with it.
_TIME = re.compile(r"(?<=\d)[T\s]+\d{1,2}:\d{2}(?::\d{2})?\s*$")
# How a workbook counts its days, where a cell is not shown as a date.
_SERIAL = re.compile(r"\d{5}")
_FIRST_DAY = date(1899, 12, 30)
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
# "3月至6月" is not the end of March.
_RANGE_MARKS = ("-", "~", "—", "–", "至", "到")
# The end of an unnamed part is the promise's last day; early parts end on the 10th and 20th.
_PART_DAYS = {"上旬": 10, "中旬": 20}


def read_date(text: str, year: int) -> date:
    """The last day a text allows; `year` is used where the text names none.

    "X月底前" is the last calendar day of the month: a promise to the public is never moved to
    a working day here. Raises WordingError for texts that are no date or name an impossible day.
    """
    if _SERIAL.fullmatch(text.strip()):
        return _counted_day(text.strip(), year)
    day, rest = read_leading_date(text, year)
    if _DONE.fullmatch(rest) is None:
        raise WordingError(f"日期“{text.strip()}”读不懂", CURE)
    return day


def _counted_day(text: str, year: int) -> date:
    """45107 is 2023-06-30 where that is about the year, and else nothing."""
    day = _FIRST_DAY + timedelta(int(text))
    if abs(day.year - year) > 1:
        raise WordingError(f"日期“{text}”是一个数，不知指哪一天", CURE_FIGURES)
    return day


def read_day(text: str) -> date:
    """One day with its year, such as 2023年1月10日, 2023-01-10 or 2023.1.10.

    Raises WordingError for anything less exact: the day of a decision is not "1月".
    """
    match = _DAY.fullmatch(compact(text))
    if match is None:
        raise WordingError(f"日期“{text.strip()}”不是完整的年月日", CURE_DAY)
    return _day(*map(int, filter(None, match.groups())))


def read_leading_date(text: str, year: int) -> tuple[date, str]:
    """The date a text begins with, and the compacted rest of the text.

    Raises WordingError as `read_date` does.
    """
    plain = compact(_TIME.sub("", text))
    for pattern in _FORMS:
        match = pattern.match(plain)
        if match is not None and not plain[match.end() :].startswith(_RANGE_MARKS):
            return _last_day(match, year), plain[match.end() :]
    if _FIGURES.fullmatch(plain):
        raise WordingError(f"日期“{text.strip()}”是一个数，不知指哪一天", CURE_FIGURES)
    raise WordingError(f"日期“{text.strip()}”读不懂", CURE)


def _last_day(match: re.Match[str], default_year: int) -> date:
    found = match.groupdict()
    year = _number(found["year"]) if found.get("year") else default_year
    if found.get("quarter"):
        return _month_end(year, 3 * _number(found["quarter"]))
    if found.get("half"):
        return _month_end(year, 6 if found["half"] == "上半年" else 12)
    if not found.get("month"):
        return _month_end(year, 12)
    month = _number(found["month"])
    if found.get("day"):
        return _day(year, month, _number(found["day"]))
    if found.get("part") in _PART_DAYS:
        return _day(year, month, _PART_DAYS[found["part"]])
    return _month_end(year, month)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else chinese_number(text)


def _month_end(year: int, month: int) -> date:
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year >= 1 else 1
    return _day(year, month, last)


def _day(year: int, month: int, day: int) -> date:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        raise WordingError(f"没有{year}年{month}月这个月份", CURE)
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise WordingError(f"{year}年{month}月没有{day}日", "请核对日期，月末可写“月底前”")
    return date(year, month, day)
