"""历次填报: what was reported on an item so far; and what would be said to one being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from engine.reports.last_values import offered
from engine.reports.report_versions import KeptDoubt, doubts_kept
from engine.reports.reporting import check
from engine.reports.stating import Form, Statement, form_of
from engine.rules.figures import typed_figure
from engine.rules.reporting_dates import cadence_of
from engine.rules.words import ProjectKind
from web.access import EVERYBODY, UNITS
from web.console.declared import Page
from web.console.given import TARGETS, Figure, Given, MaybeLine, MaybeText, Nothing
from web.console.item_facts import ITEM
from web.console.visit import Visit


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """A figure of a report."""

    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One version of one report."""

    period: str
    version: int
    reported_at: datetime
    reported_by: str
    percent: Decimal | None
    text: str
    figures: list[ReportedFigure]
    doubts: list[KeptDoubt]


@dataclass(frozen=True, slots=True)
class Reports:
    """All reports on an item, the newest first."""

    code: str
    title: str
    kind: ProjectKind
    reports: list[ReportLine]


@dataclass(frozen=True, slots=True)
class FoundDoubt:
    """What does not go together; ``metric`` names the figure."""

    code: str
    check: str
    metric: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """What is wrong with a report that is being written, and what does not go together."""

    faults: list[str]
    doubts: list[FoundDoubt]


class ReportAsked(Given):
    """A report that is being written, as an address holds it."""

    period: MaybeLine = Field("", title="填报期")
    figure: list[str] = Field(
        default_factory=list, title="指标累计数", description="写成 指标=数", max_length=TARGETS
    )
    percent: Figure | None = Field(None, title="形象进度")
    milestone: list[str] = Field(default_factory=list, title="已完成的节点", max_length=100)
    text: MaybeText = Field("", title="情况说明")


def show(visit: Visit, _: Nothing, code: str) -> Reports:
    """All reports on an item."""
    project = visit.project(code)
    form = form_of(visit.desk, project)
    doubts = doubts_kept(visit.session, [version.id for version in form.versions])
    known = _known(form)
    lines = [
        ReportLine(
            version.period,
            version.version,
            version.reported_at,
            version.reported_by,
            version.percent,
            version.text,
            [
                ReportedFigure(known[target][0], value, known[target][1])
                for target, value in version.values.items()
                if target in known
            ],
            doubts[version.id],
        )
        for version in reversed(form.versions)
    ]
    return Reports(project.code, project.title, project.kind, lines)


def _known(form: Form) -> dict[int, tuple[str, str]]:
    pairs = zip(form.targets, form.names, strict=True)
    return {target.id: (name, target.unit) for target, name in pairs}


def look_over(visit: Visit, asked: ReportAsked, code: str) -> CheckedReport:
    """What would be said to a report; nothing is kept."""
    project = visit.project(code)
    period = asked.period if cadence_of(asked.period) else offered(visit.desk, project).period
    values, faults = _figures(asked.figure)
    if faults:
        return CheckedReport(faults, [])
    statement = Statement(period, values, asked.percent, asked.text, tuple(asked.milestone))
    found = check(visit.desk, project, statement)
    return CheckedReport(
        list(found.faults),
        [FoundDoubt(d.code, d.check.label, d.metric, d.text) for d in found.doubts],
    )


def _figures(typed: list[str]) -> tuple[dict[str, Decimal], list[str]]:
    values, faults = {}, []
    for text in typed:
        name, _, figure = text.rpartition("=")
        if not figure.strip():
            continue
        try:
            values[name] = typed_figure(figure)
        except ValueError:
            faults.append(f"“{name}”应填数字")
    return values, faults


PAGES = (
    Page("reports", f"{ITEM}/reports", "历次填报", EVERYBODY, show, "reports.html"),
    Page(
        "report-check",
        f"{ITEM}/report/check",
        "填报核对",
        UNITS,
        look_over,
        "report_check.html",
        ReportAsked,
    ),
)
ACTS = ()
