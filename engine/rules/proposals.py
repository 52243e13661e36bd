"""点单: how a wish of the people becomes an item of next year's list."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, StepFacts, always, reason_given
from engine.rules.words import Word


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
        Step(_S.ASSESSED, _E.MERGE, _S.MERGED, always, _OFFICE),
        Step(_S.ASSESSED, _E.PASS, _S.SHORTLISTED, always, _OFFICE),
        Step(_S.ASSESSED, _E.DECLINE, _S.DECLINED, reason_given, _OFFICE),
        Step(_S.SHORTLISTED, _E.PASS, _S.SHORTLISTED, always, _OFFICE),
        Step(_S.SHORTLISTED, _E.DECLINE, _S.DECLINED, reason_given, _OFFICE),
        Step(_S.SHORTLISTED, _E.ADOPT, _S.ADOPTED, basis_complete, _OFFICE),
    ),
)
