"""签发台: drafts of criticism on their way to a signature, each with all that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from engine.notices.answering import find_notice
from engine.notices.draft_changes import VersionLine, version_lines
from engine.notices.drafting import doubts_left, versions_of
from engine.notices.explaining import Explanation
from engine.notices.notice_list import DraftLine, draft_lines, settled_drafts
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.words import NoticeKind, NoticeState
from engine.store.numbers import numbers_of
from engine.store.tables import Draft, Notice, Project, Unit
from notifications.preview import paper_length
from web.access import LEADERS, OFFICE
from web.console.declared import Download, Menu, Page
from web.console.given import Given, Nothing
from web.console.paper_view import PaperView
from web.console.papers import UNREADABLE, has_paper, paper_file, paper_shown, why_of, words_of
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/signing"
READERS = OFFICE | LEADERS
SETTLED = (DraftState.SIGNED, DraftState.DISMISSED)
SHOWN = 200


class DraftsAsked(Given):
    """Which drafts."""

    state: DraftState | None = Field(None, title="状态")


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of a state, or all that wait for somebody."""

    drafts: list[DraftLine]
    waiting: dict[DraftState, int]


@dataclass(frozen=True, slots=True)
class DraftShown:
    """One draft.

    Attributes:
        length: the characters of its paper, of ``limit`` that it may have; None once it is settled.
        doubts: what does not add up in its words, with no reason given why it is right.
        confirmed: why what does not seem to add up is right.
        texts: the figures that it rests on.
        why: None where it cannot be explained; ``why_not`` says why.
    """

    number: int
    kind: NoticeKind
    state: DraftState
    notice_state: NoticeState
    title: str
    remark: str
    ask: str
    code: str
    item: str
    unit: str
    drafted_on: date
    version: int
    author: str
    checked_by: str
    public: PublicAttribute | None
    public_reason: str
    comment: str
    standing: str
    document: str
    signed_by: str
    signed_basis: str
    length: int | None
    limit: int
    doubts: list[str]
    confirmed: str
    why: Explanation | None
    why_not: str
    versions: list[VersionLine]
    words: str
    has_paper: bool
    paper: PaperView | None


def show(visit: Visit, asked: DraftsAsked) -> Drafts:
    """The drafts that wait, or those of one state."""
    waiting = draft_lines(visit.session)
    counts = {state: 0 for state in DraftState if state not in SETTLED}
    for line in waiting:
        counts[line.state] += 1
    if asked.state in SETTLED:
        return Drafts(settled_drafts(visit.session, asked.state, SHOWN), counts)
    chosen = [line for line in waiting if asked.state in (None, line.state)]
    return Drafts(chosen, counts)


def show_one(visit: Visit, _: Nothing, number: int) -> DraftShown:
    """A draft with its facts, figures, versions and paper."""
    notice, draft = found_draft(visit, number)
    session = visit.session
    project = session.get(Project, notice.project_id) if notice.project_id else None
    unit = session.get(Unit, notice.unit_id) if notice.unit_id else None
    versions = versions_of(session, number)
    why, why_not = why_of(session, number)
    return DraftShown(
        number=number,
        kind=notice.kind,
        state=draft.state,
        notice_state=notice.state,
        title=notice.title,
        remark=notice.remark,
        ask=notice.ask,
        code=project.code if project else "",
        item=project.title if project else "",
        unit=unit.name if unit else "",
        drafted_on=notice.as_of,
        version=draft.number,
        author=versions[-1].author if versions else "",
        checked_by=draft.checked_by,
        public=draft.public,
        public_reason=draft.public_reason,
        comment=draft.comment,
        standing=draft.standing,
        document=numbers_of(session, [number]).get(number, ""),
        signed_by=notice.signed_by,
        signed_basis=notice.signed_basis,
        length=length_of(visit, notice),
        limit=visit.desk.rulebook.policy.papers.limit_of(notice.kind),
        doubts=[doubt.text for doubt in doubts_left(notice)],
        confirmed=notice.remark_confirmed,
        why=why,
        why_not=why_not,
        versions=version_lines(versions),
        words=words_of(session, notice),
        has_paper=has_paper(notice),
        paper=paper_shown(session, notice),
    )


def document(visit: Visit, _: Nothing, number: int) -> Download:
    """The paper of a draft; it says that it is one."""
    notice, _draft = found_draft(visit, number)
    return paper_file(visit, notice)


def found_draft(visit: Visit, number: int) -> tuple[Notice, Draft]:
    """A notice that is, or was, at the signing desk.

    Raises:
        NotFound: there is none of this number.
    """
    draft = visit.session.get(Draft, number)
    if draft is None:
        raise NotFound(f"签发台没有编号为{number}的拟稿")
    return find_notice(visit.session, number), draft


def length_of(visit: Visit, notice: Notice) -> int | None:
    """The characters of the paper that a draft would become; None for one that is settled."""
    if notice.state is not NoticeState.DRAFT:
        return None
    try:
        return paper_length(visit.session, notice)
    except UNREADABLE:
        return None


PAGES = (
    Page("drafts", HERE, "签发台", READERS, show, "signing.html", DraftsAsked, Menu.PAPERS),
    Page("draft", HERE + "/{number}", "拟稿", READERS, show_one, "draft.html"),
    Page(
        "draft-document", HERE + "/{number}/document", "拟稿的公文", READERS, document, keeps=True
    ),
)
ACTS = ()
