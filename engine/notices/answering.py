"""答复: a unit answers a notice, and its ladder waits (policy ``answer_holds``)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, acting, find_person, has_post_in
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.rules.steps import Role
from engine.rules.words import DeadlineState, NoticeKind, NoticeState
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, program_chain, project_chain
from engine.store.tables import Deadline, Notice, Project, Unit

SIGNED_FOR = "已签收"


class NoticeUnknown(DubanError):
    """没有这份通知。"""


class AnswerRefused(DubanError):
    """这份通知现在不能答复。"""


def find_notice(session: Session, number: int, *, lock: bool = False) -> Notice:
    """The notice of this number.

    Raises:
        NoticeUnknown: there is none.
    """
    notice = session.get(Notice, number, with_for_update=lock, populate_existing=lock)
    if notice is None:
        raise NoticeUnknown(f"没有编号为 {number} 的通知，请用 duban notices 查看编号")
    return notice


def answer(desk: Desk, number: int, text: str, by: str) -> None:
    """Record the answer of a unit. The first answer counts; it holds the ladder for a while.

    To answer the conclusion of an inspection is to sign for it (条例 733 art. 16), and needs no
    words.

    Raises:
        NoticeUnknown, NotAllowed, PersonUnknown: see there.
        AnswerRefused: it is a draft, was answered already, asks for nothing, or says nothing.
    """
    notice = find_notice(desk.session, number)
    actor = _answering(desk, notice, by)
    notice = find_notice(desk.session, number, lock=True)
    if notice.state is not NoticeState.ISSUED:
        raise AnswerRefused(f"通知 {number} {notice.state.label}，不能答复")
    if notice.answered_at is not None:
        raise AnswerRefused(f"通知 {number} 已由{notice.answered_by}答复，补充情况请写在进展填报中")
    said = text.strip() or (SIGNED_FOR if notice.kind is NoticeKind.CONCLUSION else "")
    if not said:
        raise AnswerRefused("答复内容不能为空，请写明原因、措施和完成时间")
    notice.answered_at, notice.answered_by, notice.answer = desk.at, actor, said
    data = {"notice": number, "text": said}
    append(
        desk.session,
        [Event(chain_of(notice), EventKind.NOTICE_ANSWERED, desk.at, actor, data)],
    )
    look_again(desk, notice)


def _answering(desk: Desk, notice: Notice, by: str) -> str:
    """The name of who may answer a notice: on one item, or on what a unit is asked as a whole."""
    if notice.project_id is not None:
        project = desk.session.get_one(Project, notice.project_id)
        actor = acting(desk.session, by, Role.UNIT, project)
        hold(desk, project)
        return actor
    if notice.unit_id is None or notice.reply_by is None:
        raise AnswerRefused(f"通知 {notice.id} 是汇总材料，不需要答复")
    person = find_person(desk.session, by)
    if not has_post_in(desk.session, person, notice.unit_id):
        unit = desk.session.get_one(Unit, notice.unit_id)
        raise NotAllowed(f"{person.name}不在{unit.name}的岗位上，不能答复")
    return str(person.name)


def chain_of(notice: Notice) -> str:
    """The chain in which a notice is recorded: its item's, or the list's."""
    if notice.project_id is not None:
        return project_chain(notice.project_id)
    return program_chain(notice.program_id)


def look_again(desk: Desk, notice: Notice) -> None:
    """Let the next daily sweep decide again, and learn how long it is to wait."""
    deadline = desk.session.get(Deadline, notice.deadline_id) if notice.deadline_id else None
    if deadline is not None and deadline.state is DeadlineState.PENDING:
        deadline.next_check_on = desk.day
