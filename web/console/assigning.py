"""交办、改派: items given to their units, and those that came back given to others."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from engine.assigning import assignment, reassigning
from engine.assigning.waiting import ReturnedLine, registered_by_unit, returned_lines
from engine.listing import unassigned
from engine.staff.named import served_units
from engine.store.tables import Unit
from web.access import OFFICE
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, MaybeLine, Nothing, Text
from web.console.item_facts import ITEM, item_facts
from web.console.visit import Visit

RETURNED = "/returned"
CLOCKS = (
    "交办后各时限开始计算：签收、首报、按月或按周填报，要求报送实施方案的另计；"
    "同时通知各单位联系人，告知配合单位。"
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What units have given back."""

    items: list[ReturnedLine]


class Assignment(Given):
    """On which paper items are given out."""

    document: MaybeLine = Field("", title="交办文号", description="写进交办通知；没有文号的不填")


class Reassignment(Given):
    """To whom an item goes."""

    unit: Line = Field(title="改派给")
    reason: Text = Field(title="理由", description="写进改派告知，发给原单位")
    instead_of: MaybeLine = Field(
        "", title="由哪个牵头单位改出", description="不选的，为退回的单位或第一牵头单位"
    )
    document: MaybeLine = Field("", title="交办文号", description="不填的沿用原文号")


def show_returned(visit: Visit, _: Nothing) -> Returned:
    """What waits for another unit."""
    return Returned(returned_lines(visit.session))


def assign(visit: Visit, given: Assignment, code: str) -> Done:
    """Give one item to its unit."""
    project = visit.project(code)
    assignment.assign(visit.desk, [project], visit.by, given.document)
    return Done(f"{code} 已交办，时限起算，通知已写好待发", data={"assigned": [code]})


def assign_all(visit: Visit, given: Assignment) -> Done:
    """Give out all that is registered."""
    projects = unassigned(visit.session)
    if projects:
        assignment.assign(visit.desk, projects, visit.by, given.document)
    said = f"已交办{len(projects)}项，通知已写好待发" if projects else "没有待交办的事项"
    return Done(said, "/projects", {"assigned": [project.code for project in projects]})


def reassign(visit: Visit, given: Reassignment, code: str) -> Done:
    """Give an item to another unit."""
    done = reassigning.reassign(
        visit.desk,
        visit.project(code),
        given.unit,
        visit.by,
        given.reason,
        instead_of=given.instead_of,
        document=given.document,
    )
    text = f"{code} 已由{done.before}改派{done.unit}，签收时限重新起算"
    return Done(text, data={"before": done.before, "unit": done.unit})


def _offer_one(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    return Offer({"document": project.assigned_by_document}, facts=item_facts(visit, project))


def _offer_all(visit: Visit) -> Offer:
    waiting = registered_by_unit(visit.session)
    if not waiting:
        return Offer(facts=[("待交办", "没有已立项未交办的事项")])
    units = "、".join(f"{unit}{count}项" for unit, count in waiting.items())
    return Offer(facts=[("待交办", f"{sum(waiting.values())}项"), ("各单位", units)])


def _offer_other(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    now = visit.session.get_one(Unit, project.lead_unit_id).name
    units = [Choice(name, name) for name in served_units(visit.session) if name != now]
    leads = [Choice(unit.name, unit.name) for unit in reassigning.lead_units(visit.desk, project)]
    return Offer(choices={"unit": units, "instead_of": leads}, facts=item_facts(visit, project))


PAGES = (
    Page("returned", RETURNED, "退回事项", OFFICE, show_returned, "returned.html", menu=Menu.ITEMS),
)
ACTS = (
    Act(
        "assign-all",
        "/projects/assign-all",
        "交办全部",
        OFFICE,
        assign_all,
        Assignment,
        about=f"所有已立项、未交办的事项一次交办。{CLOCKS}",
        offer=_offer_all,
        back="/projects",
        is_grave=True,
    ),
    Act(
        "assign",
        f"{ITEM}/assign",
        "交办",
        OFFICE,
        assign,
        Assignment,
        about=CLOCKS,
        offer=_offer_one,
        back=ITEM,
    ),
    Act(
        "reassign",
        f"{ITEM}/reassign",
        "改派",
        OFFICE,
        reassign,
        Reassignment,
        about=(
            "换一个责任单位：签收、首报、实施方案时限重新起算，办结时限不变，告知原单位。"
            "不得改派给退回过的单位；在原单位任职的人不能办理（山东建议提案办理规定：不得自行转办）。"
        ),
        offer=_offer_other,
        back=ITEM,
    ),
)
