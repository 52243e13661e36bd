"""一周一督: the digest of a unit, and the list of the office with its counts by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.rules import papers
from engine.rules.silences import silence_from_data
from engine.rules.totals import check_table
from engine.rules.words import NoticeKind, ProjectKind
from notifications.entries import (
    Entry,
    doubted_entry,
    due_entry,
    objected_entry,
    problem_entry,
    silenced_entry,
    standing_entry,
)
from notifications.summaries import SummaryView, common
from notifications.words import Matter, Subject

TWO_WEEKS = 10  # working days
OF_CONGRESS = (ProjectKind.OPINION, ProjectKind.PROBLEM)


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one heading; ``short`` names it in a subject."""

    title: str
    short: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """How many items of each heading a unit has; the last row is their sum."""

    unit: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeeklyView(SummaryView):
    """一周一督, for a unit or for the office; only headings that have items.

    ``table`` counts the office's list by unit; empty in a unit's own digest.
    """

    week: str
    groups: tuple[Group, ...]
    table: tuple[UnitRow, ...]

    @property
    def subject(self) -> Subject:
        title = f"{self.unit}（{self.week}）" if self.unit else self.week
        return Subject(f"【{self.label}】", title, f"：{self.headline}")


def weekly_view(matter: Matter) -> WeeklyView:
    """The view of a unit's weekly digest or of the office's weekly list."""
    paper = papers.weekly_from_data(matter.facts["paper"])
    moment, days = matter.moment, matter.policy.weekly.look_ahead
    ahead = "两周内" if days == TWO_WEEKS else f"{days}个工作日内"
    due_soon = tuple(due_entry(i, _unless(i.unit, matter.unit), moment.day) for i in paper.due_soon)
    overdue = tuple(due_entry(i, _unless(i.unit, matter.unit), moment.day) for i in paper.overdue)
    behind = tuple(
        standing_entry(s, _unless(s.unit, matter.unit), moment.day) for s in paper.behind
    )
    handed, others = _told_every_week(paper, matter.unit)
    doubted = tuple(doubted_entry(doubt) for doubt in matter.facts.get("doubts", ()))
    objected = tuple(objected_entry(told) for told in matter.facts.get("objections", ()))
    silences = map(silence_from_data, matter.facts.get("silences", ()))
    silenced = tuple(silenced_entry(silence, moment.day) for silence in silences)
    groups = (
        Group(f"{ahead}到期", f"{ahead}到期", due_soon),
        Group("已逾期未完成", "逾期", overdue),
        Group("亮黄灯、红灯的事项", "黄灯红灯", behind),
        Group("人大交办问题", "人大交办", handed),
        Group("待整改问题", "待整改", others),
        Group("填报有疑点、单位已作说明", "填报疑点", doubted),
        Group("公示异议逾期未办结", "公示异议逾期", objected),
        Group("暂缓提醒（含近一周到期、解除的）", "暂缓", silenced),
    )
    kept = tuple(group for group in groups if group.entries)
    headline = "、".join(f"{group.short}{len(group.entries)}项" for group in kept)
    year, number = moment.period.split("-W")
    week = f"{year}年第{int(number)}周{matter.other_list}"
    heading = f"{matter.unit}{matter.notice.kind.label}（{week}）"
    table = _by_unit(kept) if matter.notice.kind is NoticeKind.WEEKLY_LIST else ()
    return WeeklyView(**common(matter, heading, headline), week=week, groups=kept, table=table)


def _by_unit(groups: Sequence[Group]) -> tuple[UnitRow, ...]:
    """The office's list counted by unit, in the order in which units come up.

    Raises:
        PaperUnsound: the units' figures do not add up to those of the headings.
    """
    units = dict.fromkeys(entry.unit for group in groups for entry in group.entries)
    by_group = [Counter(entry.unit for entry in group.entries) for group in groups]
    rows = [UnitRow(unit, tuple(counts[unit] for counts in by_group)) for unit in units]
    sums = tuple(len(group.entries) for group in groups)
    check_table([group.short for group in groups], [row.figures for row in rows], sums)
    return (*rows, UnitRow("合计", sums))


def _told_every_week(
    paper: papers.WeeklyPaper, reader: str
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What the congress handed over, and what else is told every week."""
    lines = [(s.kind, problem_entry(s, _unless(s.unit, reader))) for s in paper.problems]
    handed = tuple(entry for kind, entry in lines if kind in OF_CONGRESS)
    return handed, tuple(entry for kind, entry in lines if kind not in OF_CONGRESS)


def _unless(unit: str, reader: str) -> str:
    """A unit's name, which need not be repeated to the unit itself."""
    return "" if unit == reader else unit
