"""A unit's feed, read by two programs that were not written here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import vobject

from engine.dates.unit_dates import UnitDate
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, Light
from notifications.calendar_feed import feed
from tests.notifications.samples import CALENDAR

STEP = UnitDate(
    project_id=7,
    code="2023-07",
    title="新建改扩建中小学、幼儿园；含\n宿舍, 操场",
    state=ProjectState.UNDERWAY,
    light=Light.YELLOW,
    kind=DeadlineKind.MILESTONE,
    slot="2",
    name="主体完工",
    version=1,
    due=date(2023, 10, 9),
    original=date(2023, 10, 9),
    provisional=False,
    promise=("15所", "新增学位：7500个"),
    changed_at=datetime(2023, 3, 29, 2, tzinfo=UTC),
)
END = replace(STEP, kind=DeadlineKind.COMPLETION, slot="", name="办结", due=date(2023, 11, 30))


def made(*dates: UnitDate) -> bytes:
    return feed("市教育局", dates, CALENDAR, "example.gov.cn")


def read(*dates: UnitDate) -> tuple[icalendar.Calendar, list[Any]]:
    calendar = icalendar.Calendar.from_ical(made(*dates))
    assert isinstance(calendar, icalendar.Calendar)
    return calendar, list(calendar.walk("VEVENT"))


def test_a_date_is_a_whole_day_with_what_it_is_for_in_its_title() -> None:
    _, [event] = read(STEP)
    assert event.decoded("dtstart") == date(2023, 10, 9)
    assert event.decoded("dtend") == date(2023, 10, 10)
    assert event["summary"] == "节点时限：主体完工·新建改扩建中小学、幼儿园；含 宿舍, 操场"
    told = event["description"].split("\n")
    assert "承诺：15所；新增学位：7500个" in told
    assert "状态：推进中，黄灯" in told
    assert "办理方式见督办邮件" in told and "url" not in event  # the status page is not for units
    assert "原定" not in event["description"]


def test_a_date_that_was_moved_keeps_its_identifier_and_tells_the_first() -> None:
    _, [before] = read(STEP)
    _, [after] = read(replace(STEP, version=2, due=date(2023, 10, 31)))
    assert after["uid"] == before["uid"] == "7-milestone-2@example.gov.cn"
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert "原定：2023年10月9日" in after["description"]


def test_the_alarm_is_on_the_working_day_before() -> None:
    """9 October 2023 follows the long holiday; 7 and 8 October were made working days."""
    _, [event] = read(STEP)
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == datetime(2023, 10, 8, 1, tzinfo=UTC)


def test_an_item_that_is_suspended_says_that_its_dates_stand_still() -> None:
    _, [event] = read(replace(STEP, state=ProjectState.SUSPENDED))
    assert event["status"] == "TENTATIVE"
    assert "时限中止" in event["description"]


def test_a_date_in_a_year_not_yet_published_says_so() -> None:
    _, [event] = read(replace(STEP, provisional=True))
    assert "暂定日期" in event["description"]


def test_the_feed_tells_its_name_and_how_often_to_look_and_is_the_same_each_time() -> None:
    calendar, events = read(STEP, END)
    assert calendar["x-wr-calname"] == calendar["name"] == "市教育局督办时限"
    assert calendar["method"] == "PUBLISH"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in made(STEP).decode()
    assert len({event["uid"] for event in events}) == 2
    assert made(STEP, END) == made(STEP, END)
    assert calendar.errors == []


def test_a_second_program_reads_the_same() -> None:
    calendar = vobject.readOne(made(STEP, END).decode())
    first, second = calendar.vevent_list
    assert first.summary.value == "节点时限：主体完工·新建改扩建中小学、幼儿园；含 宿舍, 操场"
    assert (first.dtstart.value, second.dtstart.value) == (date(2023, 10, 9), date(2023, 11, 30))
    assert first.valarm.trigger.value == datetime(2023, 10, 8, 1, tzinfo=UTC)


def test_lines_are_no_longer_than_the_standard_allows() -> None:
    assert max(map(len, made(STEP, END).split(b"\r\n"))) <= 75


def test_a_unit_without_dates_has_an_empty_feed() -> None:
    assert read()[1] == []
