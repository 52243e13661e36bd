"""The arithmetic of clocks, held against a reckoning that goes day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.calendar_loader import load_calendar
from engine.rules.calendar import Calendar, DayEntry, Layer
from engine.rules.clocks import (
    ClockAct,
    ClockFault,
    ClockStep,
    due,
    pause,
    read,
    relimit,
    resume,
    set_to,
    start,
    start_on,
)
from engine.rules.limits import Limit, LimitUnit, Roll

NATIONAL = load_calendar(["national"])
STORM = Layer(
    id="storm",
    title="本地放假",
    source="市政府通知",
    url="",
    entries=tuple(DayEntry(date(2026, 9, day), False, "台风停工") for day in (17, 18, 22)),
    years=frozenset(),
)
CHANGED = Calendar([*NATIONAL.layers, STORM])
"""The same calendar after a notice took three working days of September away."""

ONE_DAY = timedelta(days=1)
WORKING, DAYS, MONTHS = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.MONTH


@dataclass
class Tally:
    """A clock of the reckoning: its last day as counted, the date in force, what it counts."""

    begun: date
    counted: date
    due: date
    limit: Limit | None


class DayByDay:
    """Counts on its fingers: knows of a calendar only whether a day works."""

    def __init__(self, calendar: Calendar) -> None:
        self.works = calendar.is_working
        self.stood: list[date] = []
        self.stopped: date | None = None
        self.tally: Tally | None = None

    def after(self, steps: Sequence[ClockStep]) -> date | None:
        """The date; None when the steps cannot have happened."""
        for step in steps:
            if not getattr(self, step.act.value)(step):
                return None
        return self.tally.due if self.tally else None

    def start(self, step: ClockStep) -> bool:
        self.tally = self._begin(step.day, step.limit, step.due, step.roll)
        for day in self.stood:
            self._stand(self.tally, day)
        return True

    def pause(self, step: ClockStep) -> bool:
        allowed = self.stopped is None
        self.stopped = step.day
        return allowed

    def resume(self, step: ClockStep) -> bool:
        if self.stopped is None or step.day < self.stopped:
            return False
        days = [self.stopped + n * ONE_DAY for n in range(1, (step.day - self.stopped).days + 1)]
        for day in days:
            if self.tally:
                self._stand(self.tally, day)
        self.stood += days
        self.stopped = None
        return True

    def relimit(self, step: ClockStep) -> bool:
        old = self.tally
        if old is None or old.limit is None:
            return False
        new = self._begin(old.begun, step.limit, None, Roll.NONE)
        for day in self.stood:
            self._stand(new, day)
        fair = min(old.due, self._forward((self.stopped or step.day) + ONE_DAY))
        if new.due < fair:
            new.due = new.counted = fair
        self.tally = new
        return True

    def set(self, step: ClockStep) -> bool:
        allowed = self.tally is not None
        self.tally = self._begin(step.day, None, step.due, Roll.NONE)
        return allowed

    def _begin(self, day: date, limit: Limit | None, given: date | None, roll: Roll) -> Tally:
        if given is not None:
            return Tally(day, given, self._roll(given, roll), None)
        assert limit is not None
        last = day
        if limit.unit is MONTHS:
            for _ in range(limit.count):
                last = self._same_day_next_month(last, day.day)
        else:
            left = limit.count
            while left:
                last += ONE_DAY
                left -= limit.unit is DAYS or self.works(last)
        return Tally(day, last, self._roll(last, limit.roll), limit)

    @staticmethod
    def _same_day_next_month(day: date, wanted: int) -> date:
        first = (day.replace(day=1) + 32 * ONE_DAY).replace(day=1)
        last = (first + 32 * ONE_DAY).replace(day=1) - ONE_DAY
        return first.replace(day=min(wanted, last.day))

    def _stand(self, tally: Tally, day: date) -> None:
        """One day on which the clock stood still."""
        if day <= tally.begun:
            return
        limit = tally.limit
        in_time = day - ONE_DAY <= min(tally.counted, tally.due)
        if limit and limit.unit is not WORKING and in_time:
            tally.counted += ONE_DAY
            tally.due = max(self._roll(tally.counted, limit.roll), day)
        elif self.works(day):
            tally.due = self._forward(tally.due + ONE_DAY)

    def _roll(self, day: date, roll: Roll) -> date:
        if roll is Roll.NONE or self.works(day):
            return day
        if roll is Roll.PREVIOUS:
            while not self.works(day):
                day -= ONE_DAY
            return day
        last = self._forward(day)
        return last if roll is Roll.NEXT else self._forward(last + ONE_DAY)

    def _forward(self, day: date) -> date:
        while not self.works(day):
            day += ONE_DAY
        return day


def agree(steps: Sequence[ClockStep], calendar: Calendar) -> date | None:
    """What both say, which must be the same; None when both refuse."""
    expected = DayByDay(calendar).after(steps)
    try:
        found = due(steps, calendar)
    except ClockFault:
        found = None
    assert found == expected
    return found


DAYS_OF_STEPS = [date(2026, 9, 14), date(2026, 9, 17), date(2026, 9, 23), date(2026, 9, 26)]
DAYS_OF_STEPS += [date(2026, 10, 9), date(2026, 10, 12)]
LIMITS = (
    (Limit(5, WORKING), Limit(3, WORKING)),
    (Limit(12, WORKING), Limit(20, WORKING)),
    (Limit(19, DAYS), Limit(10, DAYS, Roll.PREVIOUS)),
    (Limit(1, MONTHS), Limit(9, DAYS, Roll.NONE)),
)
STARTS = [*LIMITS, None]


def step_of(act: ClockAct, day: date, limits: tuple[Limit, Limit] | None) -> ClockStep:
    if act is ClockAct.START:
        return start(day, limits[0]) if limits else start_on(day, date(2026, 10, 3), Roll.NEXT)
    if act is ClockAct.RELIMIT:
        return relimit(day, limits[1] if limits else Limit(1, WORKING))
    if act is ClockAct.SET:
        return set_to(day, date(2026, 10, 15))
    return pause(day) if act is ClockAct.PAUSE else resume(day)


@pytest.mark.parametrize("calendar", [NATIONAL, CHANGED], ids=["published", "changed"])
@pytest.mark.parametrize("limits", STARTS, ids=str)
def test_every_order_of_steps_is_counted_or_refused_as_day_by_day(
    limits: tuple[Limit, Limit] | None, calendar: Calendar
) -> None:
    """All sequences of up to five acts, over 中秋, 国庆 and the Sundays worked for them."""
    counted = 0
    for length in range(1, 6):
        for acts in product(ClockAct, repeat=length):
            days = DAYS_OF_STEPS[:length]
            steps = [step_of(act, day, limits) for act, day in zip(acts, days, strict=True)]
            counted += agree(steps, calendar) is not None
    assert counted > 150


MOMENTS = st.dates(date(2026, 1, 1), date(2026, 8, 31))
ROLLS = st.sampled_from([Roll.NEXT, Roll.PREVIOUS, Roll.NONE])
ANY_LIMIT = st.builds(
    Limit, st.integers(0, 60), st.sampled_from([WORKING, DAYS]), ROLLS
) | st.builds(Limit, st.integers(1, 4), st.just(MONTHS), ROLLS)
ANY_STEP = st.one_of(
    st.builds(start, MOMENTS, ANY_LIMIT),
    st.builds(start_on, MOMENTS, MOMENTS, st.sampled_from(list(Roll))),
    st.builds(pause, MOMENTS),
    st.builds(resume, MOMENTS),
    st.builds(relimit, MOMENTS, ANY_LIMIT),
    st.builds(set_to, MOMENTS, MOMENTS),
)


@settings(max_examples=400, deadline=None)
@given(first=st.builds(start, MOMENTS, ANY_LIMIT), more=st.lists(ANY_STEP, max_size=8))
def test_any_steps_on_any_days_are_counted_as_day_by_day(
    first: ClockStep, more: list[ClockStep]
) -> None:
    agree([first, *sorted(more, key=lambda step: step.day)], NATIONAL)


@settings(max_examples=200, deadline=None)
@given(
    day=MOMENTS,
    limit=st.builds(Limit, st.integers(1, 40), st.sampled_from([WORKING, DAYS])),
    lengths=st.lists(st.integers(0, 15), min_size=2, max_size=6),
)
def test_the_last_day_is_the_one_on_which_as_many_days_have_counted_as_the_limit_has(
    day: date, limit: Limit, lengths: list[int]
) -> None:
    """Counted quite differently: cross the days of the pauses out, then count what is left."""
    steps, struck, now = [start(day, limit)], set(), day
    for stopped, gone_on in zip(lengths[::2], lengths[1::2], strict=False):
        last = read(steps, NATIONAL).nominal
        now += stopped * ONE_DAY
        if now >= last:
            break
        steps += [pause(now), resume(now + gone_on * ONE_DAY)]
        struck |= {now + n * ONE_DAY for n in range(1, gone_on + 1)}
        now += gone_on * ONE_DAY
    counts = (
        d
        for d in (day + n * ONE_DAY for n in range(1, 400))
        if d not in struck and (limit.unit is DAYS or NATIONAL.is_working(d))
    )
    last = next(d for n, d in enumerate(counts, 1) if n == limit.count)
    assert due(steps, NATIONAL) == NATIONAL.roll(last, Roll.NEXT)


@example(
    begun=start(date(2026, 2, 4), Limit(3, LimitUnit.CALENDAR_DAY, Roll.PREVIOUS)),
    stopped=3,
    first=2,
    second=6,
)
@settings(max_examples=200, deadline=None)
@given(
    begun=st.builds(start, MOMENTS, ANY_LIMIT) | st.builds(start_on, MOMENTS, MOMENTS),
    stopped=st.integers(0, 90),
    first=st.integers(0, 30),
    second=st.integers(0, 30),
)
def test_a_pause_that_follows_at_once_is_one_pause(
    begun: ClockStep, stopped: int, first: int, second: int
) -> None:
    a = begun.day + stopped * ONE_DAY
    b, c = a + first * ONE_DAY, a + (first + second) * ONE_DAY
    in_two = [begun, pause(a), resume(b), pause(b), resume(c)]
    assert due(in_two, NATIONAL) == due([begun, pause(a), resume(c)], NATIONAL)


@settings(max_examples=200, deadline=None)
@given(
    begun=st.builds(start, MOMENTS, ANY_LIMIT) | st.builds(start_on, MOMENTS, MOMENTS),
    stopped=st.integers(0, 90),
    length=st.integers(0, 60),
)
def test_what_was_not_missed_at_the_pause_is_not_missed_when_it_ends(
    begun: ClockStep, stopped: int, length: int
) -> None:
    day = begun.day + stopped * ONE_DAY
    back = day + length * ONE_DAY
    before, after = due([begun], NATIONAL), due([begun, pause(day), resume(back)], NATIONAL)
    assert after >= before
    if day <= before:
        assert NATIONAL.working_days_between(after, back) <= 0


FIVE, TEN = Limit(5, WORKING), Limit(10, WORKING)
MONDAY = date(2026, 9, 14)


def test_the_first_day_is_not_counted() -> None:
    assert due([start(date(2026, 2, 12), Limit(3, WORKING))], NATIONAL) == date(2026, 2, 24)


def test_the_day_of_the_pause_counts_and_the_day_of_the_resumption_does_not() -> None:
    """Tuesday and Wednesday count, Thursday and Friday do not, then three more."""
    steps = [start(MONDAY, FIVE), pause(date(2026, 9, 16)), resume(date(2026, 9, 18))]
    assert due(steps, NATIONAL) == date(2026, 9, 22)


def test_a_clock_that_starts_during_a_pause_stands_from_its_start() -> None:
    steps = [pause(date(2026, 9, 1)), start(MONDAY, FIVE), resume(date(2026, 9, 16))]
    assert due(steps[:2], NATIONAL) == date(2026, 9, 20)
    assert due(steps, NATIONAL) == date(2026, 9, 22)


def test_a_pause_that_ended_before_the_start_does_not_matter() -> None:
    steps = [pause(date(2026, 9, 1)), resume(date(2026, 9, 9)), start(MONDAY, FIVE)]
    assert due(steps, NATIONAL) == due(steps[2:], NATIONAL)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([start(MONDAY, FIVE), pause(MONDAY), pause(MONDAY)], "已经中止，不能再次中止"),
        ([start(MONDAY, FIVE), resume(MONDAY)], "时限没有中止，不能恢复"),
        ([start(MONDAY, FIVE), pause(MONDAY), resume(MONDAY - ONE_DAY)], "早于中止日期"),
        ([relimit(MONDAY, FIVE)], "时限尚未起算，不能期限调整"),
        ([set_to(MONDAY, MONDAY)], "时限尚未起算，不能改定日期"),
        ([start_on(MONDAY, MONDAY), relimit(MONDAY, FIVE)], "没有期限可以调整"),
        ([pause(MONDAY)], "时限尚未起算"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_have_happened_is_refused(steps: list[ClockStep], says: str) -> None:
    with pytest.raises(ClockFault, match=says):
        due(steps, NATIONAL)


def test_a_pause_over_the_national_holiday_takes_its_working_days_only() -> None:
    """Stopped on 30 September, on again on 9 October: one working day stood still."""
    steps = [start(MONDAY, Limit(15, WORKING)), pause(date(2026, 9, 30)), resume(date(2026, 10, 8))]
    plain = due(steps[:1], NATIONAL)
    assert due(steps, NATIONAL) == NATIONAL.add_working_days(plain, 1)


def test_an_extension_during_a_pause_stands_from_the_day_it_was_decided() -> None:
    """Decided on the 16th for the 30th; the two working days after it stood still."""
    steps = [
        start(MONDAY, FIVE),
        pause(date(2026, 9, 15)),
        set_to(date(2026, 9, 16), date(2026, 9, 30)),
        resume(date(2026, 9, 18)),
    ]
    assert due(steps[:3], NATIONAL) == date(2026, 9, 30)
    assert due(steps, NATIONAL) == NATIONAL.add_working_days(date(2026, 9, 30), 2)


def test_a_change_of_policy_during_a_pause_keeps_the_pause() -> None:
    """The fault of other systems: a changed limit forgot that the clock had stood still."""
    stood = [pause(date(2026, 9, 16)), resume(date(2026, 9, 18))]
    changed = relimit(date(2026, 9, 17), TEN)
    steps = [start(MONDAY, FIVE), stood[0], changed, stood[1]]
    assert due(steps, NATIONAL) == due([start(MONDAY, TEN), *stood], NATIONAL)
    behind = [start(MONDAY, FIVE), *stood, relimit(date(2026, 9, 21), TEN)]
    assert due(behind, NATIONAL) == due(steps, NATIONAL)


def test_a_shorter_limit_puts_nobody_in_default_who_was_not() -> None:
    steps = [start(MONDAY, TEN), relimit(date(2026, 9, 21), Limit(1, WORKING))]
    assert due(steps, NATIONAL) == date(2026, 9, 22)


def test_a_shorter_limit_is_no_more_time_for_one_already_missed() -> None:
    steps = [start(MONDAY, FIVE), relimit(date(2026, 9, 28), Limit(1, WORKING))]
    assert due(steps, NATIONAL) == due(steps[:1], NATIONAL)


def test_a_calendar_changed_after_the_pause_counts_all_of_it_again() -> None:
    """Of the pause from the 16th to the 18th both working days turned into holidays."""
    steps = [start(MONDAY, FIVE), pause(date(2026, 9, 16)), resume(date(2026, 9, 18))]
    assert due(steps, NATIONAL) == date(2026, 9, 22)
    assert due(steps, CHANGED) == date(2026, 9, 23)


def test_no_calendar_moves_a_promise() -> None:
    promise = start_on(MONDAY, date(2026, 9, 22))
    assert not CHANGED.is_working(date(2026, 9, 22))
    assert due([promise], NATIONAL) == due([promise], CHANGED) == date(2026, 9, 22)
    assert not read([promise], CHANGED).follows_calendar


def test_a_date_that_rolls_follows_the_calendar() -> None:
    report = start_on(MONDAY, date(2026, 9, 22), Roll.NEXT)
    assert read([report], NATIONAL).follows_calendar
    assert due([report], CHANGED) == date(2026, 9, 23)
    decided = [report, set_to(date(2026, 9, 15), date(2026, 9, 22))]
    assert due(decided, CHANGED) == date(2026, 9, 22)


def test_days_of_every_kind_stand_still_and_the_last_rolls_again() -> None:
    """2026-09-05 + 30 days = 5 October, which rolls to the 8th; with two more, the 7th, too."""
    steps = [start(date(2026, 9, 5), Limit(30, DAYS))]
    assert due(steps, NATIONAL) == date(2026, 10, 8)
    steps += [pause(date(2026, 9, 10)), resume(date(2026, 9, 12))]
    assert (read(steps, NATIONAL).nominal, due(steps, NATIONAL)) == (
        date(2026, 10, 7),
        date(2026, 10, 8),
    )


def test_a_reading_says_since_when_it_stands() -> None:
    steps = [start(MONDAY, FIVE), pause(date(2026, 9, 16))]
    assert read(steps, NATIONAL).stopped_on == date(2026, 9, 16)
    assert read([*steps, resume(date(2026, 9, 18))], NATIONAL).stopped_on is None
