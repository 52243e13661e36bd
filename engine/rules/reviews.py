"""复核: an inspected unit contests what was found; those who took part do not decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from engine.rules.calendar import Calendar
from engine.rules.policy import Limits
from engine.rules.steps import LifeCycle, Role, Step, reason_given
from engine.rules.words import NoticeKind, Word


class ReviewState(Word):
    """What became of a request for review."""

    REQUESTED = "requested", "复核中"
    UPHELD = "upheld", "维持原结论"
    CHANGED = "changed", "变更原结论"
    REVOKED = "revoked", "撤销原结论"
    WITHDRAWN = "withdrawn", "已撤回"


class ReviewEvent(Word):
    """What can happen to a request for review."""

    UPHOLD = "uphold", "决定维持"
    CHANGE = "change", "决定变更"
    REVOKE = "revoke", "决定撤销"
    WITHDRAW = "withdraw", "撤回申请"


_S, _E, _DECIDERS = ReviewState, ReviewEvent, (Role.OFFICE, Role.LEADER)

REVIEW = LifeCycle(
    "复核申请",
    _S.REQUESTED,
    (
        Step(_S.REQUESTED, _E.UPHOLD, _S.UPHELD, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.CHANGE, _S.CHANGED, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.REVOKE, _S.REVOKED, reason_given, _DECIDERS),
        Step(_S.REQUESTED, _E.WITHDRAW, _S.WITHDRAWN, reason_given, (Role.UNIT,)),
    ),
)

CONTESTABLE = (
    NoticeKind.CONCLUSION,
    NoticeKind.YELLOW_WARNING,
    NoticeKind.RED_WARNING,
    NoticeKind.SUMMONS_PROPOSAL,
    NoticeKind.CIRCULAR,
)
"""What a unit may contest: conclusions, warnings, criticism. A reminder or a chase is answered."""

DECISIONS = {
    ReviewState.UPHELD: ReviewEvent.UPHOLD,
    ReviewState.CHANGED: ReviewEvent.CHANGE,
    ReviewState.REVOKED: ReviewEvent.REVOKE,
}
"""The outcomes, and the step that leads to each."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who had a part in what is contested.

    Attributes:
        person: the person's number; None for one who is known by name only.
        part: what it was, as in “是督查组组长”.
    """

    name: str
    person: int | None
    part: str


def recusal(person: int, name: str, participants: Sequence[Participant]) -> str:
    """Why this person may not decide the review, or an empty text (回避, 条例 733 art. 17).

    Persons are compared where both are known; two people of one name are told apart. Somebody
    known by name only is taken to be the one who bears it.
    """
    parts = [
        p.part
        for p in participants
        if (p.person == person if p.person is not None else p.name == name)
    ]
    if not parts:
        return ""
    return f"{name}{'，'.join(dict.fromkeys(parts))}，应当回避"


def last_day_to_request(received: date, limits: Limits, calendar: Calendar) -> date:
    """The last day on which a review may be asked for; the day of receipt is not counted."""
    return calendar.apply(received, limits.review_request.limit)


def decision_due(requested: date, limits: Limits, calendar: Calendar) -> date:
    """The last day for the decision; the day of the request is not counted."""
    return calendar.apply(requested, limits.review_decision.limit)


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """复核决定 as it is told to the unit.

    Attributes:
        contested: what was contested, in one phrase.
        effects: what follows for the item, sentence by sentence.
    """

    number: int
    code: str
    title: str
    contested: str
    requested_on: date
    outcome: ReviewState
    decision: str
    effects: tuple[str, ...]


_NOTICE = TypeAdapter(ReviewNotice)


def review_notice_to_data(notice: ReviewNotice) -> dict[str, Any]:
    """A decision as JSON values."""
    data: dict[str, Any] = _NOTICE.dump_python(notice, mode="json")
    return data


def review_notice_from_data(data: dict[str, Any]) -> ReviewNotice:
    """The exact decision that ``review_notice_to_data`` wrote."""
    return _NOTICE.validate_python(data)
