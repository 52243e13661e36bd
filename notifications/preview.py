"""A notice in words before it is sent, as its first reader would get it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.rules.policy import Policy
from engine.rules.words import PostKind
from engine.store.tables import Notice, PolicyVersion, Program, Unit
from notifications.compose import office_name
from notifications.letter import letter, view_of
from notifications.render import render
from notifications.words import Addressee, Matter, Office

READER = "（收件人）"


def preview(session: Session, notice: Notice) -> str:
    """The plain text of a letter that carries this notice alone.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    unit = session.get_one(Unit, notice.unit_id).name if notice.unit_id else ""
    policy = session.get_one(PolicyVersion, notice.policy_version)
    program = session.get_one(Program, notice.program_id)
    matter = Matter(notice, program, Policy.from_data(policy.content), unit)
    office = office_name(session) or ""
    view = view_of(matter)
    post = next(iter(view.audience), PostKind.OFFICE)
    return render(letter(Addressee(READER, unit or READER, post), [view]), Office(office, "")).text
