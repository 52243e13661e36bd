"""延期: asked for before expiry, reviewed by the office, decided by a leader."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, StepFacts
from engine.rules.words import Word


class ExtensionState(Word):
    """Two levels approve: the unit's superior reads the office's view before the leader's."""

    REQUESTED = "requested", "待督查室初审"
    REVIEWED = "reviewed", "待领导审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"


class ExtensionEvent(Word):
    """What can happen to a request."""

    REVIEW = "review", "初审"
    APPROVE = "approve", "批准"
    REFUSE = "refuse", "不批准"


def opinion_given(facts: StepFacts) -> str:
    """Each level says in words what it thinks of the request."""
    return "" if facts.reason.strip() else "请写明意见"


_S, _E = ExtensionState, ExtensionEvent

EXTENSION = LifeCycle(
    "延期申请",
    _S.REQUESTED,
    (
        Step(_S.REQUESTED, _E.REVIEW, _S.REVIEWED, opinion_given, (Role.OFFICE,)),
        Step(_S.REVIEWED, _E.APPROVE, _S.APPROVED, opinion_given, (Role.LEADER,)),
        Step(_S.REVIEWED, _E.REFUSE, _S.REFUSED, opinion_given, (Role.LEADER,)),
    ),
)

WAITING = (_S.REQUESTED, _S.REVIEWED)
"""States in which a request waits for somebody."""
