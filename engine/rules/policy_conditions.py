"""The conditions of a policy: what must be so for a light or a step."""

from __future__ import annotations

from calendar import monthrange
from decimal import Decimal
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from engine.rules.policy_parts import Part
from engine.rules.words import DeadlineKind, Light, NoticeKind, Urgency


class Streak(Part):
    """A colour, or worse, in so many monthly assessments in a row.

    With ``once`` the rule speaks once for each unbroken run; then lower steps speak again.
    """

    light: Light
    months: int = Field(ge=1)
    once: bool = False


class Count(Part):
    """So many notices of a kind on one item."""

    notice: NoticeKind
    at_least: int = Field(ge=1)


class Gate(Part):
    """A day of the year that must not pass without the result."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _a_real_day(self) -> Self:
        if self.day > monthrange(2023, self.month)[1]:
            raise ValueError(f"{self.month}月没有{self.day}日（每年都有的日期才能作检查节点）")
        return self


class Condition(Part):
    """What must be so. All the parts that are given must hold together.

    Attributes:
        days_before: the deadline is this many working days off, or fewer; the nearest step counts.
        days_past: at least this many working days have passed since the deadline.
        overdue: for a light: one of these deadlines has been missed by ``days_past`` or more.
        unanswered: a notice of this kind on the same deadline was not answered within its limit.
        behind_points: behind the plan by at least this many percentage points.
        behind_points_over: behind the plan by more than this many percentage points.
        below_ratio: actual share over planned share is below this.
        streak: the light has been this bad for months.
        count: this many notices have been issued on the item.
        gate: this day of the year has passed and the item is not done.
        lights: the present light is one of these.
        urgency: the item's urgency is one of these.
        within_term: the promised date has not passed; afterwards its own ladder speaks.
        open: the item has not ended, whatever else is true of it.
    """

    days_before: tuple[int, ...] = ()
    days_past: int | None = Field(default=None, ge=0)
    overdue: tuple[DeadlineKind, ...] = ()
    unanswered: NoticeKind | None = None
    behind_points: Decimal | None = None
    behind_points_over: Decimal | None = None
    below_ratio: Decimal | None = None
    streak: Streak | None = None
    count: Count | None = None
    gate: Gate | None = None
    lights: tuple[Light, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    within_term: bool = False
    open: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == Condition.model_construct():
            raise ValueError("条件不能为空")
        if self.overdue and self.days_past is None:
            raise ValueError("写了 overdue 就须写 days_past（超过几个工作日）")
        return self

    @cached_property
    def moves_by_itself(self) -> bool:
        """Whether it looks at what moves on days that no row names: the plan, or the month."""
        figures = (self.behind_points, self.behind_points_over, self.below_ratio)
        by_month = self.streak or self.count or self.lights or self.open
        return bool(by_month) or any(figure is not None for figure in figures)

    @property
    def needs_a_deadline(self) -> bool:
        """Whether it counts days to or from one deadline, and so means nothing without one."""
        return bool(self.days_before) or (self.days_past is not None and not self.overdue)
