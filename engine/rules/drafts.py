"""签发: a draft is checked by the office, signed by somebody with authority, or sent back.

公文应经本机关负责人审批签发（党政机关公文处理工作条例）; criticism only with the approval of the
government or its head (政府督查工作条例 art. 21). Who checked, or wrote last, does not sign.
"""

from __future__ import annotations

from engine.rules.steps import LifeCycle, Role, Step, StepFacts, always, reason_given
from engine.rules.words import Word


class DraftState(Word):
    """How far a draft has come at the signing desk."""

    WRITTEN = "written", "待核稿"
    CHECKED = "checked", "待签发"
    SENT_BACK = "sent_back", "退回修改"
    SIGNED = "signed", "已签发"
    DISMISSED = "dismissed", "不予发出"


class DraftEvent(Word):
    """What can happen to a draft."""

    AMEND = "amend", "修改"
    CHECK = "check", "核稿"
    SEND_BACK = "send_back", "退回修改"
    SIGN = "sign", "签发"
    DISMISS = "dismiss", "决定不予发出"


class PublicAttribute(Word):
    """公开属性 of a document, reviewed before it leaves (政府信息公开条例 arts. 13–20)."""

    PUBLIC = "public", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不予公开"


_S, _E = DraftState, DraftEvent


def nothing_missing(facts: StepFacts) -> str:
    """All that the step needs is there; what is not is told at once."""
    return "；".join(facts.missing)


DRAFT = LifeCycle(
    "拟稿",
    _S.WRITTEN,
    (
        Step(_S.WRITTEN, _E.AMEND, _S.WRITTEN, always, (Role.OFFICE,)),
        Step(_S.WRITTEN, _E.CHECK, _S.CHECKED, nothing_missing, (Role.OFFICE,)),
        Step(_S.WRITTEN, _E.SEND_BACK, _S.SENT_BACK, reason_given, (Role.OFFICE, Role.LEADER)),
        Step(_S.WRITTEN, _E.DISMISS, _S.DISMISSED, reason_given, (Role.LEADER,)),
        Step(_S.SENT_BACK, _E.AMEND, _S.WRITTEN, always, (Role.OFFICE,)),
        Step(_S.SENT_BACK, _E.DISMISS, _S.DISMISSED, reason_given, (Role.LEADER,)),
        Step(_S.CHECKED, _E.AMEND, _S.WRITTEN, always, (Role.OFFICE,)),
        Step(_S.CHECKED, _E.SEND_BACK, _S.SENT_BACK, reason_given, (Role.OFFICE, Role.LEADER)),
        Step(_S.CHECKED, _E.SIGN, _S.SIGNED, nothing_missing, (Role.LEADER,)),
        Step(_S.CHECKED, _E.DISMISS, _S.DISMISSED, reason_given, (Role.LEADER,)),
    ),
)
