"""The decision about one project: pure, with time passed in, and a reason for everything.

For each ladder (one per deadline, and one for the project as a whole) only the highest step that
holds is taken; the lower ones are superseded. An answer holds the ladder for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.rules.answers import is_held
from engine.rules.calendar import Calendar
from engine.rules.cases import PROJECT, Case
from engine.rules.conditions import Verdict, judge, standstill
from engine.rules.facts import DeadlineFacts, Moment, NoticeFacts, ProjectFacts
from engine.rules.lights import LightDecision, assess, with_light
from engine.rules.looking import next_check
from engine.rules.policy import Policy, Rule, climb
from engine.rules.quotes import Quote, quote_of
from engine.rules.silences import is_silenced
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
        quotes: the earlier notice that it rests on, or the last on the subject that asked for an
            answer.
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
    quotes: Quote | None = None

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
    subjects = (*lit.deadlines, None)
    issues, holds = _climb_ladders(_cases(lit, subjects, policy, calendar, moment), policy)
    return Outcome(light, issues, holds, _next_checks(lit, issues, holds, policy, calendar, moment))


def steps(
    facts: ProjectFacts, policy: Policy, calendar: Calendar, moment: Moment
) -> tuple[Issue, ...]:
    """The notices of ``decide`` alone."""
    lit = facts
    subjects: tuple[DeadlineFacts | None, ...] = _running(facts)
    if not standstill(facts, moment.day):
        lit = with_light(facts, assess(facts, policy, calendar, moment))
        subjects = (*lit.deadlines, None)
    return _climb_ladders(_cases(lit, subjects, policy, calendar, moment), policy)[0]


def _running(facts: ProjectFacts) -> tuple[DeadlineFacts, ...]:
    """The dates of the office, whose clocks run on while the unit's wait."""
    return tuple(d for d in facts.deadlines if d.kind not in UNIT_CLOCKS)


def _standing_still(
    facts: ProjectFacts, stop: Reason, policy: Policy, calendar: Calendar, moment: Moment
) -> Outcome:
    """The unit's clocks wait. Those of the office run on (复核须在30日内作出决定)."""
    running = _running(facts)
    issues, holds = _climb_ladders(_cases(facts, running, policy, calendar, moment), policy)
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
        (d.id, next_check(d, facts, _reply_days(d, issues), policy, calendar, moment.day))
        for d in facts.deadlines
    )


def _reply_days(deadline: DeadlineFacts, issues: tuple[Issue, ...]) -> list[date]:
    """Until when what was issued today, on a date or on the whole, is to be answered."""
    subjects = (deadline.code, PROJECT)
    return [i.reply_by for i in issues if i.subject in subjects and i.reply_by]


def _cases(
    facts: ProjectFacts,
    subjects: Iterable[DeadlineFacts | None],
    policy: Policy,
    calendar: Calendar,
    moment: Moment,
) -> Iterator[Case]:
    """One for each of these dates; None is the project as a whole."""
    holds = policy.limits.answer_holds.limit
    return (Case(facts, subject, moment, calendar, holds) for subject in subjects)


def _climb_ladder(case: Case, policy: Policy) -> Issue | Hold:
    kind = case.deadline.kind if case.deadline else None
    rules = policy.rules_for(case.moment.cadence, kind, case.facts.kind)
    verdicts = [(rule, judge(rule.when, case)) for rule in rules]
    standing = [
        (rule, verdict) for rule, verdict in verdicts if verdict.holds or _keeps_place(rule, case)
    ]
    if not standing:
        return Hold(case.subject, Reason.NOTHING_DUE)
    standing = _without_said_once(standing, case)
    top, verdict = standing[0]
    refusal = _why_not(top, verdict, case, policy)
    if refusal:
        return Hold(case.subject, refusal, top.id)
    return _issue(top, verdict, _skipped_steps(rules, standing, case), case)


def _keeps_place(rule: Rule, case: Case) -> bool:
    """Whether a date's ladder was climbed by this rule because nobody answered. Then a late answer
    does not give the word to another step of the same height."""
    return bool(case.deadline and rule.when.unanswered) and any(
        n.rule == rule.id and n.state is not NoticeState.CANCELLED for n in case.notices
    )


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
    if case.deadline and _was_climbed(rule, verdict, earlier):
        return Reason.ALREADY_ISSUED
    if is_held(case):
        return Reason.ACKNOWLEDGED
    if is_silenced(case.facts, case.deadline, rule.notice, case.moment.day, policy.silences):
        return Reason.SILENCED
    if not climb(rule.audience, case.facts.reachable):
        return Reason.NO_RECIPIENT
    return None


def _was_climbed(rule: Rule, verdict: Verdict, earlier: Sequence[NoticeFacts]) -> bool:
    """Whether what follows upon silence has been said already, since the date was that long past:
    after an outage the days may bring a step before the limit of the one below it has run out."""
    silent = verdict.notice
    if silent is None or not rule.when.unanswered:
        return False
    height, since = rule.notice.severity, silent.issued_on
    return any(n.kind.severity == height and n.issued_on > since for n in earlier)


def _taken(case: Case) -> set[tuple[str, str]]:
    """The steps that have a notice, whatever became of it: a key is used once."""
    return {(n.rule, n.occurrence) for n in case.notices}


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
        quotes=quote_of(case, verdict.notice),
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
