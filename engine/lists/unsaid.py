"""What a file has no column for stays as it is: a sheet without 可签发 takes nobody's signature
away, and one without 备注 no remark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from engine.ledger.compare import match_measures
from engine.ledger.values import Ledger, LedgerPost, LedgerProject, LedgerUnit

ITEM_COLUMNS = {
    "field": "field",
    "support_units": "support_units",
    "sponsor": "sponsor",
    "steps": "milestones",
    "urgency": "urgency",
    "remark": "remark",
}
"""What an item may leave out, by the role of its column."""
POST_COLUMNS = ("may_sign", "deputy")

Said = TypeVar("Said", LedgerProject, LedgerPost)


def with_unsaid(
    ledger: Ledger,
    units: Sequence[LedgerUnit],
    posts: Sequence[LedgerPost],
    projects: Sequence[LedgerProject] = (),
) -> Ledger:
    """The list with what is registered in the place of what its file has no column for; a file
    without columns (YAML) says all that it means."""
    layout = ledger.layout
    if layout is None:
        return ledger
    told = _roles(layout, "columns") | ({"field"} if layout["sections"] else set())
    lacking = [name for role, name in ITEM_COLUMNS.items() if role not in told]
    known = {project.number: project for project in projects}
    items = tuple(
        _item(known[item.number], item, lacking) if item.number in known else item
        for item in ledger.projects
    )
    ledger = replace(ledger, projects=items)
    return _with_roster(ledger, layout, units, posts) if layout["contacts"] else ledger


def _with_roster(
    ledger: Ledger,
    layout: Mapping[str, Any],
    units: Sequence[LedgerUnit],
    posts: Sequence[LedgerPost],
) -> Ledger:
    told = _roles(layout, "contacts")
    lacking = [name for name in POST_COLUMNS if name not in told]
    known = {(post.unit, post.kind, post.title): post for post in posts}
    kinds = {} if "kind" in told else {unit.name: unit.kind for unit in units}
    return replace(
        ledger,
        units=tuple(replace(u, kind=kinds.get(u.name, u.kind)) for u in ledger.units),
        posts=tuple(
            _kept(known.get((post.unit, post.kind, post.title)), post, lacking)
            for post in ledger.posts
        ),
    )


def _item(old: LedgerProject, new: LedgerProject, lacking: Sequence[str]) -> LedgerProject:
    before = {now.number: was for was, now in match_measures(old, new).kept}
    measures = tuple(
        _item(before[part.number], part, lacking) if part.number in before else part
        for part in new.measures
    )
    return replace(_kept(old, new, lacking), measures=measures)


def _kept(old: Said | None, new: Said, lacking: Sequence[str]) -> Said:
    return new if old is None else replace(new, **{name: getattr(old, name) for name in lacking})


def _roles(layout: Mapping[str, Any], columns: str) -> set[str]:
    return {column["role"] for column in layout[columns]}
