"""日历订阅: a unit's open dates as iCalendar (RFC 5545, 7986), the same bytes for the same data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from engine.dates.unit_dates import UnitDate
from engine.rules.calendar import Calendar as WorkingDays
from engine.rules.conditions import written
from engine.rules.lifecycle import ProjectState
from engine.rules.zone import ZONE
from notifications.phrases import UNPUBLISHED, called, one_line

PRODUCT = "-//Duban//Deadlines//ZH"
REFRESH = timedelta(hours=6)
ALARM_AT = time(9)
DAY = timedelta(days=1)


def feed(unit: str, dates: Iterable[UnitDate], calendar: WorkingDays, domain: str) -> bytes:
    """The feed of a unit. Dates that are met or cancelled are not in it, and so leave the
    subscriber's calendar. It leads nowhere: the only address for a unit is the link in its mail.

    Args:
        domain: the right-hand side of the identifiers.
    """
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        whole.add(name, f"{unit}督办时限")
    whole.add("x-wr-timezone", ZONE.key)
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT6H")
    for day in dates:
        whole.add_component(_event(day, calendar, domain))
    return whole.to_ical()


def _event(day: UnitDate, calendar: WorkingDays, domain: str) -> Event:
    """One date. Its identifier stays when it is moved; its number then rises."""
    slot = f"-{day.slot}" if day.slot else ""
    summary = f"{called(day.kind, day.name)}·{one_line(day.title)}"
    event = Event()
    event.add("uid", f"{day.project_id}-{day.kind.value}{slot}@{domain}")
    event.add("sequence", day.version - 1)
    event.add("dtstamp", day.changed_at)
    event.add("last-modified", day.changed_at)
    event.add("dtstart", day.due)
    event.add("dtend", day.due + DAY)
    event.add("summary", summary)
    event.add("description", "\n".join(_lines(day)))
    event.add("status", "TENTATIVE" if _stands(day) else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [day.light.label])
    event.add_component(_alarm(day, calendar, summary))
    return event


def _lines(day: UnitDate) -> Iterator[str]:
    yield f"事项：{day.code} {one_line(day.title)}"
    if day.promise:
        yield f"承诺：{'；'.join(map(one_line, day.promise))}"
    yield f"状态：{day.state.label}，{day.light.label}"
    if day.original != day.due:
        yield f"原定：{written(day.original)}"
    if day.provisional:
        yield UNPUBLISHED
    if _stands(day):
        yield "事项已暂停，时限中止"
    yield "办理方式见督办邮件"


def _stands(day: UnitDate) -> bool:
    return day.state is ProjectState.SUSPENDED


def _alarm(day: UnitDate, calendar: WorkingDays, summary: str) -> Alarm:
    """On the working day before."""
    before = calendar.last_working_day_on_or_before(day.due - DAY)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    at = datetime.combine(before, ALARM_AT, ZONE).astimezone(day.changed_at.tzinfo)
    alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})
    return alarm
