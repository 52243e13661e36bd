"""The papers on many items: monthly brief and push, circular; and what all papers have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.rules import papers
from engine.rules.totals import FieldCount
from engine.rules.words import NoticeKind, PostKind
from notifications import phrases
from notifications.entries import (
    Entry,
    TableRow,
    problem_entry,
    pushed_entry,
    standing_entry,
    table_row,
)
from notifications.filters import cutoff
from notifications.words import DRAFT, Matter, Subject, Why


class Paper:
    """A view that is a paper by itself: it goes by its heading and has no date of its own."""

    __slots__ = ()
    heading: str

    @property
    def name(self) -> str:
        return self.heading

    @property
    def due(self) -> date | None:
        return None

    @property
    def past(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class SummaryView(Paper):
    """What every paper has.

    Attributes:
        number: the notice's number.
        day: the day it is dated.
        label: the kind in Chinese.
        heading: the paper's title.
        headline: the counts, in one phrase.
        audience: the posts the policy names, the first being the main one.
    """

    kind: NoticeKind
    number: int
    day: date
    label: str
    heading: str
    headline: str
    unit: str
    audience: tuple[PostKind, ...]
    is_draft: bool
    signature: str
    reply_by: date | None
    why: Why

    @property
    def climbed(self) -> bool:
        """A unit's digest reaches a reader elsewhere only when the unit's posts are empty."""
        return self.kind in (NoticeKind.WEEKLY_DIGEST, NoticeKind.MONTHLY_PUSH)

    @property
    def template(self) -> str:
        return "weekly"

    @property
    def subject(self) -> Subject:
        if self.is_draft:
            return Subject(DRAFT, self.heading)
        return Subject(f"【{self.label}】", self.heading, f"：{self.headline}")


@dataclass(frozen=True, slots=True)
class BriefView(SummaryView):
    """月度专报. The rows of ``fields`` add up to ``total``; ``totals`` says so in words."""

    program: str
    cutoff: date
    totals: str
    total: FieldCount
    fields: tuple[FieldCount, ...]
    lagging: tuple[Entry, ...]
    rectifications: tuple[Entry, ...]

    @property
    def template(self) -> str:
        return "brief"


@dataclass(frozen=True, slots=True)
class CircularView(SummaryView):
    """督查通报, drafted or signed."""

    program: str
    basis: str
    cutoff: date
    totals: str
    total: FieldCount
    named: tuple[Entry, ...]
    annex: tuple[TableRow, ...]
    ask: str
    remark: str

    @property
    def template(self) -> str:
        return "circular"

    @property
    def subject(self) -> Subject:
        return Subject(DRAFT if self.is_draft else f"【{self.label}】", self.heading)


@dataclass(frozen=True, slots=True)
class PushView(SummaryView):
    """一月一促, for one unit; ``previous`` quotes the one that was not answered."""

    month: str
    items: tuple[Entry, ...]
    ask: str
    previous: tuple[str, ...]

    @property
    def template(self) -> str:
        return "push"

    @property
    def subject(self) -> Subject:
        return Subject(f"【{self.label}】", f"{self.unit}（{self.month}）", f"：{self.headline}")


def push_view(matter: Matter) -> PushView:
    """The view of a unit's monthly push.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    items = papers.push_from_data(matter.facts["paper"]).items
    day = matter.moment.day
    month = f"{day.year}年{day.month}月{matter.other_list}"
    heading = f"{matter.unit}{matter.notice.kind.label}（{month}）"
    return PushView(
        **common(matter, heading, f"{len(items)}项未办结{'，前次未答复' * bool(matter.quoted)}"),
        month=month,
        items=tuple(pushed_entry(item.standing, item.texts) for item in items),
        ask=matter.ask,
        previous=matter.quoted,
    )


def brief_view(matter: Matter) -> BriefView:
    """The view of a monthly brief."""
    brief = papers.brief_from_data(matter.facts["paper"])
    return BriefView(
        **common(matter, phrases.one_line(matter.notice.title), _counts(brief.total)),
        program=matter.program.name,
        cutoff=brief.cutoff,
        totals=phrases.totals(brief.total),
        total=brief.total,
        fields=brief.by_field,
        lagging=tuple(standing_entry(s, s.unit, brief.cutoff) for s in brief.lagging),
        rectifications=tuple(problem_entry(s, s.unit) for s in brief.rectifications),
    )


def circular_view(matter: Matter) -> CircularView:
    """The view of a circular, drafted or signed.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    paper = papers.circular_from_data(matter.facts["paper"])
    heading = phrases.one_line(matter.notice.title)
    until = f"截至{cutoff(paper.cutoff)}"
    if until not in heading:
        heading += f"（{until}）"
    return CircularView(
        **common(matter, heading, f"点名{len(paper.named)}项"),
        program=matter.program.name,
        basis=matter.basis,
        cutoff=paper.cutoff,
        totals=phrases.totals(paper.total),
        total=paper.total,
        named=tuple(
            standing_entry(item.standing, item.standing.unit, paper.cutoff, item.texts)
            for item in paper.named
        ),
        annex=tuple(table_row(item.standing, paper.cutoff) for item in paper.named),
        ask=matter.ask,
        remark=matter.remark,
    )


def common(matter: Matter, heading: str, headline: str) -> dict[str, Any]:
    """What every paper has, from its notice."""
    return {
        "kind": matter.notice.kind,
        "number": matter.notice.id,
        "day": matter.day,
        "label": matter.notice.kind.label,
        "heading": heading,
        "headline": headline,
        "unit": matter.unit,
        "audience": matter.audience,
        "is_draft": matter.is_draft,
        "signature": matter.signature,
        "reply_by": matter.notice.reply_by,
        "why": matter.why(),
    }


def _counts(count: FieldCount) -> str:
    return (
        f"共{count.total}件，绿灯{count.green}、黄灯{count.yellow}、"
        f"红灯{count.red}、办结{count.done}" + (f"、停{count.stopped}" if count.stopped else "")
    )
