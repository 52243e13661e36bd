"""What the office tells a unit in its own name: the conclusion of an inspection, and the decision
of a review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.rules.conditions import written
from engine.rules.inspections import Conclusion, conclusion_from_data
from engine.rules.reviews import ReviewNotice, review_notice_from_data
from engine.rules.words import NoticeKind, PostKind
from notifications import phrases
from notifications.entries import Entry
from notifications.filters import short_day
from notifications.summaries import Paper
from notifications.words import Matter, Subject, Why


@dataclass(frozen=True, slots=True)
class RulingView(Paper):
    """A text with what follows from it, item by item.

    Attributes:
        about: what was inspected, or what was contested, in one phrase.
        how: the kind of the inspection with its period, or when the review was asked for.
        said: the conclusion or the decision.
        entries: the findings to be put right.
        review_within: how long the unit may contest it; empty for a decision of a review.
    """

    kind: NoticeKind
    number: int
    day: date
    label: str
    heading: str
    headline: str
    unit: str
    audience: tuple[PostKind, ...]
    reply_by: date | None
    why: Why
    about: str
    how: str
    leader: str
    said: str
    entries: tuple[Entry, ...]
    review_within: str

    @property
    def climbed(self) -> bool:
        """A unit's own paper reaches a reader elsewhere only when the unit's posts are empty."""
        return True

    @property
    def is_draft(self) -> bool:
        return False

    @property
    def signature(self) -> str:
        return ""

    @property
    def template(self) -> str:
        return "ruling"

    @property
    def subject(self) -> Subject:
        return Subject(f"【{self.label}】", self.heading, f"：{self.headline}")


def conclusion_view(matter: Matter) -> RulingView:
    """The view of an inspection's conclusion as one unit gets it."""
    told = conclusion_from_data(matter.facts["conclusion"])
    entries = tuple(_findings(told, matter.day))
    return RulingView(
        **_common(matter),
        heading=phrases.one_line(told.title),
        headline=f"发现问题{len(entries)}项" if entries else "未发现问题",
        about="、".join(f"{phrases.numbered(i.code)}{phrases.quoted(i.title)}" for i in told.items),
        how=f"{_days(told)}{told.kind.label}",
        leader=told.leader,
        said=told.text,
        entries=entries,
        review_within=told.review_within,
    )


def _days(told: Conclusion) -> str:
    if told.starts_on == told.ends_on:
        return written(told.starts_on)
    return f"{written(told.starts_on)}至{short_day(told.ends_on, told.starts_on)}"


def _findings(told: Conclusion, on: date) -> Iterator[Entry]:
    for item in told.items:
        for text, code, due in item.findings:
            detail = f"{phrases.one_line(item.title)}，整改时限{short_day(due, on)}"
            yield Entry(code, phrases.one_line(text), "", None, detail)


def decision_view(matter: Matter) -> RulingView:
    """The view of a review's decision."""
    told: ReviewNotice = review_notice_from_data(matter.facts["review"])
    return RulingView(
        **_common(matter),
        heading=f"{phrases.numbered(told.code)}{phrases.quoted(told.title)}",
        headline=told.outcome.label,
        about=told.contested,
        how=written(told.requested_on),
        leader="",
        said="".join(
            f"{phrases.one_line(text).rstrip('。')}。"
            for text in (told.outcome.label, told.decision, *told.effects)
        ),
        entries=(),
        review_within="",
    )


def _common(matter: Matter) -> dict[str, Any]:
    return {
        "kind": matter.notice.kind,
        "number": matter.notice.id,
        "day": matter.day,
        "label": matter.notice.kind.label,
        "unit": matter.unit,
        "audience": tuple(PostKind(post) for post in matter.facts["decision"]["audience"]),
        "reply_by": matter.notice.reply_by,
        "why": matter.why(),
    }
