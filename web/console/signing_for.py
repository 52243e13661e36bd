"""签收、退回: a unit takes an item on, or says that it is not its duty."""

from __future__ import annotations

from pydantic import Field

from engine.assigning import assignment
from engine.rules.conditions import written
from engine.rules.words import DeadlineKind
from web.access import UNITS
from web.console.declared import Act, Done, Offer, Page
from web.console.given import Given, Nothing, Text
from web.console.item_facts import ITEM, Fact, after, item_facts
from web.console.visit import Visit


class Refusal(Given):
    """Why an item is not this unit's duty."""

    reason: Text = Field(title="理由", description="依据职责分工写明为什么不属于本单位")


def sign_for(visit: Visit, _: Nothing, code: str) -> Done:
    """Take an item on."""
    project = visit.project(code)
    assignment.sign_for(visit.desk, project, visit.by)
    text = f"{code} 已签收，现为“{project.state.label}”"
    return Done(text, after(visit, code), {"state": project.state.value})


def return_(visit: Visit, given: Refusal, code: str) -> Done:
    """Give an item back."""
    project = visit.project(code)
    assignment.send_back(visit.desk, project, visit.by, given.reason)
    return Done(
        f"{code} 已退回督查室，等待改派", after(visit, code), {"state": project.state.value}
    )


def _offer_signature(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    content = [("内容", project.content)] if project.content else []
    return Offer(facts=[*item_facts(visit, project), *content])


def _offer_return(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    facts: list[Fact] = item_facts(visit, project)
    if project.assigned_on is not None:
        limit = visit.desk.rulebook.policy.limits.return_within.limit
        last = visit.desk.rulebook.calendar.apply(project.assigned_on, limit)
        facts.append(("退回时限", f"{written(last)}前（交办后{limit.text}内）"))
    return Offer(facts=facts)


PAGES: tuple[Page, ...] = ()
ACTS = (
    Act(
        "sign-for",
        f"{ITEM}/sign-for",
        "签收",
        UNITS,
        sign_for,
        about=f"签收后“{DeadlineKind.SIGN_FOR.label}”完成，事项转入推进中，由本单位按期填报。",
        offer=_offer_signature,
        back=ITEM,
    ),
    Act(
        "return",
        f"{ITEM}/return",
        "退回督查室",
        UNITS,
        return_,
        Refusal,
        about=(
            "不属于本单位职责的，在期限内退回，由督查室改派；签收、首报、实施方案时限取消。"
            "不得自行转办（山东建议提案办理规定：5日内退回）。"
        ),
        offer=_offer_return,
        back=ITEM,
        is_grave=True,
    ),
)
