"""All of China keeps one time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def local_day(at: datetime) -> date:
    """The calendar day on which a moment falls."""
    return at.astimezone(ZONE).date()
