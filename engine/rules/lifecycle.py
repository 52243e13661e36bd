"""The life of a supervised item, as one table.

A step that is not in the table does not exist; a role that is not named may not take it.
The drawing in ``docs/lifecycle.md`` is made from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import DubanError
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
    SIGN_FOR = "sign_for", "签收"
    REQUEST_COMPLETION = "request_completion", "申请办结"
    SEND_BACK = "send_back", "退回重办"
    CLOSE = "close", "核验销号"
    SUSPEND = "suspend", "暂停"
    RESUME = "resume", "恢复"
    TERMINATE = "terminate", "终止"
    REOPEN = "reopen", "复查不合格重新办理"


class Role(Word):
    """Who acts."""

    OFFICE = "office", "督查室"
    UNIT = "unit", "责任单位"
    LEADER = "leader", "领导"


class StepRefused(DubanError):
    """A step that does not exist here, is not the actor's to take, or is refused by its guard."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the guards look at; texts are empty when not given.

    Attributes:
        basis: the decision, document or instruction the step rests on.
        unmet_targets: names of targets whose final figure has not been reported.
        verified_by: the person of the office who checked the result.
        reason: why, in the actor's words.
    """

    basis: str = ""
    unmet_targets: tuple[str, ...] = ()
    verified_by: str = ""
    reason: str = ""


Guard = Callable[[StepFacts], str]
"""Returns why the step is refused, or an empty text."""


def basis_given(facts: StepFacts) -> str:
    """政府督查工作条例（国务院令第733号）第十一条: no supervision without a basis."""
    return "" if facts.basis.strip() else "缺少立项依据，请填写决定或文件的名称、文号和日期"


def results_reported(facts: StepFacts) -> str:
    missing = "、".join(facts.unmet_targets)
    return f"以下指标尚未填报最终结果：{missing}" if missing else ""


def verified(facts: StepFacts) -> str:
    return "" if facts.verified_by.strip() else "销号前须由督查室核验，请写明核验人"


def reason_given(facts: StepFacts) -> str:
    return "" if facts.reason.strip() else "请写明理由"


def decision_recorded(facts: StepFacts) -> str:
    """Ending a promise needs the decision of the body that adopted it (陕西 2025 第十八条)."""
    return "" if facts.basis.strip() else "终止须有原审议机关的决定，请填写决定的名称、文号和日期"


def always(_: StepFacts) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    source: ProjectState
    event: ProjectEvent
    target: ProjectState
    guard: Guard
    roles: tuple[Role, ...]


S, E, R = ProjectState, ProjectEvent, Role

STEPS: tuple[Step, ...] = (
    Step(S.DRAFT, E.REGISTER, S.REGISTERED, basis_given, (R.OFFICE,)),
    Step(S.REGISTERED, E.ASSIGN, S.ASSIGNED, always, (R.OFFICE,)),
    Step(S.ASSIGNED, E.RETURN, S.RETURNED, reason_given, (R.UNIT,)),
    Step(S.RETURNED, E.ASSIGN, S.ASSIGNED, always, (R.OFFICE,)),
    Step(S.ASSIGNED, E.SIGN_FOR, S.UNDERWAY, always, (R.UNIT,)),
    Step(S.UNDERWAY, E.REQUEST_COMPLETION, S.COMPLETION_REQUESTED, results_reported, (R.UNIT,)),
    Step(S.COMPLETION_REQUESTED, E.SEND_BACK, S.UNDERWAY, reason_given, (R.OFFICE,)),
    Step(S.COMPLETION_REQUESTED, E.CLOSE, S.CLOSED, verified, (R.OFFICE,)),
    Step(S.UNDERWAY, E.SUSPEND, S.SUSPENDED, reason_given, (R.OFFICE,)),
    Step(S.SUSPENDED, E.RESUME, S.UNDERWAY, reason_given, (R.OFFICE,)),
    Step(S.UNDERWAY, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
    Step(S.SUSPENDED, E.TERMINATE, S.TERMINATED, decision_recorded, (R.LEADER,)),
    Step(S.CLOSED, E.REOPEN, S.UNDERWAY, reason_given, (R.OFFICE,)),
)

_TABLE = {(step.source, step.event): step for step in STEPS}

OPEN_STATES = (S.ASSIGNED, S.RETURNED, S.UNDERWAY, S.COMPLETION_REQUESTED, S.SUSPENDED)
"""States in which a project is supervised."""

RUNNING_STATES = (S.ASSIGNED, S.UNDERWAY)
"""States in which the unit's clocks run."""


def take(state: ProjectState, event: ProjectEvent, role: Role, facts: StepFacts) -> ProjectState:
    """The state that follows.

    Raises:
        StepRefused: there is no such step, the role may not take it, or its guard refuses.
    """
    step = _TABLE.get((state, event))
    if step is None:
        raise StepRefused(f"事项处于“{state.label}”，不能{event.label}")
    if role not in step.roles:
        allowed = "、".join(r.label for r in step.roles)
        raise StepRefused(f"{event.label}须由{allowed}办理，{role.label}无权办理")
    refusal = step.guard(facts)
    if refusal:
        raise StepRefused(f"不能{event.label}：{refusal}")
    return step.target


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {S.DRAFT.value}"]
    lines += [f"    {state.value} : {state.label}" for state in ProjectState]
    lines += [f"    {s.source.value} --> {s.target.value} : {s.event.label}" for s in STEPS]
    return "\n".join([*lines, f"    {S.TERMINATED.value} --> [*]"]) + "\n"
