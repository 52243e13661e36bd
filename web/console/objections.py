"""公示异议: what the public says is not so, received and handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.publicity import objections
from engine.publicity.objection_list import ObjectionLine, objection_lines, open_objections
from engine.rules.public_objections import (
    FINDING_LENGTH,
    TEXT_LENGTH,
    PublicObjectionEvent,
    PublicObjectionState,
)
from engine.rules.words import Word
from engine.store.tables import PublicObjection
from web.access import OFFICE
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, Line, MaybeText, Text
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/objections"
PAGE = 100


class Finding(Word):
    """What was found, in the words of the office."""

    UPHOLD = "uphold", "属实，更正并公示"
    ANSWER = "answer", "不属实，说明核实情况"
    DECLINE = "decline", "不予受理"


class ObjectionsAsked(Given):
    """Which objections."""

    all: bool = Field(False, title="连同已办结的")
    page: int = Field(1, ge=1, title="第几页")


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """One objection, with how its limit stands."""

    line: ObjectionLine
    left: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Objections:
    """A page of objections, the latest first."""

    objections: list[ObjectionShown]
    total: int
    pages: int


class Received(Given):
    """An objection that came by letter or telephone, or in person."""

    project: Line = Field(title="事项编号", description="如 2023-01")
    name: Line = Field(title="异议人", description="只供核实答复，不公开")
    contact: Line = Field(title="联系方式", description="电话或地址，不公开")
    text: Text = Field(title="异议内容", description=f"最多{TEXT_LENGTH}字")
    on: date = Field(title="收到日期")


class Handled(Given):
    """What came of an objection."""

    result: Finding = Field(title="结果", description="属实的，须先更正数据；随即公示更正")
    finding: Text = Field(
        title="核实情况", description=f"要公示，不写人名和联系方式，最多{FINDING_LENGTH}字"
    )
    confirm: MaybeText = Field(
        "",
        title="可以公示的理由",
        description="更正的内容中有与人名相同的字样、经核对不是人名的，写明理由",
        json_schema_extra={"lines": 2},
    )


def show(visit: Visit, asked: ObjectionsAsked) -> Objections:
    """The objections that wait; or all."""
    found = objection_lines(visit.session) if asked.all else open_objections(visit.session)
    found.reverse()
    some = found[(asked.page - 1) * PAGE : asked.page * PAGE]
    shown = [ObjectionShown(o, o.left(visit.day), o.is_overdue(visit.day)) for o in some]
    return Objections(shown, len(found), -(-len(found) // PAGE))


def receive(visit: Visit, given: Received) -> Done:
    """Record an objection."""
    said = objections.Objector(given.name, given.contact, given.text, given.on)
    row = objections.receive(visit.desk, visit.project(given.project), said, visit.by)
    is_open = row.state is PublicObjectionState.RECEIVED
    text = f"已登记，异议号{row.id}" + ("" if is_open else f"，{row.state.label}：{row.finding}")
    return Done(text, HERE if is_open else f"{HERE}?all=1", {"objection": row.id})


def handle(visit: Visit, given: Handled, number: int) -> Done:
    """Say what came of an objection."""
    event = PublicObjectionEvent(given.result.value)
    row = objections.handle(visit.desk, number, event, given.finding, visit.by, given.confirm)
    more = "，更正已公示" if row.state is PublicObjectionState.UPHELD else ""
    return Done(f"异议{number}：{row.state.label}{more}", HERE, {"state": row.state.value})


def _offer_today(visit: Visit) -> Offer:
    return Offer(values={"on": visit.day})


def _offer(visit: Visit, number: int) -> Offer:
    row = visit.session.get(PublicObjection, number)
    if row is None:
        raise NotFound(f"没有异议{number}")
    line = next(line for line in objection_lines(visit.session) if line.number == number)
    return Offer(
        facts=[
            ("事项", f"{line.code} {line.title}（{line.unit}）"),
            ("异议内容", line.text),
            ("异议人", f"{line.name}，{line.contact}"),
            ("办理情况", f"{line.state.label}，{line.left(visit.day)}".rstrip("，")),
        ]
    )


PAGES = (
    Page(
        "objections",
        HERE,
        "公示异议",
        OFFICE,
        show,
        "objections.html",
        ObjectionsAsked,
        Menu.PUBLIC,
    ),
)
ACTS = (
    Act(
        "objection-receive",
        HERE + "/receive",
        "登记异议",
        OFFICE,
        receive,
        Received,
        about="来信、来电、来访的异议。过了异议期的也登记，但不予受理。",
        offer=_offer_today,
        back=HERE,
        button="登记",
    ),
    Act(
        "objection-handle",
        HERE + "/{number}/handle",
        "办理异议",
        OFFICE,
        handle,
        Handled,
        offer=_offer,
        back=HERE,
    ),
)
