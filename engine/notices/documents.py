"""公文: what a notice said as a document, under which code, and whether a copy agrees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.desk.issuing import ENGINE
from engine.errors import DubanError
from engine.notices.answering import chain_of
from engine.rules import codes
from engine.rules.contents import Content, digest, from_data, lines, tidy, to_data
from engine.rules.words import NoticeState, Urgency
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append
from engine.store.statements import insert_ignoring_doubles
from engine.store.tables import Document, Draft, Notice, Project


class DocumentUnknown(DubanError):
    """没有这份公文。"""


@dataclass(frozen=True, slots=True)
class Formalities:
    """What the signing desk and the register add to a notice: what the public may read, the
    document that authorised it beforehand, and how urgent its item is."""

    public: str = ""
    standing: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it was made; it never changes."""

    notice_id: int
    code: str
    content: Content
    made_at: datetime


def find_kept(session: Session, notices: Iterable[int]) -> dict[int, Kept]:
    """The documents made so far, by the numbers of their notices."""
    found = session.scalars(_DOCUMENTS, {"ids": list(notices)})
    return {row.notice_id: _kept(row) for row in found}


def all_kept(session: Session) -> Iterator[Kept]:
    """Every document made so far, in the order in which they were made."""
    return map(_kept, session.scalars(_ALL))


def keep(
    session: Session,
    at: datetime,
    secret: str,
    made: Sequence[tuple[Notice, Content]],
) -> dict[int, Kept]:
    """Keep what documents say, each under its code; of two that make one at once, the first counts.

    Args:
        secret: that of the installation; the codes follow from it.

    Returns:
        The documents by the numbers of their notices, as they are kept.
    """
    if not made:
        return {}
    rows = {notice.id: _row(notice, content, secret, at) for notice, content in made}
    insert = insert_ignoring_doubles(session, Document).returning(Document.notice_id)
    fresh = set(session.scalars(insert, list(rows.values())))
    append(
        session,
        [
            _event(notice, rows[notice.id], content, at)
            for notice, content in made
            if notice.id in fresh
        ],
    )
    return find_kept(session, rows)


def formalities_of(session: Session, notices: Sequence[Notice]) -> dict[int, Formalities]:
    """What stands in the registers about each notice, in two queries however many there are."""
    wanted = {"ids": [notice.id for notice in notices]}
    projects = {"ids": {notice.project_id for notice in notices if notice.project_id}}
    drafts = {row.notice_id: row for row in session.scalars(_DRAFTS, wanted)}
    urgency: dict[int | None, Urgency] = {
        project: degree for project, degree in session.execute(_URGENCY, projects)
    }
    return {
        notice.id: _formalities(
            drafts.get(notice.id), urgency.get(notice.project_id, Urgency.NORMAL)
        )
        for notice in notices
    }


def find_by_code(session: Session, text: str) -> Kept:
    """The document of a code, as typed.

    Raises:
        DocumentUnknown: it is no code, or no document bears it.
    """
    code = codes.read(text)
    if not code:
        raise DocumentUnknown(
            f"“{text}”不是公文验证码：应为{codes.LENGTH}位，形如 7K2M-9Q4R-0ABC-X3YZ"
        )
    row = session.scalars(_BY_CODE, {"code": code}).one_or_none()
    if row is None:
        raise DocumentUnknown(f"查无此码：{code}，没有以此为验证码的公文")
    return _kept(row)


def state_of(session: Session, kept: Kept) -> NoticeState:
    """What became of the notice: one whose number was voided has been withdrawn."""
    return session.get_one(Notice, kept.notice_id).state


def differences(kept: Kept, printed: Sequence[str]) -> list[str]:
    """Where a copy does not say what the original says, paragraph by paragraph; empty if it agrees.

    Args:
        printed: the copy's paragraphs in their order, without the line of the code.
    """
    original = [tidy(line) for line in lines(kept.content)]
    copy = [line for line in map(tidy, printed) if line]
    matcher = SequenceMatcher(None, original, copy, autojunk=False)
    return [
        _difference(original[a:b], copy[c:d], a + 1)
        for what, a, b, c, d in matcher.get_opcodes()
        if what != "equal"
    ]


def _difference(original: Sequence[str], copy: Sequence[str], place: int) -> str:
    was, now = "／".join(original), "／".join(copy)
    if not was:
        return f"第{place}段之前多出“{now}”"
    if not now:
        return f"第{place}段缺少“{was}”"
    return f"第{place}段原件为“{was}”，此件为“{now}”"


def _formalities(draft: Draft | None, urgency: Urgency) -> Formalities:
    return Formalities(
        public=draft.public.label if draft and draft.public else "",
        standing=draft.standing if draft else "",
        urgency="" if urgency is Urgency.NORMAL else urgency.label,
    )


def _row(notice: Notice, content: Content, secret: str, at: datetime) -> dict[str, Any]:
    text = digest(lines(content))
    return {
        "notice_id": notice.id,
        "kind": content.kind,
        "code": codes.code_of(secret, notice.key, text),
        "content": to_data(content),
        "digest": text,
        "made_at": at,
    }


def _event(notice: Notice, row: Mapping[str, Any], content: Content, at: datetime) -> Event:
    data = {
        "notice": notice.id,
        "form": content.kind.label,
        "number": content.number,
        "code": row["code"],
        "digest": row["digest"],
    }
    return Event(chain_of(notice), EventKind.DOCUMENT_MADE, at, ENGINE, data)


def _kept(row: Document) -> Kept:
    return Kept(row.notice_id, row.code, from_data(row.content), row.made_at)


# The queries, built once: each takes the ids of a whole batch.

_IDS: Any = bindparam("ids", expanding=True)

_DOCUMENTS = select(Document).where(Document.notice_id.in_(_IDS))
_ALL = select(Document).order_by(Document.id)
_BY_CODE = select(Document).where(Document.code == bindparam("code"))
_DRAFTS = select(Draft).where(Draft.notice_id.in_(_IDS))
_URGENCY = select(Project.id, Project.urgency).where(Project.id.in_(_IDS))
