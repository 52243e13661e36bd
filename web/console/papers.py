"""Papers of notices: looked at, and taken away as .docx."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.notices.documents import find_kept
from engine.notices.explaining import Explanation, explain
from engine.rules.documents import KIND_OF
from engine.rules.words import NoticeState
from engine.store.tables import Notice
from engine.wording import in_force
from notifications.preview import paper_content, printed
from web.console.declared import Download
from web.console.paper_view import PaperView, paper_view
from web.console.visit import Visit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNREADABLE = (DubanError, LookupError, TypeError, ValueError)
"""What comes of facts that are not whole; all else about their notice is shown all the same."""
WITH_PAPER = (NoticeState.DRAFT, NoticeState.ISSUED)


def has_paper(notice: Notice) -> bool:
    """Whether a notice has become a document, or may."""
    return notice.kind in KIND_OF and notice.state in WITH_PAPER


def why_of(session: Session, number: int) -> tuple[Explanation | None, str]:
    """Why a notice was issued, or why that cannot be told."""
    try:
        return explain(session, number), ""
    except DubanError as fault:
        return None, str(fault)


def words_of(session: Session, notice: Notice) -> str:
    """Its letter, in the wording that was in force when it was issued."""
    try:
        return printed(session, notice, in_force(session, notice.issued_at)).text
    except UNREADABLE:
        return "（这份通知的事实不全，写不出文字）"


def paper_shown(session: Session, notice: Notice) -> PaperView | None:
    """The document of a notice: as it was made, or as it would be made now. None where there is
    none, or where it cannot be put into words, which the preview of the letter tells."""
    kept = find_kept(session, [notice.id]).get(notice.id)
    if kept:
        return paper_view(kept.content, kept.code)
    if not has_paper(notice):
        return None
    try:
        return paper_view(paper_content(session, notice))
    except UNREADABLE:
        return None


def paper_file(visit: Visit, notice: Notice) -> Download:
    """The document of a notice as .docx; what is issued is kept the first time.

    Raises:
        DocumentRefused, WordsError: see there.
    """
    service, session = visit.service, visit.session
    matters = service.composer.matters(session, {notice.id: notice})
    office, edits = service.composer.office(session), in_force(session)
    paper = service.press.make(session, service.now(), office, matters.values(), edits)[notice.id]
    return Download(paper.name, paper.docx, DOCX)
