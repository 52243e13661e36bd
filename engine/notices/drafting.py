"""拟稿: what the office adds to a circular or a proposal to summon before it is signed.

The sums and shares in the added words are recomputed; what does not add up is refused, unless the
office says why it is right. The signature looks once more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.desk.transition import hold
from engine.errors import DubanError
from engine.notices.answering import find_notice
from engine.reports.doubting import DoubtsFound, doubts_data
from engine.rules import arithmetic
from engine.rules.honesty import Doubt
from engine.rules.steps import Role
from engine.rules.texts import too_long
from engine.rules.words import NoticeState
from engine.store.journal import Event, EventKind, append, program_chain, project_chain
from engine.store.tables import JournalEvent, Notice, Project

REMARK_LENGTH = 2000


class DraftRefused(DubanError):
    """这份拟稿现在不能办理。"""


def amend(
    desk: Desk, number: int, text: str, by: str, confirmed: str = "", seen: str = ""
) -> Notice:
    """Write the remark of a draft, or take it out with an empty text.

    Args:
        confirmed: why figures in the text that do not go together are right.
        seen: the remark that the writer had before them; another one is not overwritten.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there; ``by`` is of the office.
        DraftRefused: it is no draft, the text is too long, or somebody else wrote meanwhile.
        DoubtsFound: shares or sums in the text are wrong, and no reason is given.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    notice = open_draft(desk, number, DraftRefused)
    text, confirmed = " ".join(text.split()), confirmed.strip()
    if notice.remark != " ".join(seen.split()):
        raise DraftRefused(_written_meanwhile(desk, notice))
    if fault := too_long("补充说明", text, REMARK_LENGTH):
        raise DraftRefused(f"拟稿未修改：{fault}")
    doubts = arithmetic.doubts(text)
    if doubts and not confirmed:
        raise DoubtsFound(doubts, "拟稿修改")
    before, notice.remark = notice.remark, text
    notice.remark_confirmed = confirmed if doubts else ""
    _record(desk, notice, before, doubts, actor)
    return notice


def open_draft(desk: Desk, number: int, refusal: type[DubanError]) -> Notice:
    """A notice that waits for its signature; others wait with it until the transaction ends.

    Raises:
        NoticeUnknown: there is none of this number.
        ProjectChanged: somebody has taken a step on its project since it was read.
        refusal: it is no draft; whoever decided on it is named.
    """
    notice = find_notice(desk.session, number)
    if notice.project_id is not None:
        hold(desk, desk.session.get_one(Project, notice.project_id))
    notice = find_notice(desk.session, number, lock=True)
    if notice.state is not NoticeState.DRAFT:
        who = f"（{notice.signed_by}）" if notice.signed_by else ""
        raise refusal(f"通知 {number} {notice.state.label}{who}，不是待签发的拟稿")
    return notice


def doubts_left(notice: Notice) -> tuple[Doubt, ...]:
    """The doubts about a remark for which nobody has given a reason."""
    return () if notice.remark_confirmed else arithmetic.doubts(notice.remark)


def chain_of(notice: Notice) -> str:
    """The journal chain that a notice is recorded in."""
    if notice.project_id is not None:
        return project_chain(notice.project_id)
    return program_chain(notice.program_id)


def _written_meanwhile(desk: Desk, notice: Notice) -> str:
    events = desk.session.scalars(
        select(JournalEvent)
        .where(
            JournalEvent.chain == chain_of(notice),
            JournalEvent.kind == EventKind.DRAFT_AMENDED.value,
        )
        .order_by(JournalEvent.seq.desc())
    )
    last = next((event for event in events if event.data["notice"] == notice.id), None)
    who = last.actor if last else "他人"
    said = f"“{notice.remark}”" if notice.remark else "空白"
    return f"通知 {notice.id} 的补充说明已由{who}写为{said}，请看过后再改（改写请加 --replace）"


def _record(desk: Desk, notice: Notice, before: str, doubts: Sequence[Doubt], actor: str) -> None:
    settled = [(doubt, notice.remark_confirmed) for doubt in doubts]
    data = {
        "notice": notice.id,
        "before": before,
        "after": notice.remark,
        "doubts": doubts_data(settled),
    }
    event = Event(chain_of(notice), EventKind.DRAFT_AMENDED, desk.at, actor, data)
    append(desk.session, [event])
