"""The decision about one project: pure, with time passed in, and a reason for everything.

For each ladder (one per deadline, and one for the project as a whole) only the highest step that
holds is taken; the lower ones are superseded. An answer holds the ladder for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.rules.calendar import Calendar
from engine.rules.conditions import PROJECT, Case, Verdict, judge, standstill
from engine.rules.facts import DeadlineFacts, Moment, NoticeFacts, ProjectFacts
from engine.rules.lights import LightDecision, assess, with_light
from engine.rules.policy import Condition, Gate, Policy, Rule, climb
from engine.rules.words import (
    UNIT_CLOCKS,
    Cadence,
    NoticeKind,
    NoticeState,
    PostKind,
    Reason,
    Stage,
)

Standing = tuple[Rule, Verdict]
"""A rule whose condition holds, and how it was judged."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A notice is to go out, or, when it criticises, to be drafted for signature.

    Attributes:
        subject: the code of the deadline, or ``project``.
        occurrence: tells the happenings of one rule on one subject apart.
        audience: the posts it reaches.
        missing: posts of the rule that are empty; an alarm.
        superseded: lower steps that were true as well and are now not taken.
        texts: the figures it rests on, in Chinese.
    """

    rule: str
    kind: NoticeKind
    stage: Stage
    subject: str
    deadline_id: int | None
    occurrence: str
    audience: tuple[PostKind, ...]
    missing: tuple[PostKind, ...]
    reply_by: date | None
    reason: Reason
    superseded: tuple[str, ...]
    texts: tuple[str, ...]

    def key(self, project_id: int) -> str:
        """The one key of the notice: project, rule, deadline version, stage, occurrence."""
        return f"p{project_id}/{self.rule}/{self.subject}/{self.stage.value}/{self.occurrence}"


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing is done, and why."""

    subject: str
    reason: Reason
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All decisions about one project at one moment."""

    light: LightDecision | None
    issues: tuple[Issue, ...]
    holds: tuple[Hold, ...]
    next_checks: tuple[tuple[int, date | None], ...]


def decide(facts: ProjectFacts, policy: Policy, calendar: Calendar, moment: Moment) -> Outcome:
    """Decide on one project. The same facts, policy, calendar and moment give the same outcome."""
    stop = standstill(facts, moment.day)
    if stop:
        return _standing_still(facts, stop, policy, calendar, moment)
    light = assess(facts, policy, calendar, moment)
    lit = with_light(facts, light)
    issues, holds = _climb_ladders(_cases(lit, calendar, moment), policy)
    return Outcome(light, issues, holds, _next_checks(lit, issues, holds, policy, calendar, moment))


def _standing_still(
    facts: ProjectFacts, stop: Reason, policy: Policy, calendar: Calendar, moment: Moment
) -> Outcome:
    """The unit's clocks wait. Those of the office run on (复核须在30日内作出决定)."""
    running = tuple(d for d in facts.deadlines if d.kind not in UNIT_CLOCKS)
    cases = (Case(facts, deadline, moment, calendar) for deadline in running)
    issues, holds = _climb_ladders(cases, policy)
    again = facts.exempt_until if stop is Reason.EXEMPTED else None
    waiting = (d.id for d in facts.deadlines if d.kind in UNIT_CLOCKS)
    checks = tuple((number, again and again + timedelta(days=1)) for number in waiting)
    office = replace(facts, deadlines=running)
    checks += _next_checks(office, issues, holds, policy, calendar, moment)
    return Outcome(None, issues, (Hold(PROJECT, stop), *holds), checks)


def _climb_ladders(
    cases: Iterable[Case], policy: Policy
) -> tuple[tuple[Issue, ...], tuple[Hold, ...]]:
    steps = [_climb_ladder(case, policy) for case in cases]
    issues = tuple(step for step in steps if isinstance(step, Issue))
    return issues, tuple(step for step in steps if isinstance(step, Hold))


