"""复核: an inspected unit contests what was found; those who took part do not decide."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import Word


class ReviewState(Word):
    """What became of a request for review."""

    REQUESTED = "requested", "复核中"
    UPHELD = "upheld", "维持原结论"
    CHANGED = "changed", "变更原结论"
    REVOKED = "revoked", "撤销原结论"
    WITHDRAWN = "withdrawn", "已撤回"


class ReviewEvent(Word):
    """What can happen to a request for review."""

    UPHOLD = "uphold", "决定维持"
    CHANGE = "change", "决定变更"
    REVOKE = "revoke", "决定撤销"
    WITHDRAW = "withdraw", "撤回申请"


_S, _E, _DECIDERS = ReviewState, ReviewEvent, (Role.OFFICE, Role.LEADER)

REVIEW = LifeCycle(
    "复核申请",
    _S.REQUESTED,
    (
        Step(_S.REQUESTED, _E.UPHOLD, _S.UPHELD, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.CHANGE, _S.CHANGED, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.REVOKE, _S.REVOKED, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.WITHDRAW, _S.WITHDRAWN, reason_given, (Role.UNIT,)),
    ),
)
