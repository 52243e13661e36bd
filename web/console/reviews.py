"""复核: asked for by a unit, decided by who took no part in what is contested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field, model_validator

from engine.reviews import reviewing
from engine.reviews.contestable import Contestable, contestable
from engine.reviews.contesting import participants
from engine.reviews.reviewed import ReviewLine, review_line, review_lines
from engine.reviews.ruling import Ruling
from engine.rules.conditions import written
from engine.rules.reviews import ReviewState
from engine.rules.words import Word
from engine.store.tables import ReviewRequest
from web.access import LEADERS, OFFICE, SUPERVISION, UNITS
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Choice, Given, Line, MaybeText, Text
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/reviews"
ONE = HERE + "/{number}"


class Outcome(Word):
    """What may be decided."""

    UPHELD = ReviewState.UPHELD.value, ReviewState.UPHELD.label
    CHANGED = ReviewState.CHANGED.value, ReviewState.CHANGED.label
    REVOKED = ReviewState.REVOKED.value, ReviewState.REVOKED.label


@dataclass(frozen=True, slots=True)
class Reviews:
    """The requests, and what the asker's unit may contest now."""

    lines: list[ReviewLine]
    contestable: list[Contestable]


class Asked(Given):
    """Which requests."""

    all: bool = Field(False, title="已决定和已撤回的也列出")


class Requested(Given):
    """A request for review."""

    subject: Line = Field(
        title="对什么有异议",
        description="依次为督查号、通知号、事项编号，以冒号隔开，没有的写0，如 3:0:2023-01",
    )
    reason: Text = Field(title="理由", description="事实、依据和要求")

    @model_validator(mode="after")
    def _is_readable(self) -> Requested:
        inspection, notice, code = self.parts
        if not (inspection.isdecimal() and notice.isdecimal() and code):
            raise ValueError("请选择对什么有异议")
        return self

    @property
    def parts(self) -> tuple[str, str, str]:
        inspection, _, rest = self.subject.partition(":")
        notice, _, code = rest.partition(":")
        return inspection, notice, code


class Decided(Given):
    """A decision."""

    outcome: Outcome = Field(title="决定")
    decision: Text = Field(title="理由和决定", description="书面告知申请单位")
    due: date | None = Field(None, title="变更后的整改时限", description="变更限期整改的才填")
    text: MaybeText = Field("", title="变更后的问题内容", description="变更限期整改的才填")


class Withdrawn(Given):
    """Why a request is withdrawn."""

    reason: Text = Field(title="理由")


def show(visit: Visit, asked: Asked) -> Reviews:
    """The requests; a unit sees those about its items, and what it may contest."""
    lines = review_lines(visit.session, open_only=not asked.all, seen=visit.seen)
    is_unit = visit.asker.may(UNITS)
    return Reviews(lines, contestable(visit.desk, list(visit.asker.units)) if is_unit else [])


def request(visit: Visit, given: Requested) -> Done:
    """Ask for a review."""
    inspection, notice, code = given.parts
    row = reviewing.request(
        visit.desk,
        visit.project(code),
        visit.by,
        given.reason,
        inspection=int(inspection),
        notice=int(notice),
    )
    told = f"复核申请已受理，{code} 标记为异议中，{written(row.decide_by)}前作出决定"
    return Done(told, data={"review": row.id})


def decide(visit: Visit, given: Decided, number: int) -> Done:
    """Decide a request."""
    outcome = ReviewState(given.outcome.value)
    ruling = Ruling(outcome, given.decision, given.due, given.text)
    reviewing.decide(visit.desk, number, visit.by, ruling)
    return Done(f"复核申请{number}：{outcome.label}，已告知申请单位")


def withdraw(visit: Visit, given: Withdrawn, number: int) -> Done:
    """Withdraw a request."""
    _line(visit, number)
    reviewing.withdraw(visit.desk, number, visit.by, given.reason)
    return Done(f"复核申请{number}已撤回，下一个工作日继续督办")


def _line(visit: Visit, number: int) -> ReviewLine:
    line = review_line(visit.session, number, visit.seen)
    if line is None:
        raise NotFound("没有这项复核申请")
    return line


def _facts(line: ReviewLine) -> list[tuple[str, str]]:
    return [
        ("事项", line.code),
        ("申请单位", line.unit),
        ("对什么有异议", line.contested),
        ("收到", written(line.received_on)),
        ("申请", f"{written(line.requested_on)}　{line.requested_by}"),
        ("理由", line.reason),
        ("决定期限", written(line.decide_by)),
    ]


def _offer_request(visit: Visit) -> Offer:
    found = contestable(visit.desk, list(visit.asker.units))
    choices = [
        Choice(
            f"{one.inspection}:{one.notice}:{one.code}",
            f"{one.code} {one.name}（{written(one.last_day)}前可申请）",
        )
        for one in found
    ]
    hint = "" if choices else "现在没有可以申请复核的督查结论、限期整改、警示或通报"
    return Offer(choices={"subject": choices}, hints={"subject": hint})


def _offer_decision(visit: Visit, number: int) -> Offer:
    line = _line(visit, number)
    parts = participants(visit.session, visit.session.get_one(ReviewRequest, number))
    recused = "；".join(dict.fromkeys(f"{one.name}（{one.part}）" for one in parts))
    return Offer(facts=[*_facts(line), ("须回避的", recused or "没有")])


def _offer_withdrawal(visit: Visit, number: int) -> Offer:
    return Offer(facts=_facts(_line(visit, number)))


PAGES = (Page("reviews", HERE, "复核", SUPERVISION, show, "reviews.html", Asked, Menu.CHECKING),)
ACTS = (
    Act(
        "review-request",
        f"{HERE}/request",
        "申请复核",
        UNITS,
        request,
        Requested,
        about="对督查结论、限期整改、警示、通报有异议的，自收到之日起30日内申请复核。受理后事项标记"
        "为异议中，督办升级暂停，30日内作出决定（条例733第十七条）。",
        offer=_offer_request,
        back=HERE,
    ),
    Act(
        "review-decide",
        f"{ONE}/decide",
        "作出复核决定",
        OFFICE | LEADERS,
        decide,
        Decided,
        about="参加过原督查、签发过原通知的须回避。决定之后，下一个工作日恢复督办。",
        offer=_offer_decision,
        back=HERE,
        is_grave=True,
    ),
    Act(
        "review-withdraw",
        f"{ONE}/withdraw",
        "撤回复核申请",
        UNITS,
        withdraw,
        Withdrawn,
        about="撤回后，下一个工作日恢复督办；期限内可以再次申请。",
        offer=_offer_withdrawal,
        back=HERE,
    ),
)