def _next_checks(
    facts: ProjectFacts,
    issues: tuple[Issue, ...],
    holds: tuple[Hold, ...],
    policy: Policy,
    calendar: Calendar,
    moment: Moment,
) -> tuple[tuple[int, date | None], ...]:
    """The next look for each deadline. Only a daily sweep answers the daily rules: any other
    leaves the rows as they are, or has them looked at once more when it issued something."""
    if moment.cadence is not Cadence.DAILY:
        return tuple((d.id, moment.day) for d in facts.deadlines if issues)
    if any(hold.reason is Reason.NO_RECIPIENT for hold in holds):
        tomorrow = calendar.next_working_day(moment.day)
        return tuple((d.id, tomorrow) for d in facts.deadlines)
    return tuple(
        (d.id, next_check(d, facts, issues, policy, calendar, moment.day)) for d in facts.deadlines
    )


def _cases(facts: ProjectFacts, calendar: Calendar, moment: Moment) -> Iterator[Case]:
    for deadline in facts.deadlines:
        yield Case(facts, deadline, moment, calendar)
    yield Case(facts, None, moment, calendar)


def _climb_ladder(case: Case, policy: Policy) -> Issue | Hold:
    kind = case.deadline.kind if case.deadline else None
    rules = policy.rules_for(case.moment.cadence, kind, case.facts.kind)
    verdicts = [(rule, judge(rule.when, case)) for rule in rules]
    standing = [(rule, verdict) for rule, verdict in verdicts if verdict.holds]
    if not standing:
        return Hold(case.subject, Reason.NOTHING_DUE)
    standing = _without_said_once(standing, case)
    top, verdict = standing[0]
    refusal = _why_not(top, verdict, case, policy)
    if refusal:
        return Hold(case.subject, refusal, top.id)
    return _issue(top, verdict, _skipped_steps(rules, standing, case), case)


def _without_said_once(standing: list[Standing], case: Case) -> list[Standing]:
    """What has been said once for a whole run of bad months leaves the word to lower steps."""
    said = {
        (n.rule, n.occurrence)
        for n in case.notices
        if n.state is not NoticeState.CANCELLED and n.issued_on < case.moment.day
    }
    left = [
        (rule, verdict)
        for rule, verdict in standing
        if not (rule.when.streak and rule.when.streak.once)
        or (rule.id, verdict.occurrence) not in said
    ]
    return left or standing


def _why_not(rule: Rule, verdict: Verdict, case: Case, policy: Policy) -> Reason | None:
    """Why the highest step that holds is not taken, if it is not."""
    if (rule.id, verdict.occurrence) in _taken(case):
        return Reason.ALREADY_ISSUED
    earlier = [n for n in case.notices if n.state is not NoticeState.CANCELLED]
    if case.deadline and any(n.kind.severity > rule.notice.severity for n in earlier):
        return Reason.SUPERSEDED
    if any(case.moment.day <= held_until(n, policy, case.calendar) for n in _answered(earlier)):
        return Reason.ACKNOWLEDGED
    if not climb(rule.audience, case.facts.reachable):
        return Reason.NO_RECIPIENT
    return None


def _taken(case: Case) -> set[tuple[str, str]]:
    """The steps that have a notice, whatever became of it: a key is used once."""
    return {(n.rule, n.occurrence) for n in case.notices}


def _answered(notices: list[NoticeFacts]) -> list[NoticeFacts]:
    return [n for n in notices if n.answered_on is not None]


def held_until(notice: NoticeFacts, policy: Policy, calendar: Calendar) -> date:
    """The last day on which an answer holds the ladder; an answer without progress lapses."""
    return calendar.apply(notice.answered_on or notice.issued_on, policy.limits.answer_holds.limit)


def _issue(rule: Rule, verdict: Verdict, skipped: tuple[str, ...], case: Case) -> Issue:
    audience = climb(rule.audience, case.facts.reachable)
    reply_by = None
    if rule.reply_within:
        reply_by = case.calendar.apply(case.moment.day, rule.reply_within.limit)
    return Issue(
        rule=rule.id,
        kind=rule.notice,
        stage=rule.stage,
        subject=case.subject,
        deadline_id=case.deadline.id if case.deadline else None,
        occurrence=verdict.occurrence,
        audience=tuple(audience),
        missing=tuple(p for p in rule.audience if p not in case.facts.reachable),
        reply_by=reply_by,
        reason=verdict.reason,
        superseded=skipped,
        texts=verdict.texts,
    )


