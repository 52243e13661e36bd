"""A project lived through day by day, as the sweeps would: what is issued, and when.

The world answers by fixed delays, so that two replays differ only in when they look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engine.rules.cases import PROJECT
from engine.rules.decide import Issue, Outcome, decide
from engine.rules.facts import NoticeFacts, ProjectFacts
from engine.rules.lights import remember
from engine.rules.periods import is_run_day, moment_of
from engine.rules.policy import Policy
from engine.rules.words import Cadence
from tests.rules.builders import CALENDAR, EVERYONE, a_notice


@dataclass(frozen=True)
class World:
    """How others behave: days until a rule's notice is answered, and until the posts are filled;
    the days on which the unit reports, and from when to when the office silences the item."""

    answers: Mapping[str, int] = field(default_factory=dict)
    vacant_until: date = date.min
    reports: tuple[date, ...] = ()
    silences: tuple[tuple[date, date], ...] = ()

    def reported_on(self, day: date) -> date | None:
        return max((said for said in self.reports if said <= day), default=None)

    def silenced_until(self, day: date) -> date | None:
        return max((end for first, end in self.silences if first <= day <= end), default=None)


@dataclass
class Replay:
    """One project's life under a policy. ``issued`` collects what went out, by day."""

    facts: ProjectFacts
    policy: Policy
    world: World = World()
    issued: list[tuple[date, Issue]] = field(default_factory=list)
    rows: dict[int, date | None] = field(default_factory=dict)
    looks: int = 0
    last: Outcome | None = None
    known: set[NoticeFacts] = field(default_factory=set)

    def every_day(self, days: Sequence[date]) -> Replay:
        for day in days:
            self.sweep(Cadence.DAILY, day)
        return self

    def when_rows_are_due(self, days: Sequence[date]) -> Replay:
        self.rows = {d.id: days[0] for d in self.facts.deadlines}
        for day in days:
            self.sweep_if_due(day)
        return self

    def sweep_if_due(self, day: date) -> None:
        due = any(at is not None and at <= day for at in self.rows.values())
        if due or self._just_answered(day):
            self.sweep(Cadence.DAILY, day)

    def _just_answered(self, day: date) -> bool:
        """Whether an answer about a date has come since the last look: the verb sets its row."""
        answered = {n for n in self.facts.notices if n.answered_on and n.answered_on <= day}
        fresh = {n for n in answered - self.known if n.deadline != PROJECT}
        self.known |= answered
        return bool(fresh)

    def sweep_all(self, day: date, only_due: bool, monthly_first: bool) -> None:
        """The daily sweep of a day and, where one is due, the monthly one before or after it."""
        is_monthly = is_run_day(Cadence.MONTHLY, day, CALENDAR)
        if is_monthly and monthly_first:
            self.sweep(Cadence.MONTHLY, day)
        if only_due:
            self.sweep_if_due(day)
        else:
            self.sweep(Cadence.DAILY, day)
        if is_monthly and not monthly_first:
            self.sweep(Cadence.MONTHLY, day)

    def sweep(self, cadence: Cadence, day: date) -> Outcome:
        self.looks += 1
        seen = replace(
            self.facts,
            notices=tuple(_seen_on(n, day) for n in self.facts.notices),
            reachable=EVERYONE if day > self.world.vacant_until else (),
            reported_on=self.world.reported_on(day),
            silenced_until=self.world.silenced_until(day),
        )
        outcome = decide(seen, self.policy, CALENDAR, moment_of(cadence, day))
        self.rows |= dict(outcome.next_checks)
        self.last = outcome
        if outcome.light:
            self.facts = replace(self.facts, light=remember(self.facts.light, outcome.light))
        for issue in outcome.issues:
            self._issue(issue, day)
        return outcome

    def _issue(self, issue: Issue, day: date) -> None:
        self.issued.append((day, issue))
        delay = self.world.answers.get(issue.rule)
        answered = None if delay is None else day + timedelta(days=delay)
        notice = a_notice(issue, day, answered_on=answered)
        self.facts = replace(self.facts, notices=(*self.facts.notices, notice))


def _seen_on(notice: NoticeFacts, day: date) -> NoticeFacts:
    """A notice as it is known on a day: tomorrow's answer is not."""
    if notice.answered_on is None or notice.answered_on <= day:
        return notice
    return replace(notice, answered_on=None)
