"""The papers on many items: weekly digest and list, monthly brief, circular."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.rules import papers
from engine.rules.papers import FieldCount
from engine.rules.words import NoticeKind, PostKind
from notifications import phrases
from notifications.entries import (
    Entry,
    TableRow,
    due_entry,
    problem_entry,
    standing_entry,
    table_row,
)
from notifications.filters import cutoff
from notifications.words import DRAFT, Matter, Subject, Why

TWO_WEEKS = 10  # working days


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one heading; ``short`` names it in a subject."""

    title: str
    short: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SummaryView:
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
    def name(self) -> str:
        return self.heading

    @property
    def due(self) -> date | None:
        return None

    @property
    def past(self) -> bool:
        return False

    @property
    def climbed(self) -> bool:
        """A unit's digest reaches a reader elsewhere only when the unit's posts are empty."""
        return self.kind is NoticeKind.WEEKLY_DIGEST

    @property
    def template(self) -> str:
        return "weekly"

    @property
    def subject(self) -> Subject:
        if self.is_draft:
            return Subject(DRAFT, self.heading)
        return Subject(f"【{self.label}】", self.heading, f"：{self.headline}")


@dataclass(frozen=True, slots=True)
class WeeklyView(SummaryView):
    """一周一督, for a unit or for the office; only headings that have items."""

    week: str
    groups: tuple[Group, ...]

    @property
    def subject(self) -> Subject:
        title = f"{self.unit}（{self.week}）" if self.unit else self.week
        return Subject(f"【{self.label}】", title, f"：{self.headline}")


@dataclass(frozen=True, slots=True)
class BriefView(SummaryView):
    """月度专报. The rows of ``fields`` add up to ``total``."""

    program: str
    cutoff: date
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
    total: FieldCount
    named: tuple[Entry, ...]
    annex: tuple[TableRow, ...]
    ask: str

    @property
    def template(self) -> str:
        return "circular"

    @property
    def subject(self) -> Subject:
        return Subject(DRAFT if self.is_draft else f"【{self.label}】", self.heading)


def weekly_view(matter: Matter) -> WeeklyView:
    """The view of a unit's weekly digest or of the office's weekly list."""
    paper = papers.weekly_from_data(matter.facts["paper"])
    moment, days = matter.moment, matter.policy.weekly.look_ahead
    ahead = "两周内" if days == TWO_WEEKS else f"{days}个工作日内"
    due_soon = tuple(due_entry(i, _unless(i.unit, matter.unit), moment.day) for i in paper.due_soon)
    overdue = tuple(due_entry(i, _unless(i.unit, matter.unit), moment.day) for i in paper.overdue)
    behind = tuple(standing_entry(s, _unless(s.unit, matter.unit)) for s in paper.behind)
    problems = tuple(problem_entry(s, _unless(s.unit, matter.unit)) for s in paper.problems)
    groups = (
        Group(f"{ahead}到期", f"{ahead}到期", due_soon),
        Group("已逾期未完成", "逾期", overdue),
        Group("落后序时进度", "落后", behind),
        Group("待整改与交办问题", "问题", problems),
    )
    kept = tuple(group for group in groups if group.entries)
    headline = "、".join(f"{group.short}{len(group.entries)}项" for group in kept)
    year, number = moment.period.split("-W")
    week = f"{year}年第{int(number)}周"
    heading = f"{matter.unit}{matter.notice.kind.label}（{week}）"
    return WeeklyView(**_common(matter, heading, headline), week=week, groups=kept)


def brief_view(matter: Matter) -> BriefView:
    """The view of a monthly brief."""
    brief = papers.brief_from_data(matter.facts["paper"])
    return BriefView(
        **_common(matter, phrases.one_line(matter.notice.title), _counts(brief.total)),
        program=matter.program.name,
        cutoff=brief.cutoff,
        total=brief.total,
        fields=brief.by_field,
        lagging=tuple(standing_entry(s, s.unit) for s in brief.lagging),
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
        **_common(matter, heading, f"点名{len(paper.named)}项"),
        program=matter.program.name,
        basis=matter.basis,
        cutoff=paper.cutoff,
        total=paper.total,
        named=tuple(
            standing_entry(item.standing, item.standing.unit, item.texts) for item in paper.named
        ),
        annex=tuple(table_row(item.standing, paper.cutoff) for item in paper.named),
        ask=matter.ask,
    )


def _common(matter: Matter, heading: str, headline: str) -> dict[str, Any]:
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
        f"红灯{count.red}、办结{count.done}"
    )


def _unless(unit: str, reader: str) -> str:
    """A unit's name, which need not be repeated to the unit itself."""
    return "" if unit == reader else unit
