"""填报: the last figures offered again, doubts shown before anything is kept."""

from __future__ import annotations

from pydantic import Field

from engine.notices.by_link import Overtaken
from engine.reports import reporting
from engine.reports.last_values import Offer as LastValues
from engine.reports.last_values import offered
from engine.reports.report_versions import versions_of
from engine.reports.stating import Statement
from engine.rules.honesty import plain
from engine.rules.reporting_dates import cadence_of, period_words
from engine.rules.zone import local_day
from web.access import UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import TARGETS, Choice, Figure, Given, Line, MaybeLine, MaybeText, Text
from web.console.item_facts import ITEM, after, item_facts
from web.console.visit import Visit
from web.refusals import NotFound


class FigureRow(Given):
    """One figure; without a value the last one stands."""

    metric: Line = Field(title="指标")
    value: Figure | None = Field(None, title="累计数", ge=0)


class ReasonRow(Given):
    """Why a figure that seems not to fit is right."""

    code: Text = Field(title="疑点")
    reason: MaybeText = Field("", title="说明")


class ReportGiven(Given):
    """A report."""

    period: MaybeLine = Field(
        "",
        title="填报期",
        description="2023-04 或 2023-W15，不填为本期",
        json_schema_extra={"kind": "hidden"},
    )
    figures: list[FigureRow] = Field(default_factory=list, title="指标累计数", max_length=TARGETS)
    percent: Figure | None = Field(
        None, title="形象进度", ge=0, le=100, json_schema_extra={"unit": "%"}
    )
    milestones: list[str] = Field(default_factory=list, title="已经完成的节点", max_length=100)
    text: MaybeText = Field("", title="情况说明")
    reasons: list[ReasonRow] = Field(default_factory=list, title="疑点说明", max_length=TARGETS)
    seen: int | None = Field(
        None, title="打开表格时已有几次填报", json_schema_extra={"kind": "hidden"}
    )


def report(visit: Visit, given: ReportGiven, code: str) -> Done:
    """Report on an item for this month or week."""
    return _report(visit, given, code, given.period)


def correct(visit: Visit, given: ReportGiven, code: str, period: str) -> Done:
    """Correct what was reported for an earlier period."""
    return _report(visit, given, code, _known(period))


def _known(period: str) -> str:
    """A period that there can be.

    Raises:
        NotFound: it is none.
    """
    if cadence_of(period) is None:
        raise NotFound(f"没有填报期“{period}”，应写成 2023-04 或 2023-W15 的形式")
    return period


def _report(visit: Visit, given: ReportGiven, code: str, period: str) -> Done:
    project = visit.project(code)
    versions = versions_of(visit.session, project.id)
    if given.seen is not None and len(versions) > given.seen:
        last = max(versions, key=lambda version: version.reported_at)
        when = local_day(last.reported_at)
        raise Overtaken(
            f"您打开这页以后，{last.reported_by}已在{when.month}月{when.day}日填报了"
            f"{period_words(last.period)}。请核对数据，仍要更正的再次提交"
        )
    period = period or offered(visit.desk, project).period
    values = {row.metric: row.value for row in given.figures if row.value is not None}
    statement = Statement(period, values, given.percent, given.text, tuple(given.milestones))
    reasons = {row.code: row.reason for row in given.reasons if row.reason}
    row = reporting.report(visit.desk, project, statement, visit.by, reasons)
    again = f"（第{row.version}次填报）" if row.version > 1 else ""
    return Done(
        f"{code} {period_words(row.period)}已填报{again}",
        after(visit, code),
        {"period": row.period, "version": row.version},
    )


def _offer(visit: Visit, code: str) -> Offer:
    return _offered(visit, code, "")


def _offer_correction(visit: Visit, code: str, period: str) -> Offer:
    return _offered(visit, code, _known(period))


def _offered(visit: Visit, code: str, period: str) -> Offer:
    project = visit.project(code)
    last = offered(visit.desk, project, period)
    return Offer(
        _values(last) | {"seen": len(versions_of(visit.session, project.id))},
        {"milestones": [Choice(step.name, step.name) for step in last.steps]},
        item_facts(visit, project),
        more=last,
    )


def _values(last: LastValues) -> dict[str, object]:
    return {
        "period": last.period,
        "percent": last.percent,
        "figures": [
            {"metric": f.name, "value": "" if f.last is None else plain(f.last)}
            for f in last.figures
        ],
    }


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "report",
        f"{ITEM}/report",
        "填报进展",
        UNITS,
        report,
        ReportGiven,
        about="数字填年初以来的累计数，只改有变化的；提交后本期填报、首报、勾选的节点即完成。",
        offer=_offer,
        back=ITEM,
        button="提交填报",
        template="report.html",
    ),
    Act(
        "report-correct",
        f"{ITEM}/reports/{{period}}/correct",
        "更正填报",
        UNITS,
        correct,
        ReportGiven,
        about="更正以前一期的填报，前后各次都保留，更正记入日志。",
        offer=_offer_correction,
        back=f"{ITEM}/reports",
        button="提交更正",
        template="report.html",
    ),
)
