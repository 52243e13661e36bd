"""考核: what scores a unit's year, by a published table; units only, in no order of merit."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import Word


class AssessmentState(Word):
    """How far an assessment has come."""

    DRAFT = "draft", "拟定"
    PUBLISHED = "published", "已送单位"
    REPLACED = "replaced", "已由新版取代"


class ObjectionState(Word):
    """What became of an objection to a score."""

    FILED = "filed", "待处理"
    ACCEPTED = "accepted", "异议成立"
    REJECTED = "rejected", "异议不成立"


class ObjectionEvent(Word):
    """What can happen to an objection."""

    ACCEPT = "accept", "认定异议成立"
    REJECT = "reject", "认定异议不成立"


OBJECTION = LifeCycle(
    "考核异议",
    ObjectionState.FILED,
    (
        Step(
            ObjectionState.FILED,
            ObjectionEvent.ACCEPT,
            ObjectionState.ACCEPTED,
            reason_given,
            (Role.OFFICE,),
        ),
        Step(
            ObjectionState.FILED,
            ObjectionEvent.REJECT,
            ObjectionState.REJECTED,
            reason_given,
            (Role.OFFICE,),
        ),
    ),
)
