"""An item of a list as rows of a sheet: its own, and below them those of its measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from engine.ledger.blocks import LEVELS
from engine.ledger.dates import read_date
from engine.ledger.layout import Layout
from engine.ledger.steps import read_step, split_steps
from engine.ledger.values import LedgerMilestone, LedgerProject, LedgerTarget
from engine.ledger.wording import WordingError
from engine.outcomes import Outcome, Path
from engine.rules.conditions import written
from engine.rules.words import Urgency
from engine.sheets.page import Value, joined

ROW_ROLES = ("metric", "value", "unit", "note", "targets", "result")
"""Roles of which each target has its own; all others hold for the item."""


@dataclass(slots=True)
class Block:
    """An item, or a measure of one.

    Attributes:
        rows: what stands in its own rows, by role; one for each target.
        shared: what stands once for all of them.
    """

    path: Path
    title: str
    rows: list[dict[str, Value]]
    shared: dict[str, Value]
    parts: list[Block] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How many rows it takes with all its parts."""
        return len(self.rows) + sum(part.height for part in self.parts)


def block_of(
    item: LedgerProject,
    path: Path,
    year: int,
    layout: Layout,
    outcomes: Mapping[Path, Outcome],
) -> Block:
    """The rows of an item as its layout wants them."""
    roles = {column.role for column in layout.columns}
    outcome = outcomes.get(path)
    rows = _rows(item, roles, outcome)
    shared = _shared(item, path, year, layout.written.get("-".join(map(str, path)), {}))
    if outcome is not None:
        shared |= _standing(outcome)
    if "content" in rows[0]:
        del shared["content"]
    parts = [
        block_of(measure, (*path, measure.number), year, layout, outcomes)
        for measure in item.measures
        if len(path) <= len(LEVELS)
    ]
    if any(part.shared["urgency"] for part in parts):
        # What stands beside the first part alone would be read as the whole's.
        shared["urgency"] = item.urgency.label
    return Block(path, item.title, rows, shared, parts)


def _rows(item: LedgerProject, roles: set[str], outcome: Outcome | None) -> list[dict[str, Value]]:
    groups = [list(group) for _, group in groupby(item.targets, key=_cells_of(roles))]
    by_value = "value" in roles
    rows = [_row(group, outcome, named=not by_value or len(group) > 1) for group in groups]
    texts = [group[0].text for group in groups]
    if not (by_value or "targets" in roles):
        if "\n".join(texts) != item.content:
            return [{"result": "\n".join(str(row["result"]) for row in rows)}]
        rows = [row | {"content": text} for row, text in zip(rows, texts, strict=True)]
    return rows or [{}]


def _cells_of(roles: set[str]) -> Callable[[LedgerTarget], tuple[str, ...]]:
    """What must be the same for two targets to stand in one row: 29条68公里 is one cell."""

    def cells(target: LedgerTarget) -> tuple[str, ...]:
        if "value" in roles:
            return (target.metric, target.text, target.note)
        return (target.text,)

    return cells


def _row(
    group: Sequence[LedgerTarget], outcome: Outcome | None, *, named: bool
) -> dict[str, Value]:
    first = group[0]
    results = outcome.results if outcome else {}
    texts = [(t.metric, results.get((t.metric, t.unit), "")) for t in group]
    said = [f"{metric}：{text}" if named else text for metric, text in texts if text]
    return {
        "metric": first.metric,
        "value": first.text,
        "unit": first.unit,
        "note": first.note,
        "targets": first.text,
        "result": "\n".join(said),
    }


def _shared(
    item: LedgerProject, path: Path, year: int, words: Mapping[str, str]
) -> dict[str, Value]:
    urgency = "" if item.urgency is Urgency.NORMAL else item.urgency.label
    return {
        "number": path[0],
        "title": item.title,
        "content": item.content,
        "lead_units": "、".join(item.lead_units),
        "support_units": "、".join(item.support_units),
        "sponsor": item.sponsor,
        "due": _due(item.due, year, words.get("due", "")),
        "steps": _steps(item.milestones, year, words.get("steps", "")),
        "urgency": urgency,
        "sources": "、".join(map(str, item.sources)),
        "follows": item.follows,
        "succession": item.succession.label if item.succession else "",
        "remark": item.remark,
    }


def _standing(outcome: Outcome) -> dict[str, Value]:
    return {
        "state": outcome.state.label,
        "light": outcome.light.label,
        "now": outcome.due,
        "first": outcome.original_due,
        "notes": joined(outcome.notes),
    }


def _due(day: date, year: int, text: str) -> Value:
    """The date in the words of the file, as long as they still say it."""
    try:
        kept = bool(text) and read_date(text, year) == day
    except WordingError:
        kept = False
    return text if kept and not _is_figures(text) else day


def _is_figures(text: str) -> bool:
    """A date that was a date in the file goes out as one."""
    return text.isdecimal() or (text[:4].isdecimal() and text[4:5] == "-")


def _steps(steps: Sequence[LedgerMilestone], year: int, text: str) -> str:
    try:
        kept = tuple(read_step(step, year) for step in split_steps(text)) == tuple(steps)
    except WordingError:
        kept = False
    return text if kept else "；\n".join(_step(step, year) for step in steps)


def _step(step: LedgerMilestone, year: int) -> str:
    """A step so that it reads as it is: its share behind it, unless its name says it."""
    plain = f"{written(step.due)}前{step.name}"
    if step.planned_percent is None or _reads_as(plain, year, step):
        return plain
    return f"{plain}（{step.planned_percent.normalize():f}%）"


def _reads_as(text: str, year: int, step: LedgerMilestone) -> bool:
    try:
        return read_step(text, year) == step
    except WordingError:
        return False


def everything(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with all that they are broken down into."""
    for block in blocks:
        yield block
        yield from everything(block.parts)
