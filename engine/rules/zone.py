"""All of China keeps one time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def local_day(at: datetime) -> date:
    """The calendar day on which a moment falls."""
    return at.astimezone(ZONE).date()


def written_at(at: datetime) -> str:
    """A moment as users read it, in local time: 2023年4月3日 08:30."""
    local = at.astimezone(ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
