"""通知: what was sent to whom, why, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from engine.notices.explaining import Explanation
from engine.notices.notice_pages import (
    NoticeChoice,
    NoticeRow,
    Sending,
    has_received,
    notice_page,
)
from engine.notices.sendings import SendingLine, retry, sending_lines
from engine.rules.words import NoticeKind, NoticeState, Stage
from engine.store.numbers import numbers_of
from engine.store.tables import Notice, Project, Unit
from web.access import OFFICE, SEE_ALL, UNITS
from web.console.declared import Act, Done, Download, Menu, Page
from web.console.given import Choice, Given, MaybeLine, Nothing
from web.console.numbered_units import numbered_units
from web.console.paper_view import PaperView
from web.console.papers import has_paper, paper_file, paper_shown, why_of, words_of
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/notices"
READERS = SEE_ALL | UNITS
NOT_FOR_UNITS = (NoticeKind.SUMMONS_PROPOSAL, NoticeKind.ALARM)


class NoticesAsked(Given):
    """Which notices, and which page of them."""

    kind: NoticeKind | None = Field(None, title="种类")
    stage: Stage | None = Field(None, title="阶段")
    state: NoticeState | None = Field(None, title="状态")
    sending: Sending | None = Field(None, title="发送")
    unit: int | None = Field(None, title="单位")
    project: MaybeLine = Field("", title="事项编号")
    first: date | None = Field(None, title="从")
    last: date | None = Field(None, title="到")
    before: int | None = Field(None, title="此前一页")
    after: int | None = Field(None, title="此后一页")


@dataclass(frozen=True, slots=True)
class Notices:
    """A page of notices, and what there is to choose from."""

    rows: list[NoticeRow]
    before: int | None
    after: int | None
    units: list[Choice]


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """One notice.

    Attributes:
        words: its letter as it was written, for one reader alone.
        why: None where it cannot be explained; ``why_not`` says why.
        given_up: how many of its messages were given up.
    """

    number: int
    kind: NoticeKind
    stage: Stage
    state: NoticeState
    title: str
    document: str
    code: str
    item: str
    unit: str
    as_of: date
    issued_at: datetime | None
    signed_by: str
    signed_basis: str
    reply_by: date | None
    answered_by: str
    answered_at: datetime | None
    answer: str
    words: str
    sendings: list[SendingLine]
    given_up: int
    why: Explanation | None
    why_lines: list[str]
    why_not: str
    has_paper: bool
    paper: PaperView | None


def show(visit: Visit, asked: NoticesAsked) -> Notices:
    """A page of notices: for units, of what they were sent."""
    choice = NoticeChoice(
        kind=asked.kind,
        stage=asked.stage,
        state=asked.state,
        sending=asked.sending,
        unit=asked.unit,
        project=visit.project(asked.project).id if asked.project else None,
        first=asked.first,
        last=asked.last,
        received_by=None if visit.asker.sees_all else tuple(visit.asker.units),
    )
    found = notice_page(visit.session, choice, asked.before, asked.after)
    units = numbered_units(visit.session) if visit.asker.sees_all else []
    return Notices(found.rows, found.before, found.after, units)


def show_one(visit: Visit, _: Nothing, number: int) -> NoticeShown:
    """One notice, from its text to its last delivery."""
    notice = seen_notice(visit, number)
    session = visit.session
    project = session.get(Project, notice.project_id) if notice.project_id else None
    unit = session.get(Unit, notice.unit_id) if notice.unit_id else None
    sendings = sending_lines(session, number)
    why, why_not = why_of(session, number)
    return NoticeShown(
        number=number,
        kind=notice.kind,
        stage=notice.stage,
        state=notice.state,
        title=notice.title,
        document=numbers_of(session, [number]).get(number, ""),
        code=project.code if project else "",
        item=project.title if project else "",
        unit=unit.name if unit else "",
        as_of=notice.as_of,
        issued_at=notice.issued_at,
        signed_by=notice.signed_by,
        signed_basis=notice.signed_basis,
        reply_by=notice.reply_by if notice.kind.is_answered_in_words else None,
        answered_by=notice.answered_by,
        answered_at=notice.answered_at,
        answer=notice.answer,
        words=words_of(session, notice),
        sendings=sendings if visit.asker.sees_all else [],
        given_up=sum(line.is_given_up for line in sendings),
        why=why,
        why_lines=why.lines if why else [],
        why_not=why_not,
        has_paper=has_paper(notice),
        paper=paper_shown(session, notice),
    )


def document(visit: Visit, _: Nothing, number: int) -> Download:
    """The paper of a notice."""
    return paper_file(visit, seen_notice(visit, number))


def send_again(visit: Visit, _: Nothing, number: int) -> Done:
    """Send what was given up again."""
    count = retry(visit.desk, number, visit.by)
    return Done(f"{count}封已重新列入发送", f"{HERE}/{number}", {"letters": count})


def seen_notice(visit: Visit, number: int) -> Notice:
    """A notice that the asker may see: a unit what it was sent, and what is about its items.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    notice = visit.session.get(Notice, number)
    if notice is None or not (visit.asker.sees_all or _is_theirs(visit, notice)):
        raise NotFound(f"没有编号为{number}的通知")
    return notice


def _is_theirs(visit: Visit, notice: Notice) -> bool:
    if notice.state is NoticeState.DRAFT or notice.kind in NOT_FOR_UNITS:
        return False
    is_of_item = notice.project_id is not None and notice.project_id in (visit.seen or ())
    return is_of_item or has_received(visit.session, notice.id, tuple(visit.asker.units))


PAGES = (
    Page("notices", HERE, "通知", READERS, show, "notices.html", NoticesAsked, Menu.PAPERS),
    Page("notice", HERE + "/{number}", "通知", READERS, show_one, "notice.html"),
    Page(
        "notice-document", HERE + "/{number}/document", "通知的公文", READERS, document, keeps=True
    ),
)
ACTS = (
    Act(
        "notice-retry",
        HERE + "/{number}/retry",
        "重新发送",
        OFFICE,
        send_again,
        about="发送失败和退信的，重新列入发送；邮箱改过的，按新邮箱发送。已送达的人不会再收到。",
        back=HERE + "/{number}",
    ),
)
