"""考核: what scores a unit's year, by a published table; units only, in no order of merit."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import Word


class AssessmentState(Word):
    """How far an assessment has come."""

    DRAFT = "draft", "拟定"
    PUBLISHED = "published", "已送单位"
    REPLACED = "replaced", "已由新版取代"


class ScoreItem(Word):
    """What a line of a score is about, in the order in which lines are shown."""

    BASE = "base", "基础分"
    PLAN_MISSED = "plan_missed", "未报实施方案"
    PLAN_LATE = "plan_late", "迟报实施方案"
    REPORT_MISSED = "report_missed", "未报进展"
    REPORT_LATE = "report_late", "迟报进展"
    CHASE = "chase", "催办"
    YELLOW = "yellow", "黄色警示"
    RED = "red", "红色警示"
    CIRCULAR = "circular", "督查通报"
    RECHECK_FAILED = "recheck_failed", "复查不合格"
    FINISHED_LATE = "finished_late", "逾期办结"
    EARLY = "early", "提前办结"
    OVER_TARGET = "over_target", "超额完成"
    CORRECTION = "correction", "异议更正"
    FLOOR = "floor", "最低分"


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
