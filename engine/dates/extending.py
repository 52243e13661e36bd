"""延期: asked before expiry, reviewed by the office, decided by a leader; the first date is kept.

(电子督查系统办法: 延期须在到期前申请，写明理由、预计完成时间和进展。) While a request waits the
date it is about stands as it is and its ladder goes on: asking for time does not give any.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.dates.deadlines import DeadlineNotOpen, move, pending
from engine.dates.reports import renew_reports
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.rules.blanks import blank
from engine.rules.conditions import written
from engine.rules.extensions import EXTENSION, WAITING, ExtensionEvent
from engine.rules.steps import Role, StepFacts
from engine.rules.words import DeadlineKind, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Deadline, Extension, Project

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
    _check(desk, project, deadline, new_due, reason, progress)
    extension = Extension(
        deadline_id=deadline.id,
        new_due=new_due,
        reason=reason,
        progress=progress,
        requested_by=actor,
        requested_at=desk.at,
        state=EXTENSION.start,
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


def _check(
    desk: Desk, project: Project, deadline: Deadline, new_due: date, reason: str, progress: str
) -> None:
    faults = []
    clock_at = project.suspended_on or desk.day  # a date does not pass while its clock stands
    if clock_at > deadline.due:
        faults.append(f"时限{written(deadline.due)}已过，延期须在到期前申请")
    if new_due <= max(deadline.due, desk.day):
        faults.append(f"新的时限须晚于{written(max(deadline.due, desk.day))}")
    faults += _behind_the_whole(desk, project, deadline, new_due)
    faults += blank({"延期理由": reason, "目前进展": progress})
    waiting = select(Extension.id).where(
        Extension.deadline_id.in_(_versions(desk, deadline)), Extension.state.in_(WAITING)
    )
    number = desk.session.scalar(waiting.limit(1))
    if number:
        faults.append(f"这一时限已有延期申请在审批中（申请号 {number}）")
    if faults:
        raise ExtensionRefused("延期申请未受理：" + "；".join(faults))


def _behind_the_whole(desk: Desk, project: Project, deadline: Deadline, new_due: date) -> list[str]:
    """A step of a plan, and a measure, cannot end later than the whole, in a list or by an
    extension."""
    parent = project.parent_id if project.kind is ProjectKind.MEASURE else None
    if deadline.kind is DeadlineKind.MILESTONE:
        part, whole, of = "节点", project.id, ""
    elif deadline.kind is DeadlineKind.COMPLETION and parent is not None:
        part, whole = "措施", parent
        of = f" {desk.session.get_one(Project, whole).code} 的"
    else:
        return []
    return [
        f"{part}不得晚于{of}办结时限{written(end.due)}，确需更晚的，请先申请延长{of}办结时限"
        for end in pending(desk, whole, (DeadlineKind.COMPLETION,))
        if new_due > end.due
    ]


def _versions(desk: Desk, deadline: Deadline) -> list[int]:
    query = select(Deadline.id).where(
        Deadline.project_id == deadline.project_id,
        Deadline.kind == deadline.kind,
        Deadline.slot == deadline.slot,
    )
    return list(desk.session.scalars(query))


def review(desk: Desk, extension_id: int, by: str, opinion: str) -> None:
    """初审: the office gives its view, and the request goes to a leader.

    Raises:
        ExtensionRefused: there is no such request, or somebody was first.
        StepRefused: no view is given.
        NotAllowed, PersonUnknown: ``by`` is not of the office.
    """
    extension, deadline = _held(desk, extension_id)
    actor = acting(desk.session, by, Role.OFFICE)
    _take(extension, ExtensionEvent.REVIEW, Role.OFFICE, opinion)
    extension.reviewed_by = actor
    data = {"extension": extension_id, "opinion": opinion}
    _record(desk, deadline, EventKind.EXTENSION_REVIEWED, actor, data)


def decide(desk: Desk, extension_id: int, by: str, *, approve: bool, decision: str) -> None:
    """审批: a leader approves, and the date in force moves to the one asked for as a new version,
    with reports up to it; or refuses with the reason. Closed by the new date, an item is for ever
    told apart as one whose date was changed with approval.

    Raises:
        ExtensionRefused: there is no such request, somebody was first, or the date has meanwhile
            moved behind it.
        StepRefused: not reviewed yet, or no word of decision.
        DeadlineNotOpen: the date was met or cancelled meanwhile.
        NotAllowed, PersonUnknown: ``by`` is no leader.
    """
    extension, deadline = _held(desk, extension_id)
    actor = acting(desk.session, by, Role.LEADER)
    event = ExtensionEvent.APPROVE if approve else ExtensionEvent.REFUSE
    _take(extension, event, Role.LEADER, decision)
    extension.decided_by, extension.decision = actor, decision
    data = {"extension": extension_id, "approved": approve, "decision": decision}
    _record(desk, deadline, EventKind.EXTENSION_DECIDED, actor, data)
    if approve:
        now = _in_force(desk, extension, deadline)
        if now.kind is DeadlineKind.COMPLETION:
            project = desk.session.get_one(Project, now.project_id)
            renew_reports(desk, project, extension.new_due, actor)
        move(desk, now, extension.new_due, actor, f"延期申请{extension_id}获批：{decision}")


def _in_force(desk: Desk, extension: Extension, asked: Deadline) -> Deadline:
    """The version that binds now; a pause may have moved the date since it was asked about."""
    found = pending(desk, asked.project_id, (asked.kind,), asked.slot)
    if not found:
        raise DeadlineNotOpen(f"“{asked.name}”{asked.state.label}，不能再调整")
    if found[0].due >= extension.new_due:
        raise ExtensionRefused(
            f"“{asked.name}”的时限已调整为{written(found[0].due)}，不早于申请的"
            f"{written(extension.new_due)}，不必再延期，请选择不批准"
        )
    return found[0]


def _take(extension: Extension, event: ExtensionEvent, role: Role, words: str) -> None:
    if extension.decided_by:
        raise ExtensionRefused(
            f"延期申请 {extension.id} 已由{extension.decided_by}办理：{extension.state.label}"
        )
    if event is ExtensionEvent.REVIEW and extension.reviewed_by:
        raise ExtensionRefused(f"延期申请 {extension.id} 已由{extension.reviewed_by}初审")
    extension.state = EXTENSION.take(extension.state, event, role, StepFacts(reason=words))


def _held(desk: Desk, extension_id: int) -> tuple[Extension, Deadline]:
    extension = desk.session.get(Extension, extension_id)
    if extension is None:
        raise ExtensionRefused(f"没有编号为 {extension_id} 的延期申请，请用 duban extend list 查看")
    deadline = desk.session.get_one(Deadline, extension.deadline_id)
    hold(desk, desk.session.get_one(Project, deadline.project_id))
    desk.session.refresh(extension)
    desk.session.refresh(deadline)
    return extension, deadline


def _record(
    desk: Desk, deadline: Deadline, kind: EventKind, actor: str, data: dict[str, object]
) -> None:
    append(desk.session, [Event(project_chain(deadline.project_id), kind, desk.at, actor, data)])
