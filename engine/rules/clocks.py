"""时限的计算: a date follows from the list of what happened to its clock.

No date is kept alone: it is the start, the pauses, the changes of the limit and the dates that
were decided, counted again by the calendar whenever one of them changes.

- The first day is not counted (《民法典》第二百零一条). The day of a pause still counts, the day of
  the resumption does not: of the days after the pause, up to and with the resumption, none counts.
  Each day is so treated once, also when a pause begins on the day another one ends.
- What was left when the clock stopped is left when it goes on. Limits in working days, and dates
  given as dates, stand still by working days; limits in days or months by days, and their last day
  rolls again. A date that had passed before the pause stays passed by as many working days.
- A changed limit counts from the same start. It puts nobody in default who was not: a shorter one
  ends at the earliest on the working day after its adoption.
- A date that was decided (延期) replaces what was counted; decided during a pause, it stands still
  from the day of the decision. It has no limit any more that could change.
- A promise is a date without a roll rule: no calendar moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.errors import DubanError
from engine.rules.calendar import Calendar
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.words import Word


class ClockAct(Word):
    """What happens to a clock."""

    START = "start", "起算"
    PAUSE = "pause", "中止"
    RESUME = "resume", "恢复"
    RELIMIT = "relimit", "期限调整"
    SET = "set", "改定日期"


class ClockFault(DubanError):
    """A list of steps in an order that cannot have happened."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """Something that happened to a clock.

    Attributes:
        limit: for START and RELIMIT, how long.
        due: for START and SET, the date where one is given instead of a limit.
        roll: for START with a date, what happens when it is not a working day.
    """

    act: ClockAct
    day: date
    limit: Limit | None = None
    due: date | None = None
    roll: Roll = Roll.NONE


def start(day: date, limit: Limit) -> ClockStep:
    """The clock runs for a limit from a day, which is not counted. A second start begins anew."""
    return ClockStep(ClockAct.START, day, limit=limit)


def start_on(day: date, due: date, roll: Roll = Roll.NONE) -> ClockStep:
    """The clock runs to a date."""
    return ClockStep(ClockAct.START, day, due=due, roll=roll)


def pause(day: date) -> ClockStep:
    """The clock stops after this day."""
    return ClockStep(ClockAct.PAUSE, day)


def resume(day: date) -> ClockStep:
    """The clock goes on after this day."""
    return ClockStep(ClockAct.RESUME, day)


def relimit(day: date, limit: Limit) -> ClockStep:
    """The limit is another from this day on (a policy was adopted)."""
    return ClockStep(ClockAct.RELIMIT, day, limit=limit)


def set_to(day: date, due: date) -> ClockStep:
    """The date was decided on this day (an extension was approved)."""
    return ClockStep(ClockAct.SET, day, due=due)


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock as it stands.

    Attributes:
        begun: what it counts from: its start with the limit in force, or the decision on its date.
        nominal: the last day as counted.
        due: the last day after rolling: the date in force.
        stopped_on: the day of the pause, while it stands still.
    """

    begun: ClockStep
    nominal: date
    due: date
    stopped_on: date | None = None

    @property
    def limit(self) -> Limit | None:
        """The limit it runs for; None when it runs to a date."""
        return self.begun.limit

    @property
    def follows_calendar(self) -> bool:
        """Whether another calendar may move it; a promise stays where it is."""
        return self.begun.limit is not None or self.begun.roll is not Roll.NONE


def due(steps: Sequence[ClockStep], calendar: Calendar) -> date:
    """The date that follows from what happened to a clock; while it stands, as if it went on.

    Raises:
        ClockFault: the steps cannot have happened in this order.
        CalendarRangeError: see ``Calendar``.
    """
    return read(steps, calendar).due


def read(steps: Sequence[ClockStep], calendar: Calendar) -> Reading:
    """The clock after all its steps; raises as ``due`` does."""
    reading: Reading | None = None
    stopped: date | None = None
    pauses: list[Pause] = []
    for step in steps:
        if step.act is ClockAct.START:
            reading = _run(step, pauses, calendar)
        elif step.act is ClockAct.PAUSE:
            stopped = _stopped(stopped, step)
        elif step.act is ClockAct.RESUME:
            pauses.append(_pause_over(stopped, step))
            stopped = None
            reading = reading and _stand_still(reading, pauses[-1], calendar)
        elif reading is None:
            raise ClockFault(f"时限尚未起算，不能{step.act.label}")
        elif step.act is ClockAct.RELIMIT:
            reading = _relimit(reading, step, pauses, stopped or step.day, calendar)
        else:
            reading = _fresh(step, calendar)
    if reading is None:
        raise ClockFault("时限尚未起算")
    return replace(reading, stopped_on=stopped)


Pause = tuple[date, date]
"""The day a clock stopped, which still counts, and the day it went on, which does not."""


def _stopped(before: date | None, step: ClockStep) -> date:
    if before is not None:
        raise ClockFault(f"时限自{before}起已经中止，不能再次中止")
    return step.day


def _pause_over(stopped: date | None, step: ClockStep) -> Pause:
    if stopped is None:
        raise ClockFault("时限没有中止，不能恢复")
    if step.day < stopped:
        raise ClockFault(f"恢复日期{step.day}早于中止日期{stopped}")
    return stopped, step.day


def _run(begun: ClockStep, pauses: Sequence[Pause], calendar: Calendar) -> Reading:
    reading = _fresh(begun, calendar)
    for pause in pauses:
        reading = _stand_still(reading, pause, calendar)
    return reading


def _fresh(begun: ClockStep, calendar: Calendar) -> Reading:
    if begun.limit is None:
        assert begun.due is not None
        last = calendar.roll(begun.due, begun.roll)
        return Reading(begun, last, last)
    last = calendar.apply(begun.day, begun.limit)
    if not _counts_every_day(begun):
        return Reading(begun, last, last)
    return Reading(begun, calendar.apply(begun.day, replace(begun.limit, roll=Roll.NONE)), last)


def _counts_every_day(begun: ClockStep) -> bool:
    return begun.limit is not None and begun.limit.unit is not LimitUnit.WORKING_DAY


def _stand_still(reading: Reading, pause: Pause, calendar: Calendar) -> Reading:
    begun, (stopped, resumed) = reading.begun, pause
    stopped = max(stopped, begun.day)
    if stopped >= resumed:
        return reading
    every_day = _counts_every_day(begun)
    if begun.limit is None or not every_day or stopped > min(reading.nominal, reading.due):
        days = calendar.working_days_between(stopped, resumed)
        last = calendar.add_working_days(reading.due, days)
        # Past the last day that counts, only the way to the next working day stands still; past
        # a date that was rolled back, what is missed stays missed.
        return replace(reading, nominal=reading.nominal if every_day else last, due=last)
    nominal = reading.nominal + (resumed - stopped)
    # Rolled back into the pause, it would be missed before it runs.
    last = max(calendar.roll(nominal, begun.limit.roll), resumed)
    return replace(reading, nominal=nominal, due=last)


def _relimit(
    reading: Reading, step: ClockStep, pauses: Sequence[Pause], now: date, calendar: Calendar
) -> Reading:
    if reading.limit is None:
        raise ClockFault("按日期确定的时限没有期限可以调整")
    again = _run(replace(reading.begun, limit=step.limit), pauses, calendar)
    earliest = min(reading.due, calendar.next_working_day(now))
    if again.due >= earliest:
        return again
    return replace(again, nominal=earliest, due=earliest)
