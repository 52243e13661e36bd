"""调整: a promise is altered, by decision of the body that adopted it and of nobody else.

(陕西 2025 第十八条: 重大调整须经人大常委会决定并向社会公布。) What was promised before is kept.
Wording that changes no promise is revised with the list instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from engine.dates.deadlines import pending
from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.ledger.measures import Measure, read_measures
from engine.ledger.wording import WordingError
from engine.rules.blanks import blank
from engine.rules.changes import ChangeKind, Decision
from engine.rules.lifecycle import OPEN_STATES, ProjectState
from engine.rules.steps import Role
from engine.rules.targets import full_name
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Change, Project, Target

BEFORE_ASSIGNMENT = (ProjectState.DRAFT, ProjectState.REGISTERED)


class ChangeRefused(DubanError):
    """调整不符合规定。"""


@dataclass(frozen=True, slots=True)
class Alteration:
    """What is to be altered.

    Attributes:
        metric: for a target, which: its metric, with the unit in parentheses where two share one.
        to: the promise as it is to be: a quantity such as ``7000个``, or the new content.
    """

    what: ChangeKind
    to: str
    reason: str
    metric: str = ""


def change(
    desk: Desk, project: Project, alteration: Alteration, decision: Decision, by: str
) -> Change:
    """Record the decision and alter the promise; lights and notices are looked at again today.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
        ProjectChanged: somebody has taken a step since it was read.
        ChangeRefused: it is not under way, something is missing, or nothing would change; all of
            it is named.
    """
    actor = acting(desk.session, by, Role.LEADER)
    hold(desk, project)
    faults = _faults_of_state(project)
    target, measure = None, None
    if alteration.what is ChangeKind.TARGET:
        target, measure = _new_target(desk, project, alteration, faults)
    elif alteration.to.strip() == project.content:
        faults.append("新的实施内容与原内容相同")
    faults += blank({"调整后的内容": alteration.to, "理由": alteration.reason})
    faults += decision.faults(desk.day)
    if faults:
        raise ChangeRefused(f"{project.code} 未调整：{'；'.join(faults)}")
    subject, before, after = _alter(project, target, measure, alteration.to.strip())
    project.version += 1  # who looked at it before must look again
    row = Change(
        project_id=project.id,
        what=alteration.what,
        subject=subject,
        before=before,
        after=after,
        reason=alteration.reason.strip(),
        body=decision.body.strip(),
        document=decision.document.strip(),
        decided_on=decision.decided_on,
        recorded_by=actor,
        recorded_at=desk.at,
    )
    desk.session.add(row)
    for deadline in pending(desk, project.id, DeadlineKind):
        deadline.next_check_on = desk.day
    _record(desk, row, actor)
    return row


def _faults_of_state(project: Project) -> list[str]:
    if project.state in BEFORE_ASSIGNMENT:
        return ["尚未交办，请直接修改清单重新导入"]
    if project.state not in OPEN_STATES:
        return [f"事项{project.state.label}，不能再调整"]
    return []


def _new_target(
    desk: Desk, project: Project, alteration: Alteration, faults: list[str]
) -> tuple[Target | None, Measure | None]:
    """The target that is meant, and what it is to promise; faults are added to the list."""
    query = select(Target).where(Target.project_id == project.id).order_by(Target.position)
    rows = desk.session.scalars(query).all()
    shared = Counter(row.metric for row in rows)
    named = {full_name(row.metric, row.unit): row for row in rows}
    named |= {row.metric: row for row in rows if shared[row.metric] == 1}
    target = named.get(alteration.metric.strip())
    if target is None:
        choices = "、".join(full_name(row.metric, row.unit) for row in rows) or "无"
        faults.append(f"没有指标“{alteration.metric}”，该事项的指标有：{choices}")
    if target is None or not alteration.to.strip():
        return target, None
    measure = _measure(alteration.to, target.unit, faults)
    if measure and (measure.planned, measure.form) == (target.planned, target.form):
        faults.append(f"“{target.metric}”已是{target.text}，没有变化")
    return target, measure


def _measure(text: str, unit: str, faults: list[str]) -> Measure | None:
    try:
        measures = read_measures(text, unit)
    except WordingError as error:
        faults.append(f"{error.message}，请写成“7000{unit}”这样的数量")
        return None
    if len(measures) == 1 and measures[0].unit == unit:
        return measures[0]
    faults.append(f"“{text.strip()}”须是一个以“{unit}”为单位的数量")
    return None


def _alter(
    project: Project, target: Target | None, measure: Measure | None, to: str
) -> tuple[str, str, str]:
    """Write the new promise; returns what was altered, and how it read before and after."""
    if target is None or measure is None:
        before, project.content = project.content, to
        return "", before, to
    after = to if to.endswith(target.unit) or not to[-1].isdigit() else f"{to}{target.unit}"
    before, target.text = target.text, after
    target.planned, target.form = measure.planned, measure.form
    return full_name(target.metric, target.unit), before, after


def _record(desk: Desk, row: Change, actor: str) -> None:
    data = {
        "what": row.what.value,
        "subject": row.subject,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "body": row.body,
        "document": row.document,
        "decided_on": row.decided_on.isoformat(),
    }
    event = Event(project_chain(row.project_id), EventKind.CHANGED, desk.at, actor, data)
    append(desk.session, [event])
