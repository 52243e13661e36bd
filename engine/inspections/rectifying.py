"""限期整改: a finding as a supervised item, its re-check after 销号, and its revocation on review.

条例 733 art. 18: 督查对象应当按照要求整改；督查机构可以根据工作需要，对整改情况进行核查.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from engine.dates.deadlines import cancel, new_deadline, pending, set_deadlines
from engine.desk.issuing import TITLE_LENGTH, Desk
from engine.desk.people import acting
from engine.desk.transition import hold, take_step
from engine.errors import DubanError
from engine.evidence import add_evidence
from engine.results.completing import reopen
from engine.rules.conditions import written
from engine.rules.evidence import File, file_faults
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts
from engine.rules.words import UNIT_CLOCKS, DeadlineKind, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Finding, Inspection, Project


class RecheckRefused(DubanError):
    """复查记录不完整，或事项不在复查之列。"""


def open_rectification(
    desk: Desk, inspection: Inspection, parent: Project, text: str, due: date, actor: str
) -> Project:
    """A rectification under the item it belongs to; the inspection is its basis.

    Raises:
        ProjectChanged: somebody has taken a step on the item since it was read.
    """
    hold(desk, parent)
    number = desk.session.scalar(
        select(func.count(Project.id)).where(
            Project.parent_id == parent.id, Project.kind == ProjectKind.RECTIFICATION
        )
    )
    child = Project(
        program_id=parent.program_id,
        parent_id=parent.id,
        kind=ProjectKind.RECTIFICATION,
        code=f"{parent.code}-改{(number or 0) + 1}",
        batch=parent.batch,
        field=parent.field,
        title=f"{parent.title}：{text}"[:TITLE_LENGTH],
        content=text,
        lead_unit_id=parent.lead_unit_id,
        sponsor=parent.sponsor,
        leader_post_id=parent.leader_post_id,
        state=ProjectState.DRAFT,
        starts_on=desk.day,
    )
    desk.session.add(child)
    desk.session.flush()
    basis = StepFacts(basis=f"{inspection.title}（{inspection.kind.label}）")
    take_step(desk, child, ProjectEvent.REGISTER, Role.OFFICE, actor, basis)
    row = new_deadline(desk, child.id, DeadlineKind.RECTIFICATION, due, "完成整改", running=False)
    set_deadlines(desk, [row], actor)
    desk.session.add(
        Finding(
            inspection_id=inspection.id,
            project_id=parent.id,
            rectification_id=child.id,
            text=text,
            due=due,
        )
    )
    data = {"rectification": child.code, "finding": text, "due": str(due)}
    append(
        desk.session,
        [Event(project_chain(parent.id), EventKind.RECTIFICATION_OPENED, desk.at, actor, data)],
    )
    return child


def recheck(
    desk: Desk,
    rectification: Project,
    by: str,
    *,
    passed: bool,
    text: str,
    due: date | None = None,
    evidence: Sequence[File] = (),
) -> None:
    """复查: a closed rectification is looked at again; one that fails is opened again.

    Args:
        text: what was seen.
        due: for one that failed, the new date.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        RecheckRefused: it is no closed rectification, was re-checked today (by whom is said), or
            something is not given; all faults are named.
        ProjectChanged: somebody has taken a step on it since it was read.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    hold(desk, rectification)
    finding = desk.session.scalars(
        select(Finding)
        .where(Finding.rectification_id == rectification.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    faults = _recheck_faults(desk, rectification, finding, passed, text, due)
    faults += file_faults(evidence)
    if faults or finding is None:
        raise RecheckRefused("复查未记录：" + "；".join(faults))
    finding.rechecked_on, finding.rechecked_by = desk.day, actor
    finding.recheck_passed, finding.recheck = passed, text.strip()
    for file in evidence:
        add_evidence(
            desk,
            rectification,
            file.name,
            file.content,
            actor=actor,
            inspection_id=finding.inspection_id,
        )
    data = {"passed": passed, "text": finding.recheck, "due": str(due) if due else ""}
    chain = project_chain(rectification.id)
    append(desk.session, [Event(chain, EventKind.RECHECKED, desk.at, actor, data)])
    if due is not None:
        reopen(desk, rectification, by, finding.recheck, due)


def _recheck_faults(
    desk: Desk,
    rectification: Project,
    finding: Finding | None,
    passed: bool,
    text: str,
    due: date | None,
) -> list[str]:
    if finding is None:
        return [f"{rectification.code} 不是督查中发现的限期整改，不在复查之列"]
    if finding.rechecked_on == desk.day:
        result = "合格" if finding.recheck_passed else "不合格"
        return [f"{rectification.code} 今天已由{finding.rechecked_by}复查，结果为{result}"]
    faults = []
    if rectification.state is not ProjectState.CLOSED:
        faults.append(f"{rectification.code} 处于“{rectification.state.label}”，销号之后才能复查")
    if not text.strip():
        faults.append("须写明复查情况")
    if passed and due:
        faults.append("复查合格的不写新的整改时限")
    if not passed and due is None:
        faults.append("复查不合格的须写明新的整改时限")
    if due is not None and due <= desk.day:
        faults.append(f"新的整改时限{written(due)}须晚于今天")
    return faults


def revoke(desk: Desk, rectification: Project, role: Role, actor: str, why: str) -> None:
    """撤销: on review the finding did not stand; the item ends and its clocks with it.

    Raises:
        StepRefused, ProjectChanged: it has ended already otherwise, or changed meanwhile.
    """
    facts = StepFacts(reason=why)
    take_step(desk, rectification, ProjectEvent.REVOKE, role, actor, facts)
    cancel(desk, pending(desk, rectification.id, UNIT_CLOCKS))
