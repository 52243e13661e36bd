"""Whether a rule's condition holds, clause by clause, with each clause in plain Chinese.

The texts are what ``explain`` and the notices show: the figures found and the figures required.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.rules.answers import has_lapsed, is_overdue
from engine.rules.cases import Case
from engine.rules.facts import DeadlineFacts, NoticeFacts, ProjectFacts
from engine.rules.lifecycle import OPEN_STATES, RUNNING_STATES, ProjectState
from engine.rules.policy_conditions import Condition, Count, Gate, Streak
from engine.rules.progress import progress_on
from engine.rules.words import (
    DeadlineKind,
    Light,
    NoticeKind,
    NoticeState,
    Reason,
    Urgency,
)

SEVERITY = {Light.BLUE: 0, Light.GREEN: 1, Light.YELLOW: 2, Light.RED: 3}
DATED = (Reason.GATE, Reason.DUE_SOON, Reason.OVERDUE)


def standstill(facts: ProjectFacts, day: date) -> Reason | None:
    """Why the clocks of this project do not run on a day, if they do not."""
    if facts.state is ProjectState.SUSPENDED:
        return Reason.SUSPENDED
    if facts.state not in RUNNING_STATES:
        return Reason.AWAITING_OFFICE
    if facts.disputed:
        return Reason.UNDER_REVIEW
    if facts.exempt_until and day <= facts.exempt_until:
        return Reason.EXEMPTED
    return None


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a condition: does it hold, and the sentence that says why; ``notice`` is the
    earlier one whose silence it rests on."""

    holds: bool
    text: str
    reason: Reason
    occurrence: str = ""
    notice: NoticeFacts | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All parts of a condition together."""

    clauses: tuple[Clause, ...]

    @property
    def holds(self) -> bool:
        return all(clause.holds for clause in self.clauses)

    @property
    def reason(self) -> Reason:
        return self.clauses[0].reason

    @property
    def occurrence(self) -> str:
        """What tells this happening of the rule apart from its others. A date does it best:
        a rule that rests on one speaks once for it, however long the other parts stay true."""
        dated = [c.occurrence for c in self.clauses if c.reason in DATED]
        every = [c.occurrence for c in self.clauses]
        return next((occurrence for occurrence in (*dated, *every) if occurrence), "")

    @property
    def notice(self) -> NoticeFacts | None:
        """The earlier notice whose silence it rests on, if it does."""
        return next((clause.notice for clause in self.clauses if clause.notice), None)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(clause.text for clause in self.clauses)


def judge(condition: Condition, case: Case) -> Verdict:
    """Hold a condition against a case. Every given part is looked at, so all are explained."""
    return Verdict(tuple(_clauses(condition, case)))


def _clauses(condition: Condition, case: Case) -> Iterator[Clause]:
    """The parts in the order that names the reason best: the strongest cause first."""
    if condition.streak:
        yield _streak(condition.streak, case)
    if condition.count:
        yield _count(condition.count, case)
    if condition.unanswered:
        yield _unanswered(condition.unanswered, case)
    if condition.gate:
        yield _gate(condition.gate, case)
    if condition.behind_points is not None:
        yield _behind(condition.behind_points, Decimal.__ge__, "达到或超过", case)
    if condition.behind_points_over is not None:
        yield _behind(condition.behind_points_over, Decimal.__gt__, "超过", case)
    if condition.below_ratio is not None:
        yield _below_ratio(condition.below_ratio, case)
    if condition.days_before:
        yield _days_before(condition.days_before, case)
    if condition.overdue:
        yield _any_overdue(condition.overdue, condition.days_past or 0, case)
    elif condition.days_past is not None:
        yield _days_past(condition.days_past, case)
    if condition.lights:
        yield _lights(condition.lights, case)
    if condition.urgency:
        yield _urgency(condition.urgency, case)
    if condition.within_term:
        yield _within_term(case)
    if condition.open:
        yield _open(case)


def written(day: date) -> str:
    """A date as documents write it: 2023年6月30日, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _the_deadline(case: Case) -> DeadlineFacts:
    if case.deadline is None:
        raise ValueError("a dated condition needs a deadline")
    return case.deadline


def _days_before(steps: tuple[int, ...], case: Case) -> Clause:
    deadline = _the_deadline(case)
    left = case.calendar.working_days_between(case.moment.day, deadline.due)
    reached = [step for step in steps if left <= step]
    holds = case.moment.day <= deadline.due and bool(reached)
    text = f"距{deadline.kind.label}（{written(deadline.due)}）还有{left}个工作日"
    if holds:
        text += f"，已进入提前{min(reached)}个工作日提示的范围"
    return Clause(holds, text, Reason.DUE_SOON, f"T-{min(reached)}" if holds else "")


def _past(deadline: DeadlineFacts, case: Case) -> int:
    return case.calendar.working_days_between(deadline.due, case.moment.day)


def _days_past(least: int, case: Case) -> Clause:
    deadline = _the_deadline(case)
    past = _past(deadline, case)
    holds = case.moment.day > deadline.due and past >= least
    text = (
        f"{deadline.kind.label}（{written(deadline.due)}）已过{max(past, 0)}个工作日仍未完成，"
        f"规则为满{least}个工作日"
    )
    return Clause(holds, text, Reason.OVERDUE, f"T+{least}")


