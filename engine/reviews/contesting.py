"""What a review is about: what is contested, since when it counts, who had a part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.inspections.frequency import scope_of
from engine.inspections.inspecting import find_inspection
from engine.notices.answering import find_notice
from engine.rules.inspections import InspectionState
from engine.rules.reviews import CONTESTABLE, Participant
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, ProjectKind
from engine.rules.zone import local_day
from engine.store.tables import (
    Deadline,
    Finding,
    Inspection,
    InspectionMember,
    Notice,
    Project,
    ReviewRequest,
)


class NotContestable(DubanError):
    """这不在复核之列。"""


@dataclass(frozen=True, slots=True)
class Contested:
    """The subject of a review.

    Attributes:
        name: in words, as letters call it.
        received_on: the day of its receipt, or of its issue when nobody signed for it.
    """

    name: str
    received_on: date
    inspection: Inspection | None = None
    notice: Notice | None = None


def contested(session: Session, project: Project, inspection: int, notice: int) -> Contested:
    """What the unit of an item contests: a conclusion, a notice (0 for none), or, without either,
    the rectification that the item is.

    Raises:
        NotContestable: nothing or two things are named, it is not about this item, or it is of a
            kind that is answered and not contested.
        InspectionUnknown, NoticeUnknown: there is none of this number.
    """
    if inspection and notice:
        raise NotContestable("一次只对一件事申请复核，请在督查和通知中写一个")
    if notice:
        return _notice(session, project, find_notice(session, notice))
    if inspection:
        return _conclusion(session, project, find_inspection(session, inspection))
    if project.kind is ProjectKind.RECTIFICATION:
        return _rectification(session, project)
    raise NotContestable(
        f"请写明对什么有异议：督查结论或通知（--inspection 或 --notice）；"
        f"{project.code} 不是限期整改"
    )


def name_of(project: Project, inspection: Inspection | None, notice: Notice | None) -> str:
    """How lists and letters call what is contested."""
    if notice is not None:
        return f"通知{notice.id}（{notice.kind.label}）"
    title = inspection.title if inspection else ""
    what = "中的限期整改" if project.kind is ProjectKind.RECTIFICATION else "的结论"
    return f"督查“{title}”{what}"


def _notice(session: Session, project: Project, notice: Notice) -> Contested:
    if notice.kind not in CONTESTABLE:
        raise NotContestable(
            f"通知{notice.id}是{notice.kind.label}，不在复核之列；有不同意见请答复（duban answer）"
        )
    if notice.state is not NoticeState.ISSUED:
        raise NotContestable(f"通知{notice.id}{notice.state.label}，不能申请复核")
    if notice.kind is NoticeKind.CONCLUSION:
        number = notice.facts["conclusion"]["inspection"]
        return _conclusion(session, project, find_inspection(session, number))
    if project.code not in items_of(session, notice):
        raise NotContestable(f"通知{notice.id}没有说到 {project.code}，请核对编号")
    name = name_of(project, None, notice)
    return Contested(name, _received(notice), notice=notice)


def items_of(session: Session, notice: Notice) -> tuple[str, ...]:
    """The codes of the items that a notice speaks of."""
    if notice.project_id is not None:
        return (session.get_one(Project, notice.project_id).code,)
    if notice.kind is NoticeKind.CIRCULAR:
        return tuple(item["standing"]["code"] for item in notice.facts["paper"]["named"])
    return ()


def _received(notice: Notice) -> date:
    return local_day(notice.answered_at or notice.issued_at or notice.created_at)


def _conclusion(session: Session, project: Project, inspection: Inspection) -> Contested:
    if inspection.state is not InspectionState.CONCLUDED:
        raise NotContestable(f"督查{inspection.id}{inspection.state.label}，反馈结论后才能申请复核")
    if project.id not in {item.id for item in scope_of(session, inspection)}:
        raise NotContestable(f"督查{inspection.id}没有查看 {project.code}，请核对编号")
    notice = session.scalars(
        select(Notice)
        .where(
            Notice.program_id == inspection.program_id,
            Notice.kind == NoticeKind.CONCLUSION,
            Notice.occurrence == f"i{inspection.id}",
            Notice.unit_id == project.lead_unit_id,
        )
        .limit(1)
    ).one_or_none()
    issued_on = inspection.concluded_on or inspection.ends_on
    received_on = _received(notice) if notice else issued_on
    return Contested(name_of(project, inspection, None), received_on, inspection)


def _rectification(session: Session, project: Project) -> Contested:
    finding = session.scalars(
        select(Finding).where(Finding.rectification_id == project.id)
    ).one_or_none()
    if finding is None:
        raise NotContestable(f"{project.code} 不是督查中发现的，请写明对哪份通知有异议")
    inspection = session.get_one(Inspection, finding.inspection_id)
    signed_on = session.scalar(
        select(func.max(Deadline.met_on)).where(
            Deadline.project_id == project.id, Deadline.kind == DeadlineKind.SIGN_FOR
        )
    )
    received_on = signed_on or project.starts_on
    return Contested(name_of(project, inspection, None), received_on, inspection)


def findings_of(session: Session, review: ReviewRequest, project: Project) -> list[Finding]:
    """The findings that a review of a conclusion or of a rectification puts in question."""
    if review.inspection_id is None:
        return []
    is_one = project.kind is ProjectKind.RECTIFICATION
    of_item = Finding.rectification_id == project.id if is_one else Finding.project_id == project.id
    query = select(Finding).where(Finding.inspection_id == review.inspection_id, of_item)
    return list(session.scalars(query.order_by(Finding.id)))


def participants(session: Session, review: ReviewRequest) -> list[Participant]:
    """All who had a part in what is contested, and may not decide on it (条例 733 art. 17)."""
    found = [Participant(review.requested_by, None, "提出了这项复核申请")]
    project = session.get_one(Project, review.project_id)
    inspection_id = review.inspection_id
    if review.notice_id is not None:
        notice = session.get_one(Notice, review.notice_id)
        if notice.signed_by:
            found.append(Participant(notice.signed_by, None, f"签发了通知{notice.id}"))
        of_rectification = Finding.rectification_id == project.id
        inspection_id = session.scalar(select(Finding.inspection_id).where(of_rectification))
    if inspection_id is not None:
        found += _inspectors(session, session.get_one(Inspection, inspection_id))
    for finding in findings_of(session, review, project):
        if finding.rechecked_by:
            found.append(Participant(finding.rechecked_by, None, "复查过这项整改"))
    return found


def _inspectors(session: Session, inspection: Inspection) -> list[Participant]:
    name = f"督查“{inspection.title}”"
    members = session.scalars(
        select(InspectionMember)
        .where(InspectionMember.inspection_id == inspection.id)
        .order_by(InspectionMember.name)
    )
    found = [
        Participant(m.name, m.person_id, f"{'是' if m.leads else '参加了'}{name}{'组长' * m.leads}")
        for m in members
    ]
    handled = Participant(inspection.handled_by, inspection.handled_by_id, f"反馈了{name}的结论")
    return [*found, handled]
