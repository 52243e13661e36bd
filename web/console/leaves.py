"""离岗: who is away, so that the deputy stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.errors import DubanError
from engine.staff import leaves
from engine.staff.leaves import LeaveLine, leave_lines
from engine.staff.post_list import post_lines
from web.access import SUPERVISION, Role
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, MaybeLine
from web.console.visit import Visit

HERE = "/leaves"


class Asked(Given):
    """Which absences."""

    all: bool = Field(False, title="包括已经结束的")


@dataclass(frozen=True, slots=True)
class Leaves:
    """Who is away, or will be."""

    leaves: list[LeaveLine]


class NewLeave(Given):
    """An absence."""

    name: Line = Field(title="谁离岗")
    first: date = Field(title="第一天")
    last: date | None = Field(None, title="最后一天", description="还不知道的可不填，回岗时销假")
    post: int | None = Field(None, title="离开哪个岗位", description="不选为全部岗位")
    reason: MaybeLine = Field("", title="事由")


class Back(Given):
    """When they are back."""

    back: date = Field(title="哪天回岗")


def show(visit: Visit, asked: Asked) -> Leaves:
    """The absences that the asker may see."""
    units = set(visit.asker.units.values())
    lines = leave_lines(visit.desk, all_=asked.all)
    return Leaves([line for line in lines if visit.asker.sees_all or line.unit in units])


def add(visit: Visit, given: NewLeave) -> Done:
    """Record an absence."""
    told = leaves.add(
        visit.desk,
        given.name,
        given.first,
        given.last,
        visit.by,
        post_id=given.post,
        reason=given.reason,
    )
    said = f"{given.name.partition('@')[0]}的离岗已登记，期间由B角顶岗"
    return Done("；".join([said, *told.warnings]), HERE, {"leave": told.number})


def end(visit: Visit, given: Back, number: int) -> Done:
    """The person is back."""
    leaves.end(visit.desk, number, visit.by, given.back)
    return Done("已销假，B角不再顶岗", HERE)


def _offer_people(visit: Visit) -> Offer:
    units = set(visit.asker.units.values())
    lines = [
        line
        for line in post_lines(visit.desk)
        if line.holder and (visit.may(Role.OFFICE, Role.CHIEF) or line.unit in units)
    ]
    people = dict.fromkeys((line.holder, line.unit) for line in lines)
    return Offer(
        {"first": visit.day, "name": visit.by},
        {
            "name": [Choice(f"{name}@{unit}", f"{unit} {name}") for name, unit in people],
            "post": [
                Choice(str(line.number), f"{line.unit} {line.title}（{line.holder}）")
                for line in lines
            ],
        },
    )


def _offer_back(visit: Visit, number: int) -> Offer:
    line = next((one for one in leave_lines(visit.desk, all_=True) if one.number == number), None)
    if line is None:
        raise DubanError("没有这条离岗登记，可能已经销假")
    return Offer({"back": visit.day}, facts=[("人员", f"{line.unit} {line.person}")])


PAGES = (
    Page(
        "leaves",
        HERE,
        "离岗登记",
        SUPERVISION | {Role.ADMINISTRATOR},
        show,
        "leaves.html",
        Asked,
        Menu.RULES,
    ),
)
ACTS = (
    Act(
        "leave-add",
        "/leaves/add",
        "登记离岗",
        SUPERVISION,
        add,
        NewLeave,
        about="期间由B角顶岗：通知送B角，事项由B角办理。",
        offer=_offer_people,
        back=HERE,
    ),
    Act(
        "leave-end",
        "/leaves/{number}/end",
        "销假",
        SUPERVISION,
        end,
        Back,
        offer=_offer_back,
        back=HERE,
    ),
)
