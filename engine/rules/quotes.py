"""前次通知: the earlier notice that a later one quotes, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from engine.rules.answers import has_lapsed, is_overdue
from engine.rules.cases import Case
from engine.rules.conditions import written
from engine.rules.facts import NoticeFacts
from engine.rules.words import NoticeKind, NoticeState, Reason

LONGEST = 80
"""How much of an answer is quoted, in characters."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An earlier notice, as a later one quotes it.

    Attributes:
        standing: UNANSWERED, LAPSED (答复后未见进展) or ACKNOWLEDGED; None while there is time left
            to answer.
        to: who got it, with their posts.
        asked: what it asked for, in the words of its rule; empty where the rule had none.
        answer: what was answered.
    """

    number: int
    kind: NoticeKind
    issued_on: date
    reply_by: date | None
    answered_on: date | None
    standing: Reason | None
    to: tuple[str, ...] = ()
    asked: str = ""
    answer: str = ""

    @property
    def core(self) -> Quote:
        """What follows from the facts of a decision, without what was looked up beside."""
        return replace(self, to=(), asked="", answer="")


def quote_of(case: Case, rests_on: NoticeFacts | None = None) -> Quote | None:
    """What a notice about a case quotes: that which it rests on, or else the last one on the
    subject that asked for an answer, if there was one."""
    asked = [n for n in case.notices if n.state is NoticeState.ISSUED and n.reply_by]
    notice = rests_on or max(asked, key=lambda n: n.issued_on, default=None)
    if notice is None:
        return None
    return Quote(
        number=notice.number,
        kind=notice.kind,
        issued_on=notice.issued_on,
        reply_by=notice.reply_by,
        answered_on=notice.answered_on,
        standing=_standing(notice, case),
    )


def _standing(notice: NoticeFacts, case: Case) -> Reason | None:
    if is_overdue(notice, case.moment.day):
        return Reason.UNANSWERED
    if notice.answered_on is None:
        return None
    return Reason.LAPSED if has_lapsed(notice, case) else Reason.ACKNOWLEDGED


def lines_of(quote: Quote) -> Iterator[str]:
    """The quotation as notices and explanations print it."""
    to = f"发给{'、'.join(quote.to)}的" if quote.to else ""
    yield f"{written(quote.issued_on)}{to}{quote.kind.label}（通知{quote.number}）"
    if quote.asked:
        yield f"要求：{quote.asked.rstrip('。')}"
    yield outcome_of(quote)


def outcome_of(quote: Quote) -> str:
    """The limit, and what came of it."""
    verb = "签收" if quote.kind is NoticeKind.ASSIGNMENT else "答复"
    limit = f"限{written(quote.reply_by)}前{verb}，" if quote.reply_by else ""
    if quote.answered_on is None:
        return f"{limit}{'至今未' + verb if quote.standing else '尚在期限内'}"
    said = quote.answer if len(quote.answer) <= LONGEST else f"{quote.answer[:LONGEST]}…"
    words = f"{limit}{written(quote.answered_on)}已{verb}" + (f"：“{said}”" if said else "")
    return f"{words}，此后未见进展" if quote.standing is Reason.LAPSED else words


_QUOTE = TypeAdapter(Quote)


def quote_to_data(quote: Quote) -> dict[str, Any]:
    """A quotation as JSON values."""
    data: dict[str, Any] = _QUOTE.dump_python(quote, mode="json")
    return data


def quote_from_data(data: dict[str, Any]) -> Quote:
    """The exact quotation that ``quote_to_data`` wrote."""
    return _QUOTE.validate_python(data)
