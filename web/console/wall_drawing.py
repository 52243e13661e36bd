"""挂图作战 as it is drawn: days become shares of the width of an axis; nothing of it is a size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.overseeing.wall import WallItem
from engine.rules.calendar import Calendar
from engine.rules.conditions import written
from engine.rules.lifecycle import RUNNING_STATES, ProjectState
from engine.rules.words import Light, Word

WHOLE = 100.0
ENDED = (ProjectState.CLOSED, ProjectState.TERMINATED)


class Zoom(Word):
    """How much time the axis shows."""

    YEAR = "year", "年"
    QUARTER = "quarter", "季"
    MONTH = "month", "月"


class StepState(Word):
    """How a step of a plan stands."""

    DONE = "done", "已完成"
    LATE = "late", "迟完成"
    MISSED = "missed", "已过期"
    DUE = "due", "未到期"


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis, with what begins there."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The days shown, from ``first`` to ``last``; ``today`` is None when it is outside."""

    first: date
    last: date
    title: str
    ticks: list[Tick]
    today: float | None
    earlier: date
    later: date

    def x(self, day: date) -> float:
        """Where a day begins, in percent; perhaps outside."""
        return round((day - self.first).days / ((self.last - self.first).days + 1) * WHOLE, 3)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on a bar."""

    x: float
    state: StepState
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An item as it is drawn.

    Attributes:
        x, width: of its time, as far as it is shown; no width where nothing of it is.
        filled: the width of what is done.
        end, ghost: where the promise stands, and where it stood first; None outside or unmoved.
        left: the slack, in words.
    """

    group: str
    code: str
    title: str
    unit: str
    light: Light
    state: ProjectState
    x: float
    width: float
    filled: float
    end: float | None
    ghost: float | None
    steps: list[Step]
    left: str
    is_late: bool
    told: str


def axis(zoom: Zoom, at: date, today: date) -> Axis:
    """The axis of the year, quarter or month of a day."""
    first = _first(zoom, at)
    after = _first(zoom, first + timedelta(days={"year": 370, "quarter": 100, "month": 40}[zoom]))
    drawn = Axis(
        first,
        after - timedelta(days=1),
        _title(zoom, first),
        [],
        None,
        _first(zoom, first - timedelta(days=1)),
        after,
    )
    drawn.ticks.extend(Tick(drawn.x(day), text) for day, text in _ticks(zoom, first, after))
    if not first <= today < after:
        return drawn
    middle = drawn.x(today) + WHOLE / ((after - first).days * 2)
    return Axis(
        drawn.first, drawn.last, drawn.title, drawn.ticks, middle, drawn.earlier, drawn.later
    )


def bar(item: WallItem, on: Axis, calendar: Calendar, today: date) -> Bar:
    """An item on an axis."""
    end = item.done_on or item.due
    start, stop = _within(on.x(item.begins)), _within(on.x(_after(end))) if end else WHOLE
    full = on.x(_after(end)) - on.x(item.begins) if end else 0.0
    share = float(item.percent or 0) / WHOLE if item.state is not ProjectState.CLOSED else 1.0
    filled = _within(on.x(item.begins) + full * share) - start
    moved = item.original_due if item.original_due != item.due else None
    left, is_late = _left(item, calendar, today)
    return Bar(
        group=item.group,
        code=item.code,
        title=item.title,
        unit=item.unit,
        light=item.light,
        state=item.state,
        x=start,
        width=round(max(stop - start, 0.0), 3),
        filled=round(min(max(filled, 0.0), max(stop - start, 0.0)), 3),
        end=_seen(on, _after(item.due)) if item.due else None,
        ghost=_seen(on, _after(moved)) if moved else None,
        steps=_steps(item, on, today),
        left=left,
        is_late=is_late,
        told=_told(item, left),
    )


def _steps(item: WallItem, on: Axis, today: date) -> list[Step]:
    found = []
    for step in item.milestones:
        x = _seen(on, _after(step.due))
        if x is not None:
            state = _step_state(step.due, step.done_on, today, item.state in ENDED)
            text = f"{step.name}：{written(step.due)}，{state.label}"
            found.append(Step(x, state, text))
    return found


def _step_state(due: date, done_on: date | None, today: date, ended: bool) -> StepState:
    if done_on is not None:
        return StepState.LATE if done_on > due else StepState.DONE
    if ended:
        return StepState.DONE
    return StepState.MISSED if due < today else StepState.DUE


def _left(item: WallItem, calendar: Calendar, today: date) -> tuple[str, bool]:
    if item.state in ENDED:
        return item.state.label, False
    if item.due is None:
        return "未定时限", False
    days = calendar.working_days_between(today, item.due)
    if today > item.due and item.state not in RUNNING_STATES:  # its clock stands
        return item.state.label, False
    if today > item.due:
        return f"逾期{-days}个工作日", True
    return (f"还有{days}个工作日" if days else "今天到期"), days == 0


def _told(item: WallItem, left: str) -> str:
    due = f"，承诺{written(item.due)}" if item.due else ""
    moved = item.original_due and item.original_due != item.due
    original = f"（原定{written(item.original_due)}）" if moved and item.original_due else ""
    done = f"，完成{item.percent}%" if item.percent is not None else ""
    return f"{written(item.begins)}起{due}{original}{done}，{left}"


def _after(day: date) -> date:
    """A day is over at its end."""
    return day + timedelta(days=1)


def _within(x: float) -> float:
    return min(max(x, 0.0), WHOLE)


def _seen(on: Axis, day: date) -> float | None:
    x = on.x(day)
    return x if 0 <= x <= WHOLE else None


def _first(zoom: Zoom, day: date) -> date:
    if zoom is Zoom.YEAR:
        return date(day.year, 1, 1)
    if zoom is Zoom.QUARTER:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(day=1)


def _title(zoom: Zoom, first: date) -> str:
    if zoom is Zoom.YEAR:
        return f"{first.year}年"
    if zoom is Zoom.QUARTER:
        return f"{first.year}年第{'一二三四'[first.month // 3]}季度"
    return f"{first.year}年{first.month}月"


def _ticks(zoom: Zoom, first: date, after: date) -> list[tuple[date, str]]:
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    if zoom is Zoom.YEAR:
        return [(day, f"{day.month}月") for day in days if day.day == 1]
    if zoom is Zoom.QUARTER:
        return [
            (day, f"{day.month}月{day.day}日")
            for day in days
            if day.day == 1 or (day.weekday() == 0 and 4 < day.day < 28)
        ]
    return [(day, f"{day.day}日") for day in days if day.day == 1 or day.weekday() == 0]
