"""(g) Counting working days: our calendar against a loop over chinese_calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from chinese_calendar import is_workday

from benchmarks.measure import Figure, Plan, by_turns, stopwatch
from benchmarks.seeding import rulebook

Question = tuple[date, int]


def days(plan: Plan) -> Iterator[Figure]:
    """The n-th working day after a day."""
    questions = _questions(200 if plan.quick else 1_000)
    calendar = rulebook().calendar
    for day, count in questions:
        if calendar.add_working_days(day, count) != _by_loop(day, count):
            raise RuntimeError(f"the calendars disagree on {day} + {count}")

    ours, loop = by_turns(
        plan,
        lambda: _time_ours(questions * 20) / 20,
        lambda: _time_loop(questions),
    )
    yield Figure(
        "推算工作日",
        "add working days",
        "次/秒",
        len(questions) / ours,
        len(questions) / loop,
        "chinese_calendar 逐日数",
        "1至20个工作日，2019至2025年",
    )


def _questions(count: int) -> list[Question]:
    random = Random(2023)
    first = date(2019, 1, 1)
    return [
        (first + timedelta(days=random.randrange(365 * 7)), random.randint(1, 20))
        for _ in range(count)
    ]


def _time_ours(questions: Sequence[Question]) -> float:
    calendar = rulebook().calendar
    with stopwatch() as watch:
        for day, count in questions:
            calendar.add_working_days(day, count)
    return watch.seconds


def _time_loop(questions: Sequence[Question]) -> float:
    with stopwatch() as watch:
        for day, count in questions:
            _by_loop(day, count)
    return watch.seconds


def _by_loop(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
