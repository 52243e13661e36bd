"""The items of a list that units were given, each beside what a changed list says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.dates.changing import BEFORE_ASSIGNMENT
from engine.ledger.compare import match_measures
from engine.ledger.values import LedgerProject
from engine.store.tables import Project

Measures = Mapping[tuple[int | None, int | None], Project]
"""Measures by what they are a part of, and their number."""


class Given(NamedTuple):
    """An item or a measure that a unit was given; ``where`` is its place in the list."""

    where: str
    old: LedgerProject
    new: LedgerProject


def given_out(
    before: Mapping[int, LedgerProject],
    after: Mapping[int, LedgerProject],
    rows: Mapping[int, Project],
    measures: Measures,
) -> list[Given]:
    """What both lists have and a unit was given, item by item, each before its measures."""
    return [
        given
        for number in sorted(before.keys() & after.keys())
        for given in _given(f"第{number}项", rows[number], before[number], after[number], measures)
    ]


def _given(
    where: str, row: Project, old: LedgerProject, new: LedgerProject, measures: Measures
) -> Iterator[Given]:
    if row.state not in BEFORE_ASSIGNMENT:
        yield Given(where, old, new)
    for was, now in match_measures(old, new).kept:
        place = f"{where}措施{was.number}"
        yield from _given(place, measures[row.id, was.number], was, now, measures)
