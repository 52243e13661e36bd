"""The lines of papers on many items, one item each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.rules.papers import DueItem
from engine.rules.progress import Progress
from engine.rules.silences import Silence
from engine.rules.standings import Standing
from engine.rules.words import Light
from notifications import phrases
from notifications.filters import percent, short_day


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list: how it is called, whose it is, what is to be said of it."""

    number: str
    title: str
    unit: str
    light: Light | None
    detail: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One item of an annex, cells in the order of the table's heading; ``targets`` is where each
    promise stands."""

    number: str
    title: str
    unit: str
    light: Light
    planned: str
    actual: str
    lag: str
    due: str
    targets: tuple[str, ...] = ()


def due_entry(item: DueItem, unit: str, on: date) -> Entry:
    """A date to come or past, as it stands on a day."""
    detail = (
        f"{short_day(item.due, on)}（{phrases.called(item.kind, item.what)}），"
        f"{phrases.days_text(item.due, on, item.days_left)}{_silenced(item, '，')}"
    )
    title = phrases.one_line(item.project)
    return Entry(phrases.numbered(item.code), title, unit, None, detail)


def standing_entry(standing: Standing, unit: str, on: date, texts: tuple[str, ...] = ()) -> Entry:
    """An item against its plan, with its date and where each promise stands."""
    parts = (
        phrases.against_plan(_progress(standing)),
        phrases.term(standing, on),
        phrases.DISPUTED * standing.disputed,
        _silenced(standing),
    )
    return Entry(
        number=phrases.numbered(standing.code),
        title=phrases.one_line(standing.title),
        unit=unit,
        light=standing.light,
        detail=_join("，".join(filter(None, parts)), standing.remark),
        texts=(*texts, *map(phrases.stands, standing.targets)),
    )


def problem_entry(standing: Standing, unit: str) -> Entry:
    """A problem or a rectification that is still open."""
    due = f"时限{standing.due.month}月{standing.due.day}日" if standing.due else "时限未定"
    parts = (
        standing.kind.label,
        standing.state.label,
        due,
        phrases.DISPUTED * standing.disputed,
        _silenced(standing),
    )
    return Entry(
        number=phrases.numbered(standing.code),
        title=phrases.one_line(standing.title),
        unit=unit,
        light=standing.light,
        detail=_join("，".join(filter(None, parts)), standing.remark),
    )


def pushed_entry(standing: Standing, texts: tuple[str, ...]) -> Entry:
    """What was handed over and is still open, with the figures it is named for."""
    detail = "，".join(filter(None, (standing.kind.label, *texts, _silenced(standing))))
    return Entry(
        number=phrases.numbered(standing.code),
        title=phrases.one_line(standing.title),
        unit="",
        light=standing.light,
        detail=_join(detail, standing.remark),
    )


def doubted_entry(doubt: Mapping[str, str]) -> Entry:
    """A report whose figures were doubted, and what the unit said to it."""
    return Entry(
        number=phrases.numbered(doubt["code"]),
        title=phrases.one_line(doubt["title"]),
        unit=doubt["unit"],
        light=None,
        detail=phrases.one_line(doubt["text"]),
        texts=(f"单位说明：{phrases.one_line(doubt['explanation'])}",),
    )


def silenced_entry(silence: Silence, on: date) -> Entry:
    """A silence that is in force, or was until lately, and why."""
    end = f"暂缓至{short_day(silence.ends_on, on)}"
    if not silence.holds_on(on):
        how = "已解除" if silence.lifted_on else "已到期"
        end = f"{how}，{short_day(silence.over_on, on)}起恢复提醒"
    return Entry(
        number=phrases.numbered(silence.code) if silence.code else "全部事项",
        title=phrases.one_line(silence.title or silence.unit),
        unit=silence.unit,
        light=None,
        detail=f"{end}，{short_day(silence.starts_on, on)}由{silence.author}设定",
        texts=(f"理由：{phrases.one_line(silence.reason)}",),
    )


def _silenced(line: DueItem | Standing, before: str = "") -> str:
    """That an item is left alone for a while, though its line stays."""
    until = line.silenced_until
    return f"{before}暂缓提醒至{until.month}月{until.day}日" if until else ""


def objected_entry(objection: Mapping[str, str]) -> Entry:
    """An objection of the public that should have been handled by now."""
    return Entry(
        number=phrases.numbered(objection["code"]),
        title=phrases.one_line(objection["title"]),
        unit=objection["unit"],
        light=None,
        detail=f"异议{objection['number']}{objection['text']}",
    )


def _join(detail: str, remark: str) -> str:
    return f"{detail}；{phrases.one_line(remark)}" if remark.strip() else detail


def _progress(standing: Standing) -> Progress:
    return Progress(standing.planned, standing.actual)


def table_row(standing: Standing, on: date) -> TableRow:
    """A line of the annex; the year of ``on`` is not repeated."""
    return TableRow(
        number=standing.code,
        title=phrases.one_line(standing.title),
        unit=standing.unit,
        light=standing.light,
        planned=percent(standing.planned),
        actual=percent(standing.actual),
        lag=phrases.lag(_progress(standing)),
        due=phrases.term(standing, on).removeprefix("时限"),
        targets=tuple(map(phrases.stands, standing.targets)),
    )
