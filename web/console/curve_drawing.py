"""进度曲线 as it is drawn: shares of the width and the height, so that nothing of it is a size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.overseeing.curve import Curve

MONTHS_MARKED = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis of time, in percent, and what stands there."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A reported share: its place in percent of width and height, and what it says."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The curve; ``plan`` and ``actual`` are points of lines in a square of 100 by 100.

    Attributes:
        today: where today's line stands; None when today is outside.
        summary: what a reader who does not see it is told.
    """

    plan: str
    actual: str
    dots: list[Dot]
    months: list[Mark]
    today: float | None
    summary: str


def drawing(curve: Curve, day: date) -> Drawing:
    """The curve of an item, drawn on a day."""
    span = max((curve.last - curve.first).days, 1)

    def x(at: date) -> float:
        return round((at - curve.first).days / span * 100, 2)

    reported = [(x(p.day), round(100 - float(p.percent), 2), p) for p in curve.reports]
    dots = [Dot(at, y, f"{p.day.month}月{p.day.day}日 {p.percent}%") for at, y, p in reported]
    start = [] if not reported else [(0.0, 100.0)]
    line = [*start, *((at, y) for at, y, _ in reported)]
    gap = curve.planned - curve.actual
    stand = f"落后{gap}个百分点" if gap > 0 else "不落后"
    return Drawing(
        plan=" ".join(f"{x(p.day)},{round(100 - float(p.percent), 2)}" for p in curve.plan),
        actual=" ".join(f"{at},{y}" for at, y in line),
        dots=dots,
        months=[Mark(x(month), _name(month, curve.first)) for month in _months(curve)],
        today=x(day) if curve.first <= day <= curve.last else None,
        summary=(
            f"{curve.first.year}年{curve.first.month}月至{curve.last.year}年{curve.last.month}月，"
            f"今天计划{curve.planned}%，实际{curve.actual}%，{stand}"
        ),
    )


def _months(curve: Curve) -> list[date]:
    """The first days of the months within, thinned out where they are many."""
    months, month = [], (curve.first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= curve.last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    step = -(-len(months) // MONTHS_MARKED) or 1
    return months[::step]


def _name(month: date, first: date) -> str:
    return (
        f"{month.year}年1月"
        if month.month == 1 and month.year != first.year
        else f"{month.month}月"
    )
