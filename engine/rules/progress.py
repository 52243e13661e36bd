"""序时进度: how far the work should be by a day, and how far it is.

All shares are percentages of the whole work, 0 to 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from engine.rules.facts import MilestoneFacts, PartFacts, ProjectFacts, TargetFacts

WHOLE = Decimal(100)
TENTH = Decimal("0.1")

Work = ProjectFacts | PartFacts
"""A project, or a measure of one: what a plan and figures are about."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Planned against actual on one day, in percent; ``lag`` is in points, positive when behind."""

    planned: Decimal
    actual: Decimal

    @property
    def lag(self) -> Decimal:
        return self.planned - self.actual

    @property
    def ratio(self) -> Decimal:
        """Actual over planned; 1 when nothing was planned yet."""
        return self.actual / self.planned if self.planned else Decimal(1)


def progress_on(facts: ProjectFacts, day: date) -> Progress:
    """The state of a project against its plan at the end of ``day``."""
    return Progress(planned_percent(facts, day), actual_percent(facts))


def planned_percent(work: Work, day: date) -> Decimal:
    """The plan's share by ``day``: along the milestones' curve where they carry shares; without
    one, the mean of the measures' plans (工作措施); otherwise evenly from the start to the promised
    date (序时进度), by which all is done."""
    if work.due is not None and day >= work.due:
        return WHOLE
    if work.parts and all(step.planned_percent is None for step in work.milestones):
        return _mean([planned_percent(part, day) for part in work.parts])
    return planned_by(work.starts_on, work.due, work.milestones, day)


def planned_by(
    starts_on: date, due: date | None, milestones: Sequence[MilestoneFacts], day: date
) -> Decimal:
    """The share that a plan asks for by ``day``."""
    return _round(_interpolate(plan_curve(starts_on, due, milestones), day))


def plan_curve(
    starts_on: date, due: date | None, milestones: Sequence[MilestoneFacts]
) -> list[tuple[date, Decimal]]:
    """The points between which the plan runs straight, by date, never falling. Steps dated on
    or after the promised date do not put off the promise."""
    points = [(starts_on, Decimal(0))]
    within = (m for m in milestones if due is None or m.due < due)
    for step in sorted(within, key=lambda m: m.due):
        if step.planned_percent is not None and step.due > points[-1][0]:
            points.append((step.due, max(step.planned_percent, points[-1][1])))
    if due is not None and due > points[-1][0] and points[-1][1] < WHOLE:
        points.append((due, WHOLE))
    return points


def actual_percent(work: Work) -> Decimal:
    """The reported share of works (形象进度); without one, the mean of the targets' shares;
    without any figure, the share of the last milestone reached. Nothing reported counts as 0.

    A project with measures is as far as they are on average, each counted alike, unless its own
    report is at least as new as theirs.
    """
    if isinstance(work, PartFacts) and work.is_done:
        return WHOLE
    if work.parts and not _speaks_for_itself(work):
        return _mean([actual_percent(part) for part in work.parts])
    if work.reported_percent is not None:
        return _round(min(work.reported_percent, WHOLE))
    if _has_figures(work):
        return _mean([achieved_percent(target) for target in work.targets])
    done = [m.planned_percent for m in work.milestones if m.done_on and m.planned_percent]
    return max(done, default=Decimal(0))


def _speaks_for_itself(work: Work) -> bool:
    """Whether the whole has figures of its own that no measure has outdated."""
    if work.reported_on is None or not (work.reported_percent is not None or _has_figures(work)):
        return False
    newest = _last_report(work.parts)
    return newest is None or newest <= work.reported_on


def _last_report(parts: Sequence[PartFacts]) -> date | None:
    days = [part.reported_on for part in parts]
    days += [_last_report(part.parts) for part in parts]
    return max((day for day in days if day), default=None)


def _has_figures(work: Work) -> bool:
    return any(target.actual is not None for target in work.targets)


def _mean(shares: Sequence[Decimal]) -> Decimal:
    return _round(sum(shares, Decimal(0)) / len(shares))


def achieved_percent(target: TargetFacts) -> Decimal:
    """How much of one promise is kept, at most 100. What is over target helps no other target."""
    if target.actual is None:
        return Decimal(0)
    if not target.planned:
        return WHOLE
    return min(target.actual / target.planned * WHOLE, WHOLE)


def _interpolate(curve: Sequence[tuple[date, Decimal]], day: date) -> Decimal:
    if day <= curve[0][0]:
        return curve[0][1]
    for (start, low), (end, high) in pairwise(curve):
        if day <= end:
            passed = Decimal((day - start).days) / (end - start).days
            return low + (high - low) * passed
    return curve[-1][1]


def _round(share: Decimal) -> Decimal:
    """To a tenth of a percent; what is not yet whole is never shown as whole."""
    rounded = share.quantize(TENTH, ROUND_HALF_UP)
    return rounded if share >= WHOLE else min(rounded, WHOLE - TENTH)
