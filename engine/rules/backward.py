"""倒排工期: from the promised date back to the day on which each step has to begin.

Durations are working days, both ends counted: a step of one day begins and ends on that day.
Weekends, holidays and 调休 are the calendar's; no step begins or ends on a day off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import DubanError
from engine.rules.calendar import WEEK_SOURCE, Calendar


class PlanImpossible(DubanError):
    """倒排工期的工序填写有误。"""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step. ``start`` and ``end`` are working days and are counted both.

    Attributes:
        days: working days from ``start`` to ``end``.
        spans: the holidays and make-up days between the two, such as ``国庆节放假7天``.
    """

    name: str
    days: int
    start: date
    end: date
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps from the first to the last, and the time to spare before the first.

    Attributes:
        due: the promised date; the last step ends on it, or on the last working day before it.
        slack: working days between the day on which work can begin and the first step's start;
            when negative, so many are missing.
        provisional: it touches a year whose days off are not published yet.
    """

    steps: tuple[PlannedStep, ...]
    begin: date
    due: date
    slack: int
    provisional: bool

    @property
    def is_feasible(self) -> bool:
        return self.slack >= 0

    @property
    def verdict(self) -> str:
        """Whether the time is enough, in words."""
        total = sum(step.days for step in self.steps)
        if self.slack < 0:
            return f"工期不够：各步共需{total}个工作日，还差{-self.slack}个工作日"
        spare = f"机动{self.slack}个工作日" if self.slack else "没有机动时间"
        return f"各步共需{total}个工作日，{spare}"


def plan(steps: Sequence[tuple[str, int]], due: date, calendar: Calendar, start: date) -> Plan:
    """Count back from the promised date.

    Args:
        steps: names with durations in working days, in the order of the work.
        start: the first day on which work can begin; a day off stands for the next working day.

    Raises:
        PlanImpossible: no steps, a name missing or repeated, or a duration below one; all are told.
        CalendarRangeError: the plan reaches beyond the calendar.
    """
    _check(steps)
    placed: list[PlannedStep] = []
    end = calendar.last_working_day_on_or_before(due)
    for name, days in reversed(steps):
        first = calendar.add_working_days(end, 1 - days)
        placed.insert(0, PlannedStep(name, days, first, end, _spans(first, end, calendar)))
        end = calendar.add_working_days(first, -1)
    begin = calendar.first_working_day_on_or_after(start)
    slack = calendar.working_days_between(begin, placed[0].start)
    earliest = min(begin, placed[0].start)
    provisional = calendar.is_provisional_between(earliest, due)
    return Plan(tuple(placed), begin, due, slack, provisional)


def _check(steps: Sequence[tuple[str, int]]) -> None:
    faults = [] if steps else ["请至少写一步，如“招标=20”"]
    faults += [
        f"第{place}步没有写名称" for place, (name, _) in enumerate(steps, 1) if not name.strip()
    ]
    count = Counter(name.strip() for name, _ in steps if name.strip())
    faults += [
        f"“{name}”写了{times}次，请用不同的名称" for name, times in count.items() if times > 1
    ]
    faults += [
        f"“{name}”的工期应为不少于1的整数（工作日），写的是{days}"
        for name, days in steps
        if days < 1
    ]
    if faults:
        raise PlanImpossible("倒排工期有误：" + "；".join(faults))


def _spans(first: date, last: date, calendar: Calendar) -> tuple[str, ...]:
    """What departs from ordinary weeks between two days, each reason with its number of days."""
    notes = [calendar.note(first), *calendar.count_days(first, last)] if first < last else []
    reasons = Counter(note.reason for note in notes if note.source != WEEK_SOURCE)
    return tuple(f"{reason}{days}天" for reason, days in reasons.items())
