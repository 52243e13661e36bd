"""Sending hours: messages leave on working days between two local times, never at night."""

from __future__ import annotations

from datetime import datetime

from engine.rules.calendar import Calendar
from engine.rules.policy_parts import Hours
from engine.rules.zone import ZONE


def next_sending_time(at: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """``at`` itself inside the hours, otherwise the next opening."""
    local = at.astimezone(ZONE)
    day = local.date()
    if calendar.is_working(day):
        if hours.start <= local.time() < hours.end:
            return at
        if local.time() < hours.start:
            return datetime.combine(day, hours.start, ZONE)
    return datetime.combine(calendar.next_working_day(day), hours.start, ZONE)
