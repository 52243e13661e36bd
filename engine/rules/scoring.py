"""考核评分: the score that follows from what happened, by a published table of points.

Units only, never a person; no order of merit. Lead units answer for an item in full, support units
do not (牵头单位全额计分，配合单位不计). Every line but the base rests on one journal event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.rules.assessments import ScoreItem
from engine.rules.conditions import written
from engine.rules.score_table import Bonus, Deduction, ScoreTable
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, NoticeKind, Timeliness

ZERO, WHOLE = Decimal(0), Decimal(100)


OF_NOTICE = {
    NoticeKind.CHASE: ScoreItem.CHASE,
    NoticeKind.YELLOW_WARNING: ScoreItem.YELLOW,
    NoticeKind.RED_WARNING: ScoreItem.RED,
    NoticeKind.CIRCULAR: ScoreItem.CIRCULAR,
}
REPORTS = (DeadlineKind.FIRST_REPORT, DeadlineKind.REPORT)
ENDS = (DeadlineKind.COMPLETION, DeadlineKind.RECTIFICATION)


@dataclass(frozen=True, slots=True)
class Duty:
    """A date that bound a unit.

    Attributes:
        due: the date that counts: the first one, or a later one that was lawfully set (approved
            extension, time suspended, list revised); never one that a failed re-check gave.
        met_on: when it was met; None when it was not.
        event: the journal event that tells of it: met, or else set.
    """

    kind: DeadlineKind
    name: str
    due: date
    met_on: date | None
    event: int


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the journal tells of an item, on a day."""

    text: str
    on: date
    event: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A notice that reached the unit; a revoked one is not among the facts.

    Attributes:
        about: the codes of the items it names.
        disputed: whether a review of it is not decided yet.
    """

    kind: NoticeKind
    number: int
    about: tuple[str, ...]
    on: date
    event: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The final figure of a promise, both in its unit; None when never reported."""

    metric: str
    unit: str
    form: TargetForm
    planned: Decimal
    actual: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One item that the unit leads.

    Attributes:
        until: the last day on which its clocks ran: the day of the score, or earlier where it
            was ended, suspended or handed to the office for verification.
        disputed: whether a review of the item itself is not decided yet.
        closed: its closure with the class it has for ever; None while it is open.
    """

    code: str
    until: date
    duties: tuple[Duty, ...]
    failed: tuple[Happening, ...] = ()
    closed: Happening | None = None
    timeliness: Timeliness | None = None
    results: tuple[Result, ...] = ()
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """All that a unit's score rests on."""

    items: tuple[ScoredItem, ...]
    notices: tuple[Issued, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """得分项: points given (or taken, negative), why, and the journal event it rests on."""

    item: ScoreItem
    points: Decimal
    text: str
    event: int | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something that may count."""

    item: ScoreItem
    text: str
    on: date
    event: int
    disputed: bool = False


def score(facts: UnitFacts, table: ScoreTable) -> tuple[Line, ...]:
    """The lines of a unit's score, item by item of the table, each item in order of time."""
    lines = [Line(ScoreItem.BASE, table.base.points, "每个牵头单位的基础分")]
    marks = sorted(_marks(facts, table), key=lambda mark: (mark.on, mark.event, mark.text))
    for item in ScoreItem:
        own = [mark for mark in marks if mark.item is item]
        deduction: Deduction | None = getattr(table.deductions, item.value, None)
        bonus: Bonus | None = getattr(table.bonuses, item.value, None)
        if deduction:
            lines += _taken(own, deduction)
        elif bonus:
            lines += _given(own, bonus)
    lines = _bounded(lines, table.bonuses.at_most)
    return with_floor(lines, table)


def total(lines: Iterable[Line]) -> Decimal:
    """The sum of the lines."""
    return sum((line.points for line in lines), ZERO)


def with_floor(lines: Iterable[Line], table: ScoreTable) -> tuple[Line, ...]:
    """The lines, with one more that lifts the sum to the table's floor where it is below."""
    kept = tuple(line for line in lines if line.item is not ScoreItem.FLOOR)
    short = table.floor - total(kept)
    if short <= 0:
        return kept
    return (*kept, Line(ScoreItem.FLOOR, short, f"总分不低于{table.floor.normalize():f}分"))


def _marks(facts: UnitFacts, table: ScoreTable) -> Iterator[_Mark]:
    for item in facts.items:
        yield from _of_duties(item)
        for failure in item.failed:
            text = f"{item.code} 复查不合格，重新办理：{failure.text}"
            mark = _Mark(ScoreItem.RECHECK_FAILED, text, failure.on, failure.event, item.disputed)
            yield mark
        yield from _merits(item, table)
    items = {item.code: item for item in facts.items}
    for notice in facts.notices:
        named = [items[code] for code in notice.about if code in items]
        text = f"{notice.kind.label}（通知{notice.number}）：{'、'.join(notice.about)}"
        disputed = notice.disputed or (bool(named) and all(item.disputed for item in named))
        yield _Mark(OF_NOTICE[notice.kind], text, notice.on, notice.event, disputed)


def _of_duties(item: ScoredItem) -> Iterator[_Mark]:
    for duty in item.duties:
        late = duty.met_on is not None and duty.met_on > duty.due
        missed = duty.met_on is None and duty.due < item.until
        if not (late or missed):
            continue
        what = _name_of(duty.kind, late)
        if what is None:
            continue
        done = f"{written(duty.met_on)}才完成" if duty.met_on else "未完成"
        text = f"{item.code} {duty.name}：计分时限{written(duty.due)}，{done}"
        yield _Mark(what, text, duty.met_on or duty.due, duty.event, item.disputed)


def _name_of(kind: DeadlineKind, late: bool) -> ScoreItem | None:
    if kind is DeadlineKind.PLAN:
        return ScoreItem.PLAN_LATE if late else ScoreItem.PLAN_MISSED
    if kind in REPORTS:
        return ScoreItem.REPORT_LATE if late else ScoreItem.REPORT_MISSED
    return ScoreItem.FINISHED_LATE if kind in ENDS else None


def _merits(item: ScoredItem, table: ScoreTable) -> Iterator[_Mark]:
    """Early, and over target: of what was verified and closed, and never failed a re-check."""
    if item.closed is None or item.failed:
        return
    if item.timeliness is Timeliness.EARLY:
        text = f"{item.code} 提前一个月以上办结"
        yield _Mark(ScoreItem.EARLY, text, item.closed.on, item.closed.event, item.disputed)
    over = table.bonuses.over_target
    surplus = _surplus(item.results) if over else ZERO
    if over and surplus >= over.by_percent:
        text = f"{item.code} 指标全部完成，最高超额{surplus.quantize(Decimal('0.1'))}%"
        yield _Mark(ScoreItem.OVER_TARGET, text, item.closed.on, item.closed.event, item.disputed)


def _surplus(results: tuple[Result, ...]) -> Decimal:
    """How far the best target is over its promise, in percent; 0 while any falls short."""
    if not results or any(r.actual is None or r.actual < r.planned for r in results):
        return ZERO
    counted = [r for r in results if r.form is not TargetForm.ALL and r.planned > 0]
    return max(
        ((r.actual or ZERO) / r.planned * WHOLE - WHOLE for r in counted),
        default=ZERO,
    )


def _taken(marks: list[_Mark], deduction: Deduction) -> Iterator[Line]:
    """Each mark becomes a line; what waits for a review takes nothing and is not counted."""
    left, count = deduction.at_most, 0
    for mark in marks:
        if mark.disputed:
            yield _waits(mark)
            continue
        count += 1
        if count % deduction.every:
            turn = count % deduction.every
            note = f"（第{turn}次，满{deduction.every}次扣分）"
            yield Line(mark.item, ZERO, mark.text + note, mark.event)
            continue
        points, left, note = _within(deduction.points, left)
        yield Line(mark.item, -points, mark.text + note, mark.event)


def _given(marks: list[_Mark], bonus: Bonus) -> Iterator[Line]:
    left = bonus.at_most
    for mark in marks:
        if mark.disputed:
            yield _waits(mark)
            continue
        points, left, note = _within(bonus.points, left)
        yield Line(mark.item, points, mark.text + note, mark.event)


def _waits(mark: _Mark) -> Line:
    return Line(mark.item, ZERO, f"{mark.text}（异议复核中，暂不计分）", mark.event)


def _within(points: Decimal, left: Decimal | None) -> tuple[Decimal, Decimal | None, str]:
    """The points that fit under what is left of a bound, what is left then, and a note."""
    if left is None:
        return points, None, ""
    fit = min(points, left)
    return fit, left - fit, "" if fit == points else "（本项已到上限）"


def _bounded(lines: list[Line], at_most: Decimal | None) -> list[Line]:
    """The lines with all bonuses together under their bound, later ones giving way."""
    left, bounded = at_most, []
    for line in lines:
        if line.points > 0 and line.item is not ScoreItem.BASE:
            points, left, note = _within(line.points, left)
            line = replace(line, points=points, text=line.text + note.replace("本项", "加分"))
        bounded.append(line)
    return bounded
