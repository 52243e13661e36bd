"""The press: notices become documents, each once; what was made is kept and made again the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.notices.documents import Formalities, find_kept, formalities_of, keep
from engine.rules.contents import Content
from engine.rules.documents import ATTACHED, KIND_OF, DocumentKind
from engine.rules.words import NoticeState
from notifications.documents.kinds import items, lists, rulings
from notifications.documents.kinds.common import Occasion
from notifications.documents.wording import Wording
from notifications.letter import view_of
from notifications.render import AS_SHIPPED, Edits
from notifications.summaries import PushView
from notifications.words import Matter, Office

DOCX = ".docx"
_UNFIT = re.compile(r'[\x00-\x1f\\/:*?"<>|\s]+')
_NAME_LENGTH = 60

_CONTENTS: Mapping[DocumentKind, Callable[[Any, Occasion], Content]] = {
    DocumentKind.ASSIGNMENT: items.assignment,
    DocumentKind.REMINDER_LETTER: items.letter,
    DocumentKind.SUPERVISION_LETTER: items.letter,
    DocumentKind.SUPERVISION: items.supervision,
    DocumentKind.RECTIFICATION: rulings.rectification,
    DocumentKind.SUMMONS: items.summons,
    DocumentKind.CIRCULAR: lists.circular,
    DocumentKind.BRIEF: lists.brief,
}


class DocumentRefused(DubanError):
    """这份通知不能成文。"""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as a file. ``code`` is empty for a draft."""

    content: Content
    code: str
    docx: bytes

    @property
    def name(self) -> str:
        """文号 or 编号, and the title."""
        return file_name(self.content, self.code)


class Press:
    """Makes the documents of one installation.

    Args:
        secret: that of the installation; codes follow from it.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def make(
        self,
        session: Session,
        at: datetime,
        office: Office,
        matters: Iterable[Matter],
        edits: Edits = AS_SHIPPED,
    ) -> dict[int, Paper]:
        """The documents by the numbers of their notices, in sets of queries.

        What is issued is kept at the first time, and journalled; a draft is not.

        Args:
            edits: the office's own wording, used for what is made the first time.

        Raises:
            DocumentRefused: a notice of this kind, or in this state, becomes no document.
            WordsError: a notice cannot be put into words.
        """
        wanted = {matter.notice.id: matter for matter in matters}
        kept = find_kept(session, wanted)
        new = [matter for number, matter in wanted.items() if number not in kept]
        contents = _contents(session, office, new, Wording(edits))
        issued = [
            (matter.notice, contents[matter.notice.id]) for matter in new if not matter.is_draft
        ]
        kept |= keep(session, at, self._secret, issued)
        drafts = {m.notice.id: paper_of(contents[m.notice.id], "") for m in new if m.is_draft}
        return {number: paper_of(one.content, one.code) for number, one in kept.items()} | drafts

    def attached(
        self,
        session: Session,
        at: datetime,
        office: Office,
        matters: Iterable[Matter],
        edits: Edits = AS_SHIPPED,
    ) -> dict[int, Paper]:
        """The documents that go with mails; of other notices there is none."""
        formal = [m for m in matters if KIND_OF.get(m.notice.kind) in ATTACHED and _is_issued(m)]
        return self.make(session, at, office, formal, edits) if formal else {}


def content_of(
    matter: Matter, office: Office, formalities: Formalities, wording: Wording
) -> Content:
    """What a notice says as a document.

    Raises:
        DocumentRefused: a notice of this kind, or in this state, becomes no document.
        WordsError: it cannot be put into words.
    """
    notice = matter.notice
    kind = KIND_OF.get(notice.kind)
    if kind is None:
        raise DocumentRefused(f"通知 {notice.id} 是{notice.kind.label}，只以邮件送达，没有公文格式")
    if not (matter.is_draft or _is_issued(matter)):
        raise DocumentRefused(f"通知 {notice.id} {notice.state.label}，不生成公文")
    view, occasion = view_of(matter), Occasion(kind, matter, office, formalities, wording)
    if isinstance(view, PushView):
        return lists.push(view, occasion)
    return _CONTENTS[kind](view, occasion)


def _contents(
    session: Session, office: Office, matters: list[Matter], wording: Wording
) -> dict[int, Content]:
    if not matters:
        return {}
    formalities = formalities_of(session, [matter.notice for matter in matters])
    return {
        matter.notice.id: content_of(matter, office, formalities[matter.notice.id], wording)
        for matter in matters
    }


def _is_issued(matter: Matter) -> bool:
    return matter.notice.state is NoticeState.ISSUED


def paper_of(content: Content, code: str) -> Paper:
    """A document as a file: the same content and code give the same bytes."""
    # Imported when it is needed: it takes longer than all else here.
    from notifications.documents.layout import lay_out

    return Paper(content, code, lay_out(content, code))


def file_name(content: Content, code: str) -> str:
    """A name that every system can write: 文号 or 编号, then the title."""
    number = content.number if not content.is_draft else "拟稿"
    parts = (number or code, content.title)
    return _UNFIT.sub(" ", " ".join(parts))[:_NAME_LENGTH].strip() + DOCX
