"""批示交办: what a leader has asked for in writing becomes a supervised item."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from engine.desk.people import POSTS_OF_ROLE
from engine.rules.conditions import written
from engine.rules.instructions import Instruction
from engine.rules.steps import Role
from engine.rules.words import Urgency
from engine.staff.named import people_in, served_units
from engine.tasks import instructing
from web.access import OFFICE
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Choice, Given, Line, MaybeText
from web.console.item_facts import Fact
from web.console.visit import Visit


class InstructionGiven(Given):
    """One instruction."""

    title: Line = Field(title="交办什么")
    unit: Line = Field(title="承办单位")
    leader: Line = Field(title="批示领导")
    given_on: date = Field(title="批示日期")
    document: Line = Field(title="批示件", description="名称和文号")
    content: MaybeText = Field("", title="批示内容")
    urgency: Urgency = Field(Urgency.NORMAL, title="紧急程度")
    difficult: bool = Field(False, title="难件", description="没有写明时限的，按难件计算")
    due: date | None = Field(None, title="办理时限", description="批示写明了的才填")


def instruct(visit: Visit, given: InstructionGiven) -> Done:
    """Hand over one instruction."""
    instruction = Instruction(
        given.title,
        given.unit,
        given.leader,
        given.given_on,
        given.document,
        given.due,
        given.urgency,
        given.difficult,
        given.content,
    )
    (project,) = instructing.instruct(visit.desk, [instruction], visit.by)
    due = instructing.due_of(visit.desk, instruction)
    return Done(
        f"已交办 {project.code} {project.title}（{given.unit}），时限{written(due)}",
        f"/projects/{project.code}",
        {"code": project.code, "due": due.isoformat()},
    )


def _offer(visit: Visit) -> Offer:
    leaders = people_in(visit.session, POSTS_OF_ROLE[Role.LEADER])
    units = served_units(visit.session)
    return Offer(
        {"given_on": visit.day},
        {
            "leader": [Choice(name, name) for name in leaders],
            "unit": [Choice(name, name) for name in units],
        },
        [_limits(visit)],
    )


def _limits(visit: Visit) -> Fact:
    """When each is due that names no date."""
    limits = visit.desk.rulebook.policy.limits.instruction
    spans = (
        ("特急", limits.critical),
        ("紧急", limits.urgent),
        ("一般", limits.normal),
        ("难件", limits.difficult),
    )
    calendar = visit.desk.rulebook.calendar
    said = (
        f"{name}{span.limit.text}（{written(calendar.apply(visit.day, span.limit))}）"
        for name, span in spans
    )
    return "未写明时限的", "、".join(said)


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "instruct",
        "/instructions/new",
        "批示交办",
        OFFICE,
        instruct,
        InstructionGiven,
        about=(
            "批示即立项依据（条例733第十一条）。登记后随即交办，承办单位签收；"
            "批示没有写明时限的，按缓急计算（地方政府督查规定：急件1至5日，非急件15日，难件30日）。"
        ),
        offer=_offer,
        back="/projects",
        button="交办",
    ),
)
