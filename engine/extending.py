"""延期: asked before expiry, reviewed by the office, decided by a leader; the first date is kept.

(电子督查系统办法: 延期须在到期前申请，写明理由、预计完成时间和进展。)
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.deadlines import move, pending
from engine.errors import DubanError
from engine.issuing import Desk
from engine.people import acting
from engine.rules.conditions import written
from engine.rules.steps import Role
from engine.rules.words import DeadlineKind
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.tables import Deadline, Extension, ExtensionState, Project
from engine.transition import hold

MOVABLE = (DeadlineKind.MILESTONE, DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)


class ExtensionRefused(DubanError):
    """延期申请不符合规定。"""


def request(
    desk: Desk,
    project: Project,
    kind: DeadlineKind,
    slot: str,
    new_due: date,
    reason: str,
    progress: str,
    by: str,
) -> Extension:
    """Ask for a later date.

    Args:
        slot: for a milestone, its position in the plan; otherwise empty.
        progress: where the work stands now.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of a lead unit.
        ExtensionRefused: too late, not later than the present date, or something is not given.
    """
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    found = pending(desk, project.id, (kind,), slot) if kind in MOVABLE else []
    if not found:
        cure = "，请写明是第几个节点" if kind is DeadlineKind.MILESTONE and not slot else ""
        raise ExtensionRefused(f"{project.code} 没有可以延期的{kind.label}{cure}")
    deadline = found[0]
    _check(desk, deadline, new_due, reason, progress)
    extension = Extension(
        deadline_id=deadline.id,
        new_due=new_due,
        reason=reason,
        progress=progress,
        requested_by=actor,
        requested_at=desk.at,
    )
    desk.session.add(extension)
    desk.session.flush()
    data = {
        "extension": extension.id,
        "name": deadline.name,
        "due": deadline.due.isoformat(),
        "asked": new_due.isoformat(),
        "reason": reason,
        "progress": progress,
    }
    _record(desk, deadline, EventKind.EXTENSION_REQUESTED, actor, data)
    return extension


def _check(desk: Desk, deadline: Deadline, new_due: date, reason: str, progress: str) -> None:
    faults = []
    if desk.day > deadline.due:
        faults.append(f"时限{written(deadline.due)}已过，延期须在到期前申请")
    if new_due <= deadline.due:
        faults.append(f"新的时限须晚于{written(deadline.due)}")
    if not reason.strip():
        faults.append("请写明延期理由")
    if not progress.strip():
        faults.append("请写明目前进展")
    waiting = select(Extension.id).where(
        Extension.deadline_id == deadline.id,
        Extension.state.in_((ExtensionState.REQUESTED, ExtensionState.REVIEWED)),
    )
    if desk.session.scalar(waiting.limit(1)):
        faults.append("这一时限已有延期申请在审批中")
    if faults:
        raise ExtensionRefused("延期申请未受理：" + "；".join(faults))


def review(desk: Desk, extension_id: int, by: str, opinion: str) -> None:
    """初审: the office gives its view, and the request goes to a leader.

    Raises:
        ExtensionRefused: there is no such request, it is not waiting for this, or no view.
        NotAllowed, PersonUnknown: ``by`` is not of the office.
    """
    extension, deadline = _waiting(desk, extension_id, ExtensionState.REQUESTED)
    actor = acting(desk.session, by, Role.OFFICE)
    if not opinion.strip():
        raise ExtensionRefused("请写明初审意见")
    extension.state, extension.reviewed_by = ExtensionState.REVIEWED, actor
    data = {"extension": extension_id, "opinion": opinion}
    _record(desk, deadline, EventKind.EXTENSION_REVIEWED, actor, data)


def decide(desk: Desk, extension_id: int, by: str, *, approve: bool, decision: str) -> None:
    """审批: a leader approves, and the date moves as a new version, or refuses with the reason.

    Raises:
        ExtensionRefused: not reviewed yet, or no word of decision.
        DeadlineNotOpen: the date was met or moved meanwhile.
        NotAllowed, PersonUnknown: ``by`` is no leader.
    """
    extension, deadline = _waiting(desk, extension_id, ExtensionState.REVIEWED)
    actor = acting(desk.session, by, Role.LEADER)
    if not decision.strip():
        raise ExtensionRefused("请写明审批意见")
    extension.state = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
    extension.decided_by, extension.decision = actor, decision
    data = {"extension": extension_id, "approved": approve, "decision": decision}
    _record(desk, deadline, EventKind.EXTENSION_DECIDED, actor, data)
    if approve:
        move(desk, deadline, extension.new_due, actor, f"延期申请{extension_id}获批：{decision}")


def _waiting(desk: Desk, extension_id: int, state: ExtensionState) -> tuple[Extension, Deadline]:
    extension = desk.session.get(Extension, extension_id)
    if extension is None:
        raise ExtensionRefused(f"没有编号为 {extension_id} 的延期申请")
    deadline = desk.session.get_one(Deadline, extension.deadline_id)
    hold(desk, desk.session.get_one(Project, deadline.project_id))
    desk.session.refresh(extension)
    desk.session.refresh(deadline)
    if extension.state is not state:
        raise ExtensionRefused(f"延期申请 {extension_id} {extension.state.label}，不能办理这一步")
    return extension, deadline


def _record(
    desk: Desk, deadline: Deadline, kind: EventKind, actor: str, data: dict[str, object]
) -> None:
    append(desk.session, [Event(project_chain(deadline.project_id), kind, desk.at, actor, data)])
