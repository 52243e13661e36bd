"""The columns of a ledger that goes out: those it came in with, and what has been added since."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.ledger.blocks import LEVELS
from engine.ledger.dates import read_day
from engine.ledger.layout import RESULTS, Column, Layout
from engine.ledger.values import Ledger
from engine.ledger.wording import WordingError, without_parentheses
from engine.rules.conditions import written
from engine.sheets.blocks import block_of, everything

# Heading and width of each role's column where the file had none.
DEFAULTS: Mapping[str, tuple[str, float]] = {
    "number": ("序号", 6),
    "field": ("领域", 14),
    "title": ("实事项目", 20),
    "measure": ("工作措施", 24),
    "part": ("分解任务", 24),
    "local": ("县市任务", 24),
    "content": ("目标任务", 30),
    "metric": ("指标名称", 18),
    "value": ("目标值", 14),
    "note": ("指标说明", 14),
    "lead_units": ("牵头单位", 16),
    "support_units": ("配合单位", 18),
    "sponsor": ("领办领导", 12),
    "due": ("完成时限", 14),
    "steps": ("节点", 32),
    "urgency": ("紧急程度", 10),
    "sources": ("来源建议", 12),
    "follows": ("上年事项", 12),
    "succession": ("延续拓展", 10),
    "remark": ("备注", 20),
}
USUAL = ("number", "field", "title", "content", "metric", "value", "lead_units", "due")
RESULT_WIDTHS = {"result": 26, "state": 10, "light": 12, "now": 14, "first": 14, "notes": 20}
HEAD_LABELS = (
    ("发文机关", "issuer"),
    ("年度", "year"),
    ("文号", "document"),
    ("批准机关", "approver"),
    ("批准日期", "approved_on"),
)


def default_layout(ledger: Ledger) -> Layout:
    """For a list that came in as YAML: the usual columns, in the usual order."""
    values = _values(ledger)
    lines = [f"{label}：{values[role]}" for label, role in HEAD_LABELS if values[role]]
    if ledger.batch > 1:
        lines.append(f"批次：{ledger.batch}")
    return Layout(
        sheet="民生实事台账",
        head=(ledger.title, f"依据：{ledger.basis}", "\n".join(lines)),
        said={},
        columns=tuple(Column(*_default(role)) for role in DEFAULTS if role in USUAL),
        contact_sheet="责任单位联系表" if ledger.posts else "",
        contact_title="责任单位联系表" if ledger.posts else "",
    )


def _default(role: str) -> tuple[str, str, float]:
    heading, width = DEFAULTS[role]
    return heading, role, width


def completed(layout: Layout, ledger: Ledger) -> Layout:
    """The layout with a column for everything that the list has come to say since, and for the
    results."""
    there = {column.role for column in layout.columns}
    wanted = _needed(ledger, layout)
    columns = list(layout.columns)
    for role in DEFAULTS:
        if role in wanted and role not in there:
            columns.insert(_place_of(role, columns), Column(*_default(role)))
    columns += [
        Column(names[0], role, RESULT_WIDTHS[role])
        for role, names in RESULTS.items()
        if role not in there
    ]
    return replace(layout, columns=tuple(columns))


def _needed(ledger: Ledger, layout: Layout) -> set[str]:
    blocks = [block_of(item, (item.number,), ledger.year, layout, {}) for item in ledger.projects]
    all_blocks = list(everything(blocks))
    said = {role for block in all_blocks for role, value in block.shared.items() if value}
    said |= {"note"} if any(row.get("note") for b in all_blocks for row in b.rows) else set()
    depth = max((len(block.path) for block in all_blocks), default=1)
    said |= set(LEVELS[: depth - 1])
    if not layout.sections and any(item.field for item in ledger.projects):
        said.add("field")
    by_prose = not ({"value", "metric"} & {column.role for column in layout.columns})
    return said - ({"note"} if by_prose else set())


def _place_of(role: str, columns: Sequence[Column]) -> int:
    """Behind the nearest column that usually stands before it."""
    order = list(DEFAULTS)
    before = set(order[: order.index(role)])
    places = [place for place, column in enumerate(columns, 1) if column.role in before]
    return max(places, default=0)


def _values(ledger: Ledger) -> dict[str, str]:
    """What the rows above the heading say of the list."""
    return {
        "title": ledger.title,
        "basis": ledger.basis,
        "issuer": ledger.issuer,
        "year": str(ledger.year),
        "document": ledger.document,
        "approver": ledger.approver,
        "approved_on": written(ledger.approved_on) if ledger.approved_on else "",
    }


def head_of(layout: Layout, ledger: Ledger) -> list[str]:
    """The rows above the heading, as they were, with what has changed since."""
    rows = list(layout.head)
    for role, now in _values(ledger).items():
        before = layout.said.get(role, "")
        if before and now and not _says(role, before, now, ledger):
            rows = [_replaced(row, role, before, now) for row in rows]
    return rows


def _says(role: str, before: str, now: str, ledger: Ledger) -> bool:
    if role == "year":
        return now in before
    if role != "approved_on":
        return before == now
    try:
        return read_day(without_parentheses(before)) == ledger.approved_on
    except WordingError:
        return False


def _replaced(row: str, role: str, before: str, now: str) -> str:
    if role == "title":
        return now if row == before else row
    return re.sub(rf"([:：]\s*){re.escape(before)}", lambda m: m.group(1) + now, row)
