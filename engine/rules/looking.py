"""When to look at a deadline again: the next day on which a rule may say something new of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from engine.rules.answers import held_until, is_overdue
from engine.rules.calendar import Calendar
from engine.rules.cases import PROJECT
from engine.rules.facts import DeadlineFacts, NoticeFacts, ProjectFacts
from engine.rules.policy import Policy, Rule
from engine.rules.policy_conditions import Condition, Gate
from engine.rules.words import Cadence


def next_check(
    deadline: DeadlineFacts,
    facts: ProjectFacts,
    replies: Iterable[date],
    policy: Policy,
    calendar: Calendar,
    day: date,
) -> date | None:
    """The next day on which a rule may say something new about this deadline, if ever.

    Args:
        replies: until when what was issued today is to be answered.
    """
    subjects = (deadline.code, PROJECT)
    kinds = (deadline.kind, None)
    ladders = [r for k in kinds for r in policy.rules_for(Cadence.DAILY, k, facts.kind)]
    notices = [notice for notice in facts.notices if notice.deadline in subjects]
    candidates = [calendar.next_working_day(reply_by) for reply_by in replies]
    candidates += [day for rule in ladders for day in _step_days(rule, deadline.due, calendar)]
    candidates += _overdue_days(deadline, policy, calendar)
    candidates += [_gate_day(rule.when.gate, day) for rule in ladders if rule.when.gate]
    if any(_moves_by_itself(rule.when, notices, day) for rule in ladders):
        candidates.append(calendar.next_working_day(day))
    candidates += [after for notice in notices for after in _after_notice(notice, policy, calendar)]
    if facts.silenced_until is not None:
        candidates.append(facts.silenced_until + timedelta(days=1))
    return min((c for c in candidates if c > day), default=None)


def _step_days(rule: Rule, due: date, calendar: Calendar) -> list[date]:
    """The days on which the dates of a step come true, and on which they cease to be: then a
    lower step may have the word."""
    days = []
    if rule.when.days_before:
        last_day = calendar.last_working_day_on_or_before(due)
        days = [calendar.add_working_days(last_day, -step) for step in rule.when.days_before]
    if rule.when.days_before or rule.when.within_term:
        days.append(calendar.next_working_day(due))
    if rule.when.days_past is not None:
        days.append(calendar.add_working_days(due, max(rule.when.days_past, 1)))
    return days


def _overdue_days(deadline: DeadlineFacts, policy: Policy, calendar: Calendar) -> list[date]:
    """The days on which missing this deadline gives a light, or a step on any ladder."""
    delays = policy.overdue_delays[deadline.kind]
    return [calendar.add_working_days(deadline.due, delay) for delay in delays]


def _moves_by_itself(condition: Condition, notices: Sequence[NoticeFacts], day: date) -> bool:
    """Whether it may come true on a day that no row names."""
    if not condition.moves_by_itself:
        return False
    kind = condition.unanswered
    return kind is None or any(n.kind is kind and _may_climb(n, day) for n in notices)


def _may_climb(notice: NoticeFacts, day: date) -> bool:
    """Whether a notice is past its limit, or its answer may lapse, which that on a whole does not.
    Until then a condition that rests on its silence does not move, whatever else it looks at."""
    lapses = notice.answered_on is not None and notice.deadline != PROJECT
    return lapses or is_overdue(notice, day)


def _gate_day(gate: Gate, day: date) -> date:
    """The first day after ``day`` on which the gate is passed."""
    this_year = date(day.year, gate.month, gate.day)
    return this_year if this_year > day else date(day.year + 1, gate.month, gate.day)


def _after_notice(notice: NoticeFacts, policy: Policy, calendar: Calendar) -> list[date]:
    holds = policy.limits.answer_holds.limit
    if notice.answered_on:
        return [calendar.next_working_day(held_until(notice, holds, calendar))]
    return [calendar.next_working_day(notice.reply_by)] if notice.reply_by else []
