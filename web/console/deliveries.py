"""发送的负担: what each unit was sent in a month, against its budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field, field_validator

from engine.notices.load import UnitLoad, unit_loads
from web.access import SEE_ALL
from web.console.declared import Page
from web.console.given import Given, MaybeLine
from web.console.visit import Visit


class LoadAsked(Given):
    """Which month."""

    month: MaybeLine = Field("", title="月份", description="如 2023-06")

    @field_validator("month")
    @classmethod
    def _is_month(cls, value: str) -> str:
        if value:
            try:
                date.fromisoformat(f"{value}-01")
            except ValueError:
                raise ValueError("不是月份，请写成 2023-06 的形式") from None
        return value


@dataclass(frozen=True, slots=True)
class Load:
    """A month of letters.

    Attributes:
        limit: how many a unit is to get at most; None for any number.
        before, after: the months beside it.
    """

    month: date
    before: date
    after: date
    limit: int | None
    units: list[UnitLoad]
    most: int


def show(visit: Visit, asked: LoadAsked) -> Load:
    """What each unit was sent."""
    month = date.fromisoformat(f"{asked.month}-01") if asked.month else visit.day.replace(day=1)
    budget = visit.desk.rulebook.policy.budget
    loads = unit_loads(visit.session, month)
    return Load(
        month=month,
        before=_month(month, -1),
        after=_month(month, 1),
        limit=budget.letters_per_unit_per_month if budget else None,
        units=loads,
        most=max((load.letters for load in loads), default=0),
    )


def _month(day: date, step: int) -> date:
    place = day.year * 12 + day.month - 1 + step
    return date(place // 12, place % 12 + 1, 1)


PAGES = (
    Page("notice-load", "/notices/load", "发送负担", SEE_ALL, show, "notice_load.html", LoadAsked),
)
ACTS = ()
