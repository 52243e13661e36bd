"""Limits: how long someone has, in which unit, and what a non-working last day means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import DubanError


class LimitError(DubanError):
    """A limit that cannot be computed with."""


class Roll(StrEnum):
    """What happens when the last day of a limit is not a working day.

    SECOND_NEXT moves it to the second working day behind it (住建部2016年管廊周报: 遇节假日顺延至
    节后第二个工作日).
    """

    NEXT = "next"
    SECOND_NEXT = "second_next"
    PREVIOUS = "previous"
    NONE = "none"


class LimitUnit(StrEnum):
    """The unit a limit is counted in: 工作日, 自然日 or 月."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


_UNIT_TEXT = {
    LimitUnit.WORKING_DAY: "个工作日",
    LimitUnit.CALENDAR_DAY: "个自然日",
    LimitUnit.MONTH: "个月",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time such as "3个工作日", with the roll rule of its last day.

    Rolling forward by default is 《民法典》第二百零三条. Raises LimitError for a negative count.
    """

    count: int
    unit: LimitUnit
    roll: Roll = Roll.NEXT

    def __post_init__(self) -> None:
        if self.count < 0:
            raise LimitError(f"期限不能为负数：{self.count}。请填写 0 或正整数。")

    @property
    def text(self) -> str:
        """The limit as documents write it, for example "3个工作日"."""
        return f"{self.count}{_UNIT_TEXT[self.unit]}"

    def __str__(self) -> str:
        return self.text
