"""A report about to be kept, with all that it is held against, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.rules.policy import ReportCadence
from engine.rules.reporting_dates import last_day

LAST_PERIOD = {
    ReportCadence.MONTHLY: timedelta(days=31),
    ReportCadence.WEEKLY: timedelta(days=7),
}
"""本地设定: so long before the promised date a report counts as one of the end."""

DECEMBER = 12


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """A promise and what is said of it, all in ``unit``.

    Attributes:
        name: how sentences call it; two promises of one metric differ in it.
        text: how the list writes the promise; figures of one text are one promise.
        stated: as it stands with this report; None when it was never reported.
        is_new: whether this report names it; otherwise it is carried over.
        before: the figures of earlier periods, oldest first, each in its last version.
        after: the figure of the next later period, when an earlier one is corrected.
        parts: the last figures of the same metric by the codes of the item's parts.
        last_year: the last figure of the item that this one goes on with.
    """

    name: str
    unit: str
    planned: Decimal
    text: str = ""
    stated: Decimal | None = None
    is_new: bool = True
    before: tuple[tuple[str, Decimal], ...] = ()
    after: tuple[str, Decimal] | None = None
    parts: tuple[tuple[str, Decimal | None], ...] = ()
    last_year: Decimal | None = None

    @property
    def step(self) -> Decimal:
        """What this report adds to the last one."""
        return (self.stated or Decimal(0)) - (self.before[-1][1] if self.before else Decimal(0))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report about to be kept.

    Attributes:
        due: the promised date of the whole; None when none binds.
        works: the share of works (形象进度) in percent; None when it is not stated.
        done_steps: names of the milestones done by now.
        is_first: no period before this one was reported.
    """

    period: str
    every: ReportCadence
    day: date
    assigned_on: date | None
    due: date | None
    text: str
    works: FigureFacts | None
    figures: tuple[FigureFacts, ...]
    done_steps: tuple[str, ...] = ()
    is_first: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it is the last report before the promised date, a later one, or of December."""
        day = min(self.day, last_day(self.period))
        near = self.due is not None and day > self.due - LAST_PERIOD[self.every]
        return near or day.month == DECEMBER

    @property
    def named(self) -> tuple[FigureFacts, ...]:
        """The targets' figures that this report names."""
        return tuple(f for f in self.figures if f.is_new and f.stated is not None)
