"""The rows of a ledger sheet gathered into items, several rows to an item where it has them."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, replace
from functools import partial

from engine.ledger.blocks import LEVELS, Extent, extent_of
from engine.ledger.draft import Entry, ProjectDraft, TargetDraft
from engine.ledger.errors import Place
from engine.ledger.measures import names_targets
from engine.ledger.steps import split_steps
from engine.ledger.table import NUMBERING, Table
from engine.ledger.wording import compact, one_line


@dataclass(slots=True)
class _Group:
    """The rows of one item and the field it stands under."""

    field: Entry
    rows: list[int] = dataclasses.field(default_factory=list)


def read_project_rows(table: Table) -> list[ProjectDraft]:
    """The items of a sheet in its order, several target rows gathered under one number."""
    groups: list[_Group] = []
    field_name = Entry("", Place())
    for row in table.body():
        section = table.section(row)
        if section is not None:
            field_name = section
            continue
        written = table.entry(row, "field")
        if written.text:
            field_name = replace(written, text=one_line(written.text))
        if not groups or not table.continues(row, groups[-1].rows[-1]):
            groups.append(_Group(field_name))
        groups[-1].rows.append(row)
    return [_project(table, group) for group in groups]


def _project(table: Table, group: _Group) -> ProjectDraft:
    return _item(table, extent_of(table, group.rows), group.field)


def _item(table: Table, extent: Extent, field_name: Entry) -> ProjectDraft:
    """An item or, deeper, a measure of one."""
    one = partial(_text, table, extent)
    target_role = next((role for role in ("value", "targets") if table.has(role)), "content")
    nothing = Entry("", table.entry(extent.rows[0], "number").place)
    is_measure = extent.depth > 0
    cells = table.entries(extent.own(table, "steps"), "steps")
    return ProjectDraft(
        number=nothing if is_measure else table.single(extent.rows, "number"),
        field=field_name,
        title=_title(table, extent),
        content=one("content", "\n"),
        lead_units=one("lead_units", "、"),
        support_units=one("support_units", "、"),
        sponsor=one("sponsor"),
        due=one("due"),
        urgency=one("urgency"),
        sources=nothing if is_measure else table.joined(extent.rows, "sources", "、"),
        follows=nothing if is_measure else table.single(extent.rows, "follows"),
        succession=nothing if is_measure else table.single(extent.rows, "succession"),
        remark=one("remark", "；"),
        targets=_targets(table, extent, target_role),
        targets_at=table.entry(extent.rows[0], target_role).place,
        steps=[Entry(step, cell.place) for cell in cells for step in split_steps(cell.text)],
        steps_text="\n".join(cell.text for cell in cells),
        measures=[_item(table, part, field_name) for part in extent.parts],
    )


def _text(table: Table, extent: Extent, role: str, separator: str | None = None) -> Entry:
    """The text of a role, or, with a separator, all its texts; empty where another has it."""
    rows = extent.own(table, role)
    if not rows:
        return Entry("", table.entry(extent.rows[0], role).place)
    return table.single(rows, role) if separator is None else table.joined(rows, role, separator)


def _title(table: Table, extent: Extent) -> Entry:
    if extent.depth == 0:
        return table.single(extent.rows, "title")
    written = table.entry(extent.rows[0], LEVELS[extent.depth - 1])
    return replace(written, text=NUMBERING.sub("", one_line(written.text)))


def _targets(table: Table, extent: Extent, role: str) -> list[TargetDraft]:
    """From columns of their own where there are any, else from the sentences."""
    rows = extent.own(table, role)
    if role != "value":
        found = [TargetDraft(entry, is_prose=True) for entry in table.entries(rows, role)]
        return found or _named_in_title(table, extent, role)
    # A metric and its value may be merged over several rows; the pair counts once.
    first_rows = {table.origins(row, ("metric", "value")): row for row in reversed(rows)}
    drafts = []
    for row in sorted(first_rows.values()):
        metric, value = table.entry(row, "metric"), table.entry(row, "value")
        if metric.text or value.text:
            metric = replace(metric, text=one_line(metric.text))
            unit, note = _unit_beside(table, row, value), table.entry(row, "note")
            drafts.append(TargetDraft(value, metric=metric, unit=unit, note=note))
    return drafts


def _unit_beside(table: Table, row: int, value: Entry) -> Entry:
    """The unit of its own column or, for a bare number, that of the heading above it."""
    unit = table.entry(row, "unit")
    is_bare = not unit.text and re.fullmatch(r"[\d.,]+", compact(value.text))
    return replace(unit, text=table.unit_in_heading("value")) if is_bare else unit


def _named_in_title(table: Table, extent: Extent, role: str) -> list[TargetDraft]:
    """A measure of a sheet without a column for targets may name a quantity, and need not."""
    title = _title(table, extent)
    if extent.depth == 0 or role != "content" or not names_targets(title.text):
        return []
    return [TargetDraft(title, is_prose=True)]
