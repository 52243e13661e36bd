"""领导批注: what a leader has to say of an item. It is read on the item's page; it sets no date and
asks for nothing that a limit runs for (for that there is an instruction, ``instructing.py``)."""

from __future__ import annotations

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.rules.steps import Role
from engine.rules.texts import COMMENT_LENGTH, too_long
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Project


class CommentRefused(DubanError):
    """批注没有内容，或者太长。"""


def comment(desk: Desk, project: Project, by: str, text: str) -> None:
    """Write down a leader's remark on an item.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is no leader.
        CommentRefused: it says nothing, or too much.
    """
    actor = acting(desk.session, by, Role.LEADER)
    text = text.strip()
    if fault := too_long("批注", text, COMMENT_LENGTH) if text else "请写明批注内容":
        raise CommentRefused(fault)
    chain = project_chain(project.id)
    append(desk.session, [Event(chain, EventKind.COMMENTED, desk.at, actor, {"text": text})])
