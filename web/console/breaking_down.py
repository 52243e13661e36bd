"""任务分解: an item becomes measures with units and dates of their own."""

from __future__ import annotations

from pydantic import Field

from engine.errors import DubanError
from engine.ledger.errors import LedgerErrors
from engine.ledger.measure_file import read_measure
from engine.ledger.values import LedgerProject
from engine.plans.breaking_down import break_down, promised_date
from engine.rules.conditions import written
from engine.staff.named import served_units
from engine.store.tables import Program
from web.access import OFFICE, UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Choice, Given, Line, MaybeLine
from web.console.item_facts import ITEM, item_facts
from web.console.visit import Visit


class MeasuresUnreadable(DubanError):
    """措施写得不对。"""


class MeasureRow(Given):
    """One measure."""

    title: Line = Field(title="措施")
    unit: Line = Field(title="责任单位")
    support: MaybeLine = Field("", title="配合单位")
    due: Line = Field(title="完成时限")
    target: MaybeLine = Field("", title="目标")
    steps: MaybeLine = Field("", title="节点")


class BreakdownGiven(Given):
    """The measures of an item."""

    measures: list[MeasureRow] = Field(
        title="措施",
        description=(
            "几个单位用顿号隔开；时限如 2024-06-30、6月底前；目标如 建设助餐点600个；"
            "节点如 3月底前完成选址（30%）；5月底前开工"
        ),
        min_length=1,
        max_length=30,
    )


def break_it_down(visit: Visit, given: BreakdownGiven, code: str) -> Done:
    """Break an item down."""
    project = visit.project(code)
    year = visit.session.get_one(Program, project.program_id).year
    due = promised_date(visit.desk, project)
    faults: list[str] = []
    measures: list[LedgerProject] = []
    for number, row in enumerate(given.measures, 1):
        try:
            measures += read_measure(_texts(row), year, due)
        except LedgerErrors as errors:
            faults += [f"第{number}条：{error.message}，{error.cure}" for error in errors.errors]
    if faults:
        raise MeasuresUnreadable("没有分解：" + "；".join(faults))
    codes = break_down(visit.desk, project, measures, visit.by)
    text = f"{code} 已分解为{len(codes)}项：{'、'.join(codes)}，等待督查室交办"
    return Done(text, data={"measures": codes})


def _texts(row: MeasureRow) -> dict[str, str]:
    return {
        "title": row.title,
        "lead_units": row.unit,
        "support_units": row.support,
        "due": row.due,
        "target": row.target,
        "steps": row.steps,
    }


def _offer(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    latest = ("分解的时限", f"不晚于{written(promised_date(visit.desk, project))}")
    units = [Choice(name, name) for name in served_units(visit.session)]
    return Offer(facts=[*item_facts(visit, project), latest], more=units)


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "breakdown",
        f"{ITEM}/breakdown",
        "任务分解",
        OFFICE | UNITS,
        break_it_down,
        BreakdownGiven,
        about=(
            "把事项分解为措施，登记后等待督查室交办；以后由措施填报，本事项的首报、填报时限取消。"
            "责任单位分给本单位和下级单位（地区抓总、县市落实，新疆2024）。"
        ),
        offer=_offer,
        back=ITEM,
        button="分解",
        template="breakdown.html",
    ),
)
