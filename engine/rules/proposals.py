"""点单: how a wish of the people becomes an item of next year's list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.rules.steps import LifeCycle, Role, Step, StepFacts, always, reason_given
from engine.rules.words import Word

TITLE_LENGTH = 300
NAME_LENGTH = 200
LONGEST_CONTENT = 10_000
MOST_FUNDS = Decimal(10) ** 9
"""In 万元; more is a slip of the pen, not a project of a city."""


class ProposalChannel(Word):
    """How a proposal came in."""

    HOTLINE = "hotline", "12345热线"
    NETWORK = "network", "网络征集"
    FORUM = "forum", "座谈会"
    VISIT = "visit", "走访"
    LETTER = "letter", "征求意见函"
    CARRIED_OVER = "carried_over", "上年事项延续"


class Succession(Word):
    """How an item goes on with one of last year's list."""

    CONTINUED = "continued", "延续"
    EXTENDED = "extended", "拓展"


class ProposalState(Word):
    """How far a proposal has come."""

    COLLECTED = "collected", "已收集"
    MERGED = "merged", "已合并"
    ASSESSED = "assessed", "已评估"
    SHORTLISTED = "shortlisted", "已审议通过"
    ADOPTED = "adopted", "已列入清单"
    DECLINED = "declined", "未采纳"


class ProposalEvent(Word):
    """What can happen to a proposal."""

    MERGE = "merge", "合并"
    ASSESS = "assess", "评估"
    PASS = "pass", "审议通过"
    ADOPT = "adopt", "列入清单"
    DECLINE = "decline", "不采纳"


def basis_complete(facts: StepFacts) -> str:
    """政府督查工作条例（国务院令第733号）第十一条: no supervision without a basis."""
    return "" if facts.basis.strip() else "缺少依据，请填写文号、批准机关和批准日期"


_S, _E, _OFFICE = ProposalState, ProposalEvent, (Role.OFFICE,)

PROPOSAL = LifeCycle(
    "建议",
    _S.COLLECTED,
    (
        Step(_S.COLLECTED, _E.MERGE, _S.MERGED, always, _OFFICE),
        Step(_S.COLLECTED, _E.ASSESS, _S.ASSESSED, reason_given, _OFFICE),
        Step(_S.COLLECTED, _E.DECLINE, _S.DECLINED, reason_given, _OFFICE),
        Step(_S.ASSESSED, _E.ASSESS, _S.ASSESSED, reason_given, _OFFICE),
        Step(_S.ASSESSED, _E.MERGE, _S.MERGED, always, _OFFICE),
        Step(_S.ASSESSED, _E.PASS, _S.SHORTLISTED, always, _OFFICE),
        Step(_S.ASSESSED, _E.DECLINE, _S.DECLINED, reason_given, _OFFICE),
        Step(_S.SHORTLISTED, _E.PASS, _S.SHORTLISTED, always, _OFFICE),
        Step(_S.SHORTLISTED, _E.DECLINE, _S.DECLINED, reason_given, _OFFICE),
        Step(_S.SHORTLISTED, _E.ADOPT, _S.ADOPTED, basis_complete, _OFFICE),
    ),
)

WAITING_STATES = (_S.COLLECTED, _S.ASSESSED, _S.SHORTLISTED)
"""States in which a proposal may still become an item."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A proposal as it came in.

    Attributes:
        title: what is asked for, in a few words.
        field: the field of the list it belongs to (领域).
        proposer: who asked; empty for a call or letter without a name.
    """

    title: str
    channel: ProposalChannel
    received_on: date
    content: str = ""
    field: str = ""
    proposer: str = ""


def wish_faults(wish: Wish, today: date) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a proposal: the attribute, the fault and the cure."""
    if not wish.title.strip():
        yield "title", "没有填写建议标题", "请用一句话写明建议做什么"
    for name, label, longest in (
        ("title", "标题", TITLE_LENGTH),
        ("content", "建议内容", LONGEST_CONTENT),
        ("field", "领域", NAME_LENGTH),
        ("proposer", "提出人", NAME_LENGTH),
    ):
        if len(getattr(wish, name)) > longest:
            yield name, f"{label}超过{longest}字", "请缩短"
    if wish.received_on > today:
        yield "received_on", f"收到日期{wish.received_on}晚于今天", "请核对日期"
    if wish.channel is ProposalChannel.CARRIED_OVER:
        yield (
            "channel",
            "上年事项的延续须注明是哪一项",
            "请从“上年事项延续或拓展”登记（duban proposal carry-over）",
        )


def assessment_faults(feasible: bool, funds: Decimal | None, opinion: str) -> Iterator[str]:
    """What is wrong with an assessment; ``funds`` in 万元."""
    if not opinion.strip():
        yield "请写明评估意见"
    if funds is not None and not 0 <= funds <= MOST_FUNDS:
        yield f"资金{funds}万元不合理，请按万元填写"
    if funds is None and feasible:
        yield "评估为可行的，请写明所需资金（万元，不需资金的写0）"


def adoption_fault(
    number: int,
    state: ProposalState,
    year: int,
    list_year: int,
    *,
    merged_into: int | None,
    adopted_as: str,
) -> tuple[str, str] | None:
    """Why a proposal may not become an item of the list of ``list_year``, and the cure."""
    if year != list_year:
        return f"建议{number}是为{year}年清单征集的", f"请改写{list_year}年的建议编号"
    if state is ProposalState.SHORTLISTED:
        return None
    said = f"建议{number}{state.label}"
    if state is ProposalState.MERGED:
        return f"{said}到建议{merged_into}", f"请改写建议{merged_into}"
    if state is ProposalState.ADOPTED:
        return f"{said}，即{adopted_as}", "一条建议只能列为一个事项，请删去"
    if state is ProposalState.DECLINED:
        return said, "请删去，或作为新建议重新登记"
    return f"{said}，尚未经会议审议通过", "请先登记会议审议结果（duban meeting record）"