def _skipped_steps(
    ladder: Sequence[Rule], standing: list[tuple[Rule, Verdict]], case: Case
) -> tuple[str, ...]:
    """The steps that the first of ``standing`` answers for: the lower ones that hold as well,
    and the reminders whose days went by unsaid."""
    (top, verdict), *lower = standing
    below = ladder[ladder.index(top) :]
    missed = [(rule.id, f"T-{step}") for rule in below for step in _gone_by(rule, case)]
    steps = dict.fromkeys((*missed, *((rule.id, v.occurrence) for rule, v in lower)))
    done = {*_taken(case), (top.id, verdict.occurrence)}
    return tuple(
        f"{rule}@{occurrence}" for rule, occurrence in steps if (rule, occurrence) not in done
    )


def _gone_by(rule: Rule, case: Case) -> list[int]:
    """The steps of a reminder that have been reached, furthest from the date first, if all that
    the reminder rests on beside the date holds."""
    if case.deadline is None or not rule.when.days_before:
        return []
    beside = rule.when.model_copy(update={"days_before": ()})
    if not judge(beside, case).holds:
        return []
    left = case.calendar.working_days_between(case.moment.day, case.deadline.due)
    return sorted((step for step in rule.when.days_before if left <= step), reverse=True)


def next_check(
    deadline: DeadlineFacts,
    facts: ProjectFacts,
    issues: tuple[Issue, ...],
    policy: Policy,
    calendar: Calendar,
    day: date,
) -> date | None:
    """The next day on which a rule may say something new about this deadline, if ever.

    Args:
        issues: what was decided today; their reply dates are looked at again.
    """
    subjects = (deadline.code, PROJECT)
    kinds = (deadline.kind, None)
    ladders = [r for k in kinds for r in policy.rules_for(Cadence.DAILY, k, facts.kind)]
    replies = [i.reply_by for i in issues if i.subject in subjects and i.reply_by]
    candidates = [calendar.next_working_day(reply_by) for reply_by in replies]
    candidates += [day for rule in ladders for day in _step_days(rule, deadline.due, calendar)]
    candidates += _overdue_days(deadline, policy, calendar)
    candidates += [_gate_day(rule.when.gate, day) for rule in ladders if rule.when.gate]
    if any(_moves_by_itself(rule.when) for rule in ladders):
        candidates.append(calendar.next_working_day(day))
    for notice in facts.notices:
        if notice.deadline in subjects:
            candidates += _after_notice(notice, policy, calendar)
    return min((c for c in candidates if c > day), default=None)


def _step_days(rule: Rule, due: date, calendar: Calendar) -> list[date]:
    """The days on which the dates of a step come true, and on which they cease to be: then a
    lower step may have the word."""
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


def _moves_by_itself(condition: Condition) -> bool:
    """Whether it may come true on a day that no row names: with the plan, or with the month."""
    figures = (condition.behind_points, condition.behind_points_over, condition.below_ratio)
    has_figure = any(figure is not None for figure in figures)
    by_month = condition.streak or condition.count or condition.lights or condition.open
    return has_figure or bool(by_month)


def _gate_day(gate: Gate, day: date) -> date:
    """The first day after ``day`` on which the gate is passed."""
    this_year = date(day.year, gate.month, gate.day)
    return this_year if this_year > day else date(day.year + 1, gate.month, gate.day)


def _after_notice(notice: NoticeFacts, policy: Policy, calendar: Calendar) -> list[date]:
    if notice.answered_on:
        return [calendar.next_working_day(held_until(notice, policy, calendar))]
    return [calendar.next_working_day(notice.reply_by)] if notice.reply_by else []
