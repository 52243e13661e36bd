"""The life of a supervised item."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, StepFacts, always, reason_given
from engine.rules.words import Word


class ProjectState(Word):
    """Where a project stands."""

    DRAFT = "draft", "草拟"
    REGISTERED = "registered", "已立项"
    ASSIGNED = "assigned", "已交办"
    RETURNED = "returned", "已退回"
    UNDERWAY = "underway", "推进中"
    COMPLETION_REQUESTED = "completion_requested", "申请办结"
    SUSPENDED = "suspended", "已暂停"
    CLOSED = "closed", "已销号"
    TERMINATED = "terminated", "已终止"


class ProjectEvent(Word):
    """What can happen to a project."""

    REGISTER = "register", "立项"
    ASSIGN = "assign", "交办"
    RETURN = "return", "退回（非本单位职责）"
    REASSIGN = "reassign", "改派"
    SIGN_FOR = "sign_for", "签收"
    REQUEST_COMPLETION = "request_completion", "申请办结"
    SEND_BACK = "send_back", "退回重办"
    CLOSE = "close", "核验销号"
    REPORT_BACK = "report_back", "书面报告办理情况（审议意见）"
    SUSPEND = "suspend", "暂停"
    RESUME = "resume", "恢复"
    TERMINATE = "terminate", "终止"
    REVOKE = "revoke", "复核撤销（限期整改）"
    REOPEN = "reopen", "复查不合格重新办理"


def basis_given(facts: StepFacts) -> str:
    """政府督查工作条例（国务院令第733号）第十一条: no supervision without a basis."""
    return "" if facts.basis.strip() else "缺少立项依据，请填写决定或文件的名称、文号和日期"


def returned_in_time(facts: StepFacts) -> str:
    """Who is not the right one says so at once, and says why (山东: 5日内)."""
    return "；".join(filter(None, (reason_given(facts), facts.too_late)))


def another_unit_named(facts: StepFacts) -> str:
    """The office says why, and names a unit that can take the item on (不得自行转办)."""
    return "；".join(filter(None, (reason_given(facts), *facts.missing)))


def results_reported(facts: StepFacts) -> str:
    """The whole is done when its parts are, and every promise has its figure."""
    lacking = []
    if facts.open_parts:
        lacking.append(f"以下分解事项尚未办结：{'、'.join(facts.open_parts)}")
    if facts.unmet_targets:
        lacking.append(f"以下指标尚未填报最终结果：{'、'.join(facts.unmet_targets)}")
    return "；".join((*lacking, *facts.missing))


def reported_in_full(facts: StepFacts) -> str:
    """What was handed over is answered item by item (监督法 2024 第十七条)."""
    lacking = [] if facts.basis.strip() else ["请写明报告文号"]
    if facts.open_parts:
        lacking.append(f"以下交办问题尚未办结，请逐项说明：{'、'.join(facts.open_parts)}")
    return "；".join((*lacking, *facts.missing))


def verified(facts: StepFacts) -> str:
    """Somebody of the office looked at the result."""
    unnamed = () if facts.verified_by.strip() else ("销号前须由督查室核验，请写明核验人",)
    return "；".join((*unnamed, *facts.missing))


def decision_recorded(facts: StepFacts) -> str:
    """Ending a promise needs the decision of the body that adopted it (陕西 2025 第十八条)."""
    unnamed = () if facts.basis.strip() else ("终止须有原审议机关的决定",)
    parts = "、".join(facts.open_parts)
    still_open = (f"以下分解事项尚未结束，请先逐项终止：{parts}",) if parts else ()
    return "；".join((*unnamed, *facts.missing, *still_open))


S, E, R = ProjectState, ProjectEvent, Role

PROJECT = LifeCycle(
    "事项",
    S.DRAFT,
    (
        Step(S.DRAFT, E.REGISTER, S.REGISTERED, basis_given, (R.OFFICE,)),
        Step(S.REGISTERED, E.ASSIGN, S.ASSIGNED, always, (R.OFFICE,)),
        Step(S.ASSIGNED, E.RETURN, S.RETURNED, returned_in_time, (R.UNIT,)),
        Step(S.RETURNED, E.ASSIGN, S.ASSIGNED, always, (R.OFFICE,)),
        Step(S.RETURNED, E.REASSIGN, S.ASSIGNED, another_unit_named, (R.OFFICE,)),
        Step(S.ASSIGNED, E.REASSIGN, S.ASSIGNED, another_unit_named, (R.OFFICE,)),
        Step(S.UNDERWAY, E.REASSIGN, S.ASSIGNED, another_unit_named, (R.OFFICE,)),
        Step(S.ASSIGNED, E.SIGN_FOR, S.UNDERWAY, always, (R.UNIT,)),
        Step(S.UNDERWAY, E.REQUEST_COMPLETION, S.COMPLETION_REQUESTED, results_reported, (R.UNIT,)),
        Step(S.COMPLETION_REQUESTED, E.SEND_BACK, S.UNDERWAY, reason_given, (R.OFFICE,)),
        Step(S.COMPLETION_REQUESTED, E.CLOSE, S.CLOSED, verified, (R.OFFICE,)),
        Step(S.ASSIGNED, E.REPORT_BACK, S.CLOSED, reported_in_full, (R.OFFICE, R.UNIT)),
        Step(S.UNDERWAY, E.REPORT_BACK, S.CLOSED, reported_in_full, (R.OFFICE, R.UNIT)),
        Step(S.UNDERWAY, E.SUSPEND, S.SUSPENDED, reason_given, (R.OFFICE,)),
        Step(S.SUSPENDED, E.RESUME, S.UNDERWAY, reason_given, (R.OFFICE,)),
        Step(S.ASSIGNED, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
        Step(S.RETURNED, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
        Step(S.UNDERWAY, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
        Step(S.SUSPENDED, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
        *(
            Step(state, E.REVOKE, S.TERMINATED, reason_given, (R.OFFICE, R.LEADER))
            for state in (
                S.ASSIGNED,
                S.RETURNED,
                S.UNDERWAY,
                S.COMPLETION_REQUESTED,
                S.SUSPENDED,
                S.CLOSED,
            )
        ),
        Step(S.CLOSED, E.REOPEN, S.UNDERWAY, reason_given, (R.OFFICE,)),
    ),
)

OPEN_STATES = (S.ASSIGNED, S.RETURNED, S.UNDERWAY, S.COMPLETION_REQUESTED, S.SUSPENDED)
"""States in which a project is supervised."""

RUNNING_STATES = (S.ASSIGNED, S.UNDERWAY)
"""States in which the unit's clocks run."""
