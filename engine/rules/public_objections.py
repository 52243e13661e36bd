"""公示异议: what becomes of an objection of the public to what was published."""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import Word

CONTACT_LENGTH = 200
"""How an objector is reached."""
TEXT_LENGTH = 2000
"""What an objection says."""
FINDING_LENGTH = 1000
"""What the office found, for the public to read."""


class PublicObjectionState(Word):
    """How far an objection of the public has come (公示异议7日内书面提出：巴中2017)."""

    RECEIVED = "received", "已受理，核实中"
    UPHELD = "upheld", "属实，已更正"
    ANSWERED = "answered", "已核实并答复"
    NOT_ACCEPTED = "not_accepted", "不予受理"


class PublicObjectionEvent(Word):
    """What can happen to an objection."""

    UPHOLD = "uphold", "认定属实"
    ANSWER = "answer", "核实答复"
    DECLINE = "decline", "不予受理"


_S, _E = PublicObjectionState, PublicObjectionEvent

PUBLIC_OBJECTION = LifeCycle(
    "公示异议",
    _S.RECEIVED,
    (
        Step(_S.RECEIVED, _E.UPHOLD, _S.UPHELD, reason_given, (Role.OFFICE,)),
        Step(_S.RECEIVED, _E.ANSWER, _S.ANSWERED, reason_given, (Role.OFFICE,)),
        Step(_S.RECEIVED, _E.DECLINE, _S.NOT_ACCEPTED, reason_given, (Role.OFFICE,)),
    ),
)
