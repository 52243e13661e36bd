"""延期: asked for by the unit, reviewed by the office, decided by a leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.dates import extending
from engine.dates.deadlines import pending
from engine.dates.extending import MOVABLE
from engine.dates.extension_list import ExtensionLine, extension_lines
from engine.rules.conditions import written
from engine.rules.extensions import ExtensionState
from engine.rules.words import DeadlineKind, Word
from web.access import LEADERS, OFFICE, SUPERVISION, UNITS
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, Nothing, Text
from web.console.item_facts import ITEM, Fact, after, dated, days_left, item_facts
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/extensions"
LATELY = 100
"""How many decided requests the list shows."""


class Verdict(Word):
    """What a leader decides."""

    APPROVE = "approve", "批准"
    REFUSE = "refuse", "不批准"


@dataclass(frozen=True, slots=True)
class Extensions:
    """The requests that wait, the oldest first, and those decided last."""

    waiting: list[ExtensionLine]
    decided: list[ExtensionLine]


class ExtensionGiven(Given):
    """What a unit asks for."""

    deadline: Line = Field(title="哪一个时限")
    until: date = Field(title="申请延至")
    reason: Text = Field(title="理由", description="为什么不能按期完成，采取了什么措施")
    progress: Text = Field(title="目前进展")


class Opinion(Given):
    """What the office thinks."""

    opinion: Text = Field(title="初审意见", description="理由是否成立、新的时限是否合理")


class Decision(Given):
    """What a leader decides."""

    verdict: Verdict = Field(title="决定")
    decision: Text = Field(title="审批意见")


def show(visit: Visit, _: Nothing) -> Extensions:
    """The requests on the items that the asker may see."""
    session, seen = visit.session, visit.seen
    return Extensions(
        waiting=extension_lines(session, projects=seen),
        decided=extension_lines(session, waiting=False, projects=seen, last=LATELY),
    )


def request(visit: Visit, given: ExtensionGiven, code: str) -> Done:
    """Ask for a later date."""
    kind, _, slot = given.deadline.partition(":")
    if kind not in set(MOVABLE):
        raise extending.ExtensionRefused("请选择哪一个时限")
    row = extending.request(
        visit.desk,
        visit.project(code),
        DeadlineKind(kind),
        slot,
        given.until,
        given.reason,
        given.progress,
        visit.by,
    )
    text = f"{code} 延期申请已提交（申请号 {row.id}），等待督查室初审；批准以前原时限不变"
    return Done(text, after(visit, code), {"extension": row.id})


def review(visit: Visit, given: Opinion, number: int) -> Done:
    """Give the office's view."""
    extending.review(visit.desk, number, visit.by, given.opinion)
    return Done(f"延期申请 {number} 已初审，等待领导审批", data={"extension": number})


def decide(visit: Visit, given: Decision, number: int) -> Done:
    """Approve or refuse."""
    approve = given.verdict is Verdict.APPROVE
    extending.decide(visit.desk, number, visit.by, approve=approve, decision=given.decision)
    text = f"延期申请 {number} {'已批准，时限已调整' if approve else '未批准，原时限不变'}"
    return Done(text, data={"extension": number, "approved": approve})


def _offer_request(visit: Visit, code: str) -> Offer:
    project = visit.project(code)
    dates = pending(visit.desk, project.id, MOVABLE)
    choices = [
        Choice(f"{d.kind.value}:{d.slot}", f"{d.kind.label} {d.name} {dated(d)}") for d in dates
    ]
    return Offer(choices={"deadline": choices}, facts=item_facts(visit, project))


def _offer_review(visit: Visit, number: int) -> Offer:
    return Offer(facts=_facts(visit, number))


def _facts(visit: Visit, number: int) -> list[Fact]:
    line = next(iter(extension_lines(visit.session, waiting=None, number=number)), None)
    if line is None:
        raise NotFound(f"没有编号为 {number} 的延期申请")
    facts = [
        ("事项", f"{line.code} {line.title}（{line.unit}）"),
        ("时限", f"{line.name}，原定{written(line.original_due)}"),
        ("现定", f"{written(line.due)}，{days_left(visit.day, line.due)}"),
        ("申请延至", f"{written(line.new_due)}，比现定晚{(line.new_due - line.due).days}天"),
        ("理由", line.reason),
        ("目前进展", line.progress),
        ("申请人", line.requested_by),
        ("状态", line.state.label),
    ]
    if line.state is ExtensionState.REVIEWED and line.opinion:
        facts.append(("初审意见", f"{line.opinion}（{line.reviewed_by}）"))
    return facts


PAGES = (
    Page("extensions", HERE, "延期申请", SUPERVISION, show, "extensions.html", menu=Menu.ITEMS),
)
ACTS = (
    Act(
        "extend",
        f"{ITEM}/extend",
        "申请延期",
        UNITS,
        request,
        ExtensionGiven,
        about=(
            "须在到期前申请，督查室初审后报领导审批；批准以前原时限不变，督办照常。"
            "批准后时限改定，原定日期保留（四川2023-24：延长须批准）。"
        ),
        offer=_offer_request,
        back=ITEM,
    ),
    Act(
        "extension-review",
        f"{HERE}/{{number}}/review",
        "初审延期申请",
        OFFICE,
        review,
        Opinion,
        about="写明初审意见，报领导审批；原时限不变，督办照常。",
        offer=_offer_review,
        back=HERE,
        button="报领导审批",
    ),
    Act(
        "extension-decide",
        f"{HERE}/{{number}}/decide",
        "审批延期申请",
        LEADERS,
        decide,
        Decision,
        about="批准的，时限改定，原定日期保留，办结时单列为“经批准调整”（大连2023）；不批准的，原时限不变。",
        offer=_offer_review,
        back=HERE,
        button="决定",
    ),
)
