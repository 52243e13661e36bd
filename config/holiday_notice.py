"""The State Council's yearly notice of holidays (国务院办公厅关于…年部分节假日安排的通知), pasted
whole, becomes a layer of the calendar. What does not add up is told, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from config.errors import ConfigError
from engine.rules.layers import DayEntry, Layer

WHAT = "放假通知"
LONGEST = 20
"""Days of the longest holiday there can be; more is a misread date."""

_YEAR = re.compile(r"(\d{4})年部分节假日安排")
_NUMBER = re.compile(r"国办发(?:明电)?〔\d{4}〕\d+号")
_ITEM = re.compile(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.．]?\s*([^：:。]{2,15})[：:](.+)$")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日天])")
_COUNT = re.compile(r"共(\d+)天")
_FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What the notice of every year since 2008 arranges; one that lacks any was cut off in pasting."""
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WEEK = "一二三四五六日"


def layer_of_notice(text: str) -> Layer:
    """The days that a notice arranges.

    Raises:
        ConfigError: in Chinese, with every fault: what is missing, or does not add up.
    """
    text = text.translate(_DIGITS)
    found = _YEAR.search(text)
    if found is None:
        raise ConfigError(
            f"{WHAT}中没有找到“……年部分节假日安排的通知”。请连同标题粘贴全文，"
            "或者改用日历文件（YAML）的写法。"
        )
    year, number = int(found[1]), _NUMBER.search(text)
    reading = _Reading(year)
    for line in text.splitlines():
        item = _ITEM.match(line.strip())
        if item:
            reading.take(item[1].strip(), item[2])
    if not reading.entries and not reading.faults:
        reading.faults.append("没有读出任何放假安排，应有“一、元旦：1月1日至3日放假……”这样的行")
    elif missing := [name for name in _FESTIVALS if not any(name in n for n in reading.names)]:
        reading.faults.append(f"没有读出{'、'.join(missing)}的安排，请粘贴通知全文")
    if reading.faults:
        raise ConfigError.of(f"{WHAT}有 {len(reading.faults)} 处问题：", reading.faults)
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return Layer(
        id=f"notice-{year}",
        title=f"{year}年放假调休安排",
        source=f"{title}（{number[0]}）" if number else title,
        entries=tuple(reading.entries[day] for day in sorted(reading.entries)),
        years=frozenset({year}),
    )


class _Reading:
    """What has been read of a notice so far."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.entries: dict[date, DayEntry] = {}
        self.names: list[str] = []
        self.faults: list[str] = []

    def take(self, name: str, arranged: str) -> None:
        """One festival."""
        self.names.append(name)
        off = 0
        for sentence in re.split("[。；;]", arranged):
            days = list(self._days(name, sentence))
            if "上班" in sentence:
                self._put(name, days, working=True)
            elif "放假" in sentence:
                off += len(days)
                self._put(name, days, working=False)
        told = _COUNT.search(arranged)
        if told and int(told[1]) != off:
            self.faults.append(f"{name}：写的是共{told[1]}天，按日期数是{off}天")
        elif not off:
            self.faults.append(f"{name}：没有读出放假的日期")

    def _put(self, name: str, days: list[date], *, working: bool) -> None:
        for day in days:
            before = self.entries.get(day)
            if before is not None and before.working != working:
                self.faults.append(f"{name}：{day}既写放假又写上班")
            self.entries[day] = DayEntry(day, working, name)

    def _days(self, name: str, sentence: str) -> Iterator[date]:
        """The days of a sentence; 至 between two of them takes in all that lie between."""
        before: date | None = None
        end, month, year = 0, 0, self.year
        for found in _DATE.finditer(sentence):
            year = int(found[1] or year)
            month = int(found[2] or month)
            day = self._day(name, year, month, found)
            if day is None:
                continue
            between = sentence[end : found.start()]
            if before is not None and re.search("[至到—-]", between):
                if not timedelta(0) < day - before <= timedelta(LONGEST):
                    self.faults.append(f"{name}：{before}至{day}不像一个假期")
                    continue
                yield from (before + timedelta(n) for n in range(1, (day - before).days))
            yield day
            before, end = day, found.end()

    def _day(self, name: str, year: int, month: int, found: re.Match[str]) -> date | None:
        try:
            day = date(year, month, int(found[3]))
        except ValueError:
            self.faults.append(f"{name}：“{found[0]}”不是真实的日期")
            return None
        week = _WEEKDAY.search(found[4] or "")
        told = week and _WEEK.index(week[1].replace("天", "日"))
        if told is not None and told != day.weekday():
            self.faults.append(
                f"{name}：{day}是周{_WEEK[day.weekday()]}，通知中写的是{week and week[0]}"
            )
        return day
