"""What a form offers: the last figures again, so that a unit states only what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.desk.issuing import Desk
from engine.reports.report_versions import KeptDoubt, ReportVersion, doubts_kept, newest
from engine.reports.stating import ENDS, Form, ReportRefused, Statement, form_of
from engine.rules.policy import ReportCadence
from engine.rules.reporting_dates import period_on
from engine.store.tables import Project

UNCHANGED = "本期无变化，沿用上次数据"


@dataclass(frozen=True, slots=True)
class OfferedFigure:
    """A promise with its last figure, in ``unit``; None when it was never reported."""

    name: str
    unit: str
    planned: Decimal
    text: str
    last: Decimal | None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A milestone that is not reported as done."""

    name: str
    due: date


@dataclass(frozen=True, slots=True)
class Offer:
    """A form as it is offered.

    Attributes:
        period: the month or week it is for, which ``every`` tells apart.
        last_period: the last period reported up to this one; empty when none was.
        due: when the next report is due; None when none is.
        doubts: what was doubted about the last report, and how it was explained.
    """

    period: str
    every: ReportCadence
    due: date | None
    last_period: str
    percent: Decimal | None
    text: str
    figures: tuple[OfferedFigure, ...]
    steps: tuple[OpenStep, ...]
    doubts: tuple[KeptDoubt, ...]

    @property
    def is_made(self) -> bool:
        """Whether the period was reported already, so that another report corrects it."""
        return self.last_period == self.period


def offered(desk: Desk, project: Project, period: str = "") -> Offer:
    """The form of a project as it is offered for a period; for that of today when it is empty."""
    form = form_of(desk, project)
    period = period or period_on(form.every, desk.day)
    last = newest(form.versions, period)
    return Offer(
        period=period,
        every=form.every,
        due=min((d.due for d in form.dates if d.kind not in ENDS), default=None),
        last_period=last.period if last else "",
        percent=_last_percent(form.versions, period),
        text=last.text if last else "",
        figures=tuple(_figures(form, last)),
        steps=tuple(OpenStep(step.name, step.due) for step in form.steps if step.done_on is None),
        doubts=tuple(doubts_kept(desk.session, [last.id])[last.id]) if last else (),
    )


def unchanged(desk: Desk, project: Project, period: str = "", text: str = "") -> Statement:
    """The last figures stated once more, for a period or, when it is empty, that of today.

    Raises:
        ReportRefused: nothing was reported yet, so that there is nothing to repeat.
    """
    offer = offered(desk, project, period)
    if not offer.last_period:
        raise ReportRefused("填报未保存：还没有填报过，没有上次的数据可以沿用，请填写数据")
    values = {figure.name: figure.last for figure in offer.figures if figure.last is not None}
    return Statement(offer.period, values, offer.percent, text or UNCHANGED)


def _last_percent(versions: Sequence[ReportVersion], period: str) -> Decimal | None:
    """A report need not state the share of works; the last one that was stated holds."""
    shares = [v.percent for v in versions if v.period <= period and v.percent is not None]
    return shares[-1] if shares else None


def _figures(form: Form, last: ReportVersion | None) -> list[OfferedFigure]:
    values = last.values if last else {}
    return [
        OfferedFigure(name, target.unit, target.planned, target.text, values.get(target.id))
        for name, target in zip(form.names, form.targets, strict=True)
    ]
