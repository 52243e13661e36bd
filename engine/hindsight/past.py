"""The past of items as it was recorded: what a rule would have seen of them on any earlier day.

Rebuilt are the state, the reports, the milestones, the dates with all that happened to their
clocks, and when notices were answered. Who is in which post is taken from the present.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from engine.rules.calendar import Calendar
from engine.rules.clocks import ClockAct, ClockStep, read
from engine.rules.facts import DeadlineFacts, PartFacts, ProjectFacts, TargetFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.limits import Limit
from engine.rules.words import DeadlineKind

Clock = tuple[DeadlineKind, str]
"""The kind of a date and its slot."""
Limits = Mapping[DeadlineKind, Limit]


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, with its figures by metric."""

    day: date
    percent: Decimal | None
    values: Mapping[str, Decimal]


@dataclass(slots=True)
class Past:
    """All that happened to one item.

    Attributes:
        now: its facts of today.
        states: since when it was in each state, in their order.
        ends: the day from which a date no longer bound.
        answers: when a notice was answered, by rule, date and occurrence; None for never.
    """

    now: ProjectFacts
    states: list[tuple[date, ProjectState]] = field(default_factory=list)
    reports: list[Reported] = field(default_factory=list)
    clocks: dict[Clock, tuple[ClockStep, ...]] = field(default_factory=dict)
    names: dict[Clock, tuple[int, str]] = field(default_factory=dict)
    ends: dict[Clock, date] = field(default_factory=dict)
    answers: dict[tuple[str, Clock | None, str], date | None] = field(default_factory=dict)
    exempted_on: date | None = None

    def state_on(self, day: date) -> ProjectState | None:
        """Its state at the end of a day; None before it was given out."""
        place = bisect_right(self.states, day, key=lambda pair: pair[0])
        return self.states[place - 1][1] if place else None

    def report_on(self, day: date) -> Reported | None:
        """The last report by a day."""
        place = bisect_right(self.reports, day, key=lambda report: report.day)
        return self.reports[place - 1] if place else None

    def targets_on(self, day: date, targets: Sequence[TargetFacts]) -> tuple[TargetFacts, ...]:
        """The promises with the figures that were reported by a day."""
        report = self.report_on(day)
        values = report.values if report else {}
        return tuple(replace(target, actual=values.get(target.metric)) for target in targets)

    def stirs(self) -> Iterator[date]:
        """The days on which something happened to it."""
        yield from (day for day, _ in self.states)
        yield from (report.day for report in self.reports)
        yield from (step.day for steps in self.clocks.values() for step in steps)
        yield from self.ends.values()

    def dates_on(self, day: date, calendar: Calendar, limits: Limits) -> Iterator[DeadlineFacts]:
        """The dates that bound on a day, counted by these limits."""
        for clock, steps in self.clocks.items():
            if clock in self.ends and self.ends[clock] <= day:
                continue
            known = [
                _relimited(step, limits.get(clock[0]))
                for step in steps
                if step.day <= day and step.act is not ClockAct.RELIMIT
            ]
            begun = next((n for n, s in enumerate(known) if s.act is ClockAct.START), None)
            if begun is None:
                continue
            moves = sum(step.act is ClockAct.SET for step in known)
            number, name = self.names[clock]
            kind, slot = clock
            due = read(known, calendar).due
            first = read(known[: begun + 1], calendar).due if moves else due
            yield DeadlineFacts(number, kind, slot, name, 1 + moves, due, first)


def _relimited(step: ClockStep, limit: Limit | None) -> ClockStep:
    if step.act is ClockAct.START and step.limit is not None and limit is not None:
        return replace(step, limit=limit)
    return step


def part_on(part: PartFacts, pasts: Mapping[str, Past], day: date) -> PartFacts:
    """A measure as it was known on a day."""
    past = pasts.get(part.code)
    if past is None:
        return part
    report = past.report_on(day)
    return replace(
        part,
        is_done=past.state_on(day) is ProjectState.CLOSED,
        reported_percent=report.percent if report else None,
        reported_on=report.day if report else None,
        targets=past.targets_on(day, part.targets),
        milestones=tuple(
            replace(m, done_on=m.done_on if m.done_on and m.done_on <= day else None)
            for m in part.milestones
        ),
        parts=tuple(part_on(one, pasts, day) for one in part.parts),
    )
