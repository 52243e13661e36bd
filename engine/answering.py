"""答复: a unit answers a notice, and its ladder waits (policy ``answer_holds``)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.issuing import Desk
from engine.people import acting
from engine.rules.steps import Role
from engine.rules.words import DeadlineState, NoticeState
from engine.store.journal import Event, EventKind, append, project_chain
from engine.store.tables import Deadline, Notice, Project
from engine.transition import hold


class NoticeUnknown(DubanError):
    """没有这份通知。"""


class AnswerRefused(DubanError):
    """这份通知现在不能答复。"""


def find_notice(session: Session, number: int, *, lock: bool = False) -> Notice:
    """The notice of this number.

    Raises:
        NoticeUnknown: there is none.
    """
    query = select(Notice).where(Notice.id == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    notice = session.scalars(query).one_or_none()
    if notice is None:
        raise NoticeUnknown(f"没有编号为 {number} 的通知，请用 duban notices 查看编号")
    return notice


def answer(desk: Desk, number: int, text: str, by: str) -> None:
    """Record the answer of a unit. The first answer counts; it holds the ladder for a while.

    Raises:
        NoticeUnknown, NotAllowed, PersonUnknown: see there.
        AnswerRefused: it is a draft, was answered already, is about no project, or says nothing.
    """
    notice = find_notice(desk.session, number)
    project = desk.session.get(Project, notice.project_id) if notice.project_id else None
    if project is None:
        raise AnswerRefused(f"通知 {number} 是汇总材料，不需要答复")
    actor = acting(desk.session, by, Role.UNIT, project)
    hold(desk, project)
    notice = find_notice(desk.session, number, lock=True)
    if notice.state is not NoticeState.ISSUED:
        raise AnswerRefused(f"通知 {number} {notice.state.label}，不能答复")
    if notice.answered_at is not None:
        raise AnswerRefused(f"通知 {number} 已由{notice.answered_by}答复，补充情况请写在进展填报中")
    if not text.strip():
        raise AnswerRefused("答复内容不能为空，请写明原因、措施和完成时间")
    notice.answered_at, notice.answered_by, notice.answer = desk.at, actor, text.strip()
    data = {"notice": number, "text": notice.answer}
    append(
        desk.session,
        [Event(project_chain(project.id), EventKind.NOTICE_ANSWERED, desk.at, actor, data)],
    )
    look_again(desk, notice)


def look_again(desk: Desk, notice: Notice) -> None:
    """Let the next daily sweep decide again, and learn how long it is to wait."""
    deadline = desk.session.get(Deadline, notice.deadline_id) if notice.deadline_id else None
    if deadline is not None and deadline.state is DeadlineState.PENDING:
        deadline.next_check_on = desk.day
