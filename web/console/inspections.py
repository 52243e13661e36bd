"""督查: the plan of the year, and each inspection with what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.inspections import inspecting
from engine.inspections.inspectable import inspectable
from engine.inspections.inspected import (
    InspectionCard,
    InspectionLine,
    inspection_card,
    inspection_lines,
    inspection_years,
)
from engine.inspections.inspecting import Group, Plan, find_inspection
from engine.inspections.own_part import own_part
from engine.rules.conditions import written
from engine.rules.inspections import InspectionState
from engine.rules.words import InspectionKind
from engine.store.tables import Inspection, Program
from web.access import OFFICE, SUPERVISION
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, MaybeLine, MaybeText, Nothing, Text
from web.console.named import names_in
from web.console.visit import Visit

HERE = "/inspections"
ONE = HERE + "/{number}"


@dataclass(frozen=True, slots=True)
class Inspections:
    """The inspections of a year, of which ``years`` there are some."""

    year: int
    years: list[int]
    lines: list[InspectionLine]
    per_unit: int
    repeat_after: int


class Asked(Given):
    """Which inspections."""

    year: int | None = Field(None, title="年度", ge=1990, le=2100)
    state: InspectionState | None = Field(None, title="状态")


class Planned(Given):
    """An inspection to be planned."""

    kind: InspectionKind = Field(InspectionKind.ON_SITE, title="方式")
    title: Line = Field(title="名称", description="如：一季度民生实事实地督查")
    starts_on: date = Field(title="开始日期")
    ends_on: date | None = Field(None, title="结束日期", description="一天的可不填")
    items: list[str] = Field(default=[], title="督查事项", max_length=1000)
    more: MaybeLine = Field("", title="其他事项", description="上面没有列出的写编号，用顿号隔开")
    about: MaybeText = Field("", title="督查内容", description="看什么、查什么")
    basis: MaybeText = Field(
        "", title="批示依据", description="超出频次、重复督查的才填：批示人、日期和文号"
    )


class Started(Given):
    """Who inspects, and when."""

    leader: Line = Field(title="组长", description="实行组长负责制；不在通讯录中的写姓名即可")
    members: MaybeLine = Field("", title="成员", description="几个人用顿号隔开")
    starts_on: date | None = Field(None, title="开始日期", description="与计划不同的才改")
    ends_on: date | None = Field(None, title="结束日期")


class Cancelled(Given):
    """Why there is to be no inspection."""

    reason: Text = Field(title="理由")


def show(visit: Visit, asked: Asked) -> Inspections:
    """The inspections of a year; units see what was concluded of their items."""
    years = inspection_years(visit.session)
    latest = years[0] if years else visit.day.year
    year = asked.year or (visit.day.year if visit.day.year in years else latest)
    lines = inspection_lines(visit.session, year, visit.seen)
    limits = visit.desk.rulebook.policy.inspections
    return Inspections(
        year,
        years,
        [line for line in lines if asked.state in (None, line.state)],
        limits.per_unit_per_year,
        limits.repeat_after,
    )


def show_one(visit: Visit, _: Nothing, number: int) -> InspectionCard:
    """One inspection."""
    if visit.seen is None:
        return inspection_card(visit.session, number)
    return own_part(visit.session, number, visit.seen, visit.asker.units.values())


def plan(visit: Visit, given: Planned) -> Done:
    """Put an inspection into the plan."""
    codes = tuple(dict.fromkeys([*given.items, *names_in(given.more)]))
    scope = tuple(visit.project(code) for code in codes)
    if not scope:
        raise inspecting.InspectionRefused("督查未列入计划：须写明督查事项")
    ends_on = given.ends_on or given.starts_on
    wanted = Plan(
        given.kind, given.title, given.starts_on, ends_on, scope, given.about, given.basis
    )
    program = visit.session.get_one(Program, scope[0].program_id)
    row = inspecting.plan(visit.desk, program, wanted, visit.by)
    return Done(f"“{row.title}”已列入督查计划", f"{HERE}/{row.id}", {"inspection": row.id})


def start(visit: Visit, given: Started, number: int) -> Done:
    """Open an inspection with its group."""
    row = find_inspection(visit.session, number)
    first = given.starts_on or row.starts_on
    period = (first, given.ends_on or max(row.ends_on, first))
    is_moved = period != (row.starts_on, row.ends_on)
    group = Group(given.leader, names_in(given.members))
    inspecting.open_(visit.desk, row, group, visit.by, period if is_moved else None)
    return Done(f"“{row.title}”已启动，组长{row.leader}；反馈结论之前不通知被督查单位")


def cancel(visit: Visit, given: Cancelled, number: int) -> Done:
    """Cancel an inspection."""
    row = find_inspection(visit.session, number)
    inspecting.cancel(visit.desk, row, visit.by, given.reason)
    return Done(f"“{row.title}”已取消，不再计入频次")


def inspection_facts(row: Inspection) -> list[tuple[str, str]]:
    """What one should know of an inspection before acting on it."""
    days = written(row.starts_on)
    if row.ends_on != row.starts_on:
        days += f"至{written(row.ends_on)}"
    return [("督查", f"{row.title}（{row.kind.label}，{row.state.label}）"), ("期间", days)]


def _offer_plan(visit: Visit) -> Offer:
    items = inspectable(visit.session)
    limits = visit.desk.rulebook.policy.inspections
    label = "{0.code} {0.title}（{0.unit}，{0.light.label}）"
    return Offer(
        values={"starts_on": visit.day},
        choices={"items": [Choice(item.code, label.format(item)) for item in items]},
        facts=[
            ("频次", f"同一单位一年最多督查{limits.per_unit_per_year}次"),
            ("重复", f"同一单位的同一事项，{limits.repeat_after}天内不再督查；复查整改不计"),
            ("依据", limits.source or "条例733第十五条"),
        ],
    )


def _offer_start(visit: Visit, number: int) -> Offer:
    row = find_inspection(visit.session, number)
    values = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    return Offer(values=values, facts=inspection_facts(row))


def _offer_cancel(visit: Visit, number: int) -> Offer:
    return Offer(facts=inspection_facts(find_inspection(visit.session, number)))


PAGES = (
    Page("inspections", HERE, "督查", SUPERVISION, show, "inspections.html", Asked, Menu.CHECKING),
    Page("inspection", ONE, "督查情况", SUPERVISION, show_one, "inspection.html"),
)
ACTS = (
    Act(
        "inspection-plan",
        f"{HERE}/plan",
        "列入督查计划",
        OFFICE,
        plan,
        Planned,
        about="过于频繁或重复的不能列入，除非写明批示依据。",
        offer=_offer_plan,
        back=HERE,
    ),
    Act(
        "inspection-open",
        f"{ONE}/open",
        "启动督查",
        OFFICE,
        start,
        Started,
        about="组成督查组。结论反馈之前不通知被督查单位（条例733第八条：组长负责制）。",
        offer=_offer_start,
        back=ONE,
    ),
    Act(
        "inspection-cancel",
        f"{ONE}/cancel",
        "取消督查",
        OFFICE,
        cancel,
        Cancelled,
        about="取消后不再计入频次，不能恢复。",
        offer=_offer_cancel,
        back=ONE,
        is_grave=True,
    ),
)
