"""A notice in words before it is sent, as its first reader would get it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from engine.notices.documents import formalities_of
from engine.rules.contents import Content, lines
from engine.rules.policy import Policy
from engine.rules.words import PostKind
from engine.store.numbers import numbers_of
from engine.store.tables import Notice, PolicyVersion, Program, Unit
from engine.wording import in_force
from notifications.carried import office_name
from notifications.documents.press import content_of
from notifications.documents.wording import Wording
from notifications.letter import letter, view_of
from notifications.render import Edits, render
from notifications.words import Addressee, Matter, Office, Words

READER = "（收件人）"


def preview(session: Session, notice: Notice) -> str:
    """The plain text of a letter that carries this notice alone.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    return printed(session, notice, in_force(session)).text


def printed(session: Session, notice: Notice, edits: Edits) -> Words:
    """A letter that carries this notice alone, in the office's own wording.

    Raises:
        WordsError: as for ``preview``.
    """
    view, office = view_of(_matter(session, notice)), _office(session)
    post = next(iter(view.audience), PostKind.OFFICE)
    unit = view.unit or READER
    return render(letter(Addressee(READER, unit, post), [view]), office, edits)


def paper_length(session: Session, notice: Notice) -> int:
    """The characters of the document that a draft would become, blanks and annexes left out.

    Raises:
        WordsError: as for ``preview``.
        DocumentRefused: no document is made of it.
    """
    content = paper_content(session, notice)
    return len("".join("".join(lines(replace(content, annexes=()))).split()))


def paper_content(session: Session, notice: Notice) -> Content:
    """What a notice says as a document, as it would be made now.

    Raises:
        WordsError, DocumentRefused: as for ``paper_length``.
    """
    formalities = formalities_of(session, [notice])[notice.id]
    wording = Wording(in_force(session))
    return content_of(_matter(session, notice), _office(session), formalities, wording)


def _matter(session: Session, notice: Notice) -> Matter:
    unit = session.get_one(Unit, notice.unit_id).name if notice.unit_id else ""
    policy = session.get_one(PolicyVersion, notice.policy_version)
    program = session.get_one(Program, notice.program_id)
    document = numbers_of(session, [notice.id]).get(notice.id, "")
    return Matter(notice, program, Policy.from_data(policy.content), unit, document)


def _office(session: Session) -> Office:
    return Office(office_name(session) or "", "")
