"""Answers: which notices wait for one, how long one holds a ladder, and when it has lapsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from engine.rules.calendar import Calendar
from engine.rules.cases import Case
from engine.rules.facts import NoticeFacts, PartFacts, ProjectFacts
from engine.rules.limits import Limit
from engine.rules.words import DeadlineKind, NoticeState

BY_REPORT = (DeadlineKind.MILESTONE, DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)
"""Dates of work: a report shows that it goes on. The others are met by the thing itself alone."""


def is_overdue(notice: NoticeFacts, day: date) -> bool:
    """Whether a notice that went out asked for an answer, and the limit passed without one."""
    return (
        notice.state is NoticeState.ISSUED
        and notice.answered_on is None
        and notice.reply_by is not None
        and notice.reply_by < day
    )


def held_until(notice: NoticeFacts, holds: Limit, calendar: Calendar) -> date:
    """The last day on which an answer holds the ladder (policy ``answer_holds``)."""
    return calendar.apply(notice.answered_on or notice.issued_on, holds)


def is_held(case: Case) -> bool:
    """Whether an answer on the subject of a case still holds its ladder."""
    return any(_holds(notice, case) for notice in case.notices)


def has_lapsed(notice: NoticeFacts, case: Case) -> bool:
    """Whether an answer about a date has held its time, and no progress followed it.

    A project as a whole is judged by the month: its next assessment says what came of an answer.
    """
    if case.deadline is None or case.holds is None:
        return False
    if notice.state is not NoticeState.ISSUED or notice.answered_on is None or _holds(notice, case):
        return False
    by_report = case.deadline.kind in BY_REPORT
    return not (by_report and has_progressed(case.facts, notice.answered_on))


def has_progressed(facts: ProjectFacts, since: date) -> bool:
    """Whether anything was reported on an item, or on its measures, after a day."""
    return any(day > since for day in _reported(facts.reported_on, facts.parts))


def _holds(notice: NoticeFacts, case: Case) -> bool:
    if case.holds is None or notice.answered_on is None or notice.state is NoticeState.CANCELLED:
        return False
    return case.moment.day <= held_until(notice, case.holds, case.calendar)


def _reported(own: date | None, parts: Sequence[PartFacts]) -> Iterator[date]:
    if own is not None:
        yield own
    for part in parts:
        yield from _reported(part.reported_on, part.parts)