def _any_overdue(kinds: tuple[DeadlineKind, ...], least: int, case: Case) -> Clause:
    missed = [
        deadline
        for deadline in case.facts.deadlines
        if deadline.kind in kinds
        and case.moment.day > deadline.due
        and _past(deadline, case) >= least
    ]
    if not missed:
        return Clause(False, f"没有逾期满{least}个工作日的事项", Reason.OVERDUE)
    worst = min(missed, key=lambda d: d.due)
    text = f"“{worst.name}”时限{written(worst.due)}，已逾期{_past(worst, case)}个工作日"
    return Clause(True, f"{text}，规则为满{least}个工作日", Reason.OVERDUE, worst.code)


def _unanswered(kind: NoticeKind, case: Case) -> Clause:
    """No answer in time, or one that was followed by nothing."""
    asked = [n for n in case.notices if n.kind is kind and n.state is NoticeState.ISSUED]
    late = [n for n in asked if is_overdue(n, case.moment.day)]
    lapsed = [n for n in asked if has_lapsed(n, case)]
    if not late and not lapsed:
        return Clause(False, f"没有逾期未答复的{kind.label}", Reason.UNANSWERED)
    last = max((*late, *lapsed), key=lambda n: n.issued_on)
    reason = Reason.UNANSWERED if last in late else Reason.LAPSED
    # A deadline's version climbs this step once; a project's ladder lives on, so each silence
    # is named by the notice that met it.
    occurrence = "" if case.deadline else last.occurrence
    return Clause(True, _no_word(last, reason), reason, occurrence, last)


def _no_word(notice: NoticeFacts, reason: Reason) -> str:
    text = f"{written(notice.issued_on)}发出的{notice.kind.label}"
    if reason is Reason.LAPSED and notice.answered_on:
        return f"{text}，{written(notice.answered_on)}已答复，{Reason.LAPSED.label}"
    return f"{text}要求{written(notice.reply_by or notice.issued_on)}前答复，至今未答复"


def _behind(
    points: Decimal, compare: Callable[[Decimal, Decimal], bool], words: str, case: Case
) -> Clause:
    progress = progress_on(case.facts, case.moment.cutoff)
    holds = compare(progress.lag, points)
    text = (
        f"截至{written(case.moment.cutoff)}，计划进度{progress.planned}%，实际{progress.actual}%，"
    )
    text += (
        f"落后{progress.lag}个百分点" if progress.lag > 0 else "未落后"
    ) + f"，规则为{words}{points}个百分点"
    return Clause(holds, text, Reason.BEHIND_PLAN, case.turn)


def _below_ratio(ratio: Decimal, case: Case) -> Clause:
    progress = progress_on(case.facts, case.moment.cutoff)
    text = (
        f"截至{written(case.moment.cutoff)}，实际进度{progress.actual}%为计划进度"
        f"{progress.planned}%的{progress.ratio * 100:.1f}%，规则为低于{ratio * 100:.0f}%"
    )
    return Clause(progress.ratio < ratio, text, Reason.BEHIND_PLAN, case.turn)


def _streak(streak: Streak, case: Case) -> Clause:
    unbroken: list[str] = []
    for period, colour in reversed(case.facts.light.months):
        if SEVERITY[colour] < SEVERITY[streak.light]:
            break
        unbroken.insert(0, period)
    worst = [c.label for c in (Light.YELLOW, Light.RED) if SEVERITY[c] >= SEVERITY[streak.light]]
    text = f"连续{len(unbroken)}个月亮{'或'.join(worst)}，规则为连续{streak.months}个月"
    holds = len(unbroken) >= streak.months
    turn = f"since-{unbroken[0]}" if streak.once and unbroken else case.turn
    return Clause(holds, text, Reason.REPEATED, turn)


def _count(count: Count, case: Case) -> Clause:
    issued = [
        n
        for n in case.facts.notices
        if n.kind is count.notice and n.state is NoticeState.ISSUED and not n.is_for_office
    ]
    text = f"本事项已发出{count.notice.label}{len(issued)}次，规则为{count.at_least}次"
    return Clause(len(issued) >= count.at_least, text, Reason.REPEATED, case.turn)


def _gate(gate: Gate, case: Case) -> Clause:
    day = date(case.moment.cutoff.year, gate.month, gate.day)
    text = f"到{gate.month}月{gate.day}日仍未办结"
    return Clause(case.moment.cutoff >= day, text, Reason.GATE, f"{day:%Y-%m-%d}")


def _lights(lights: tuple[Light, ...], case: Case) -> Clause:
    colour = case.facts.light.colour
    return Clause(colour in lights, f"当前为{colour.label}", Reason.BEHIND_PLAN, case.turn)


def _urgency(levels: tuple[Urgency, ...], case: Case) -> Clause:
    level = case.facts.urgency
    wanted = "或".join(u.label for u in levels)
    return Clause(level in levels, f"紧急程度为{level.label}，规则为{wanted}", Reason.DUE_SOON)


def _open(case: Case) -> Clause:
    facts, due = case.facts, case.facts.due
    text = facts.state.label
    if due is not None:
        left = case.calendar.working_days_between(case.moment.day, due)
        past = case.moment.day > due
        text += f"，时限{written(due)}，" + (f"已过{-left}" if past else f"还有{left}") + "个工作日"
    return Clause(facts.state in OPEN_STATES, text, Reason.ROUTINE, case.turn)


def _within_term(case: Case) -> Clause:
    due = case.facts.due
    holds = due is not None and case.moment.cutoff <= due
    text = f"承诺时限{written(due)}" + ("未到" if holds else "已过") if due else "没有承诺时限"
    return Clause(holds, text, Reason.BEHIND_PLAN)
