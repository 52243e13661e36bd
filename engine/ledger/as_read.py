"""A ledger item by item as it was understood, to be held against the file before it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.ledger.measures import left_out
from engine.ledger.values import Ledger, LedgerProject, LedgerTarget


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item or measure.

    Attributes:
        number: of an item ``3``, of its measures ``3-1``.
        targets: in words, with what its text says that is none: 其中市区5所.
    """

    number: str
    field: str
    title: str
    lead_units: tuple[str, ...]
    due: date
    targets: str


def as_read(ledger: Ledger) -> tuple[ReadItem, ...]:
    """The items and all that they are broken down into, each before its parts."""
    return tuple(
        ReadItem(number, item.field, item.title, item.lead_units, item.due, _worded(item.targets))
        for project in ledger.projects
        for number, item in _numbered(str(project.number), project)
    )


def _numbered(path: str, item: LedgerProject) -> Iterator[tuple[str, LedgerProject]]:
    yield path, item
    for measure in item.measures:
        yield from _numbered(f"{path}-{measure.number}", measure)


def _worded(targets: Sequence[LedgerTarget]) -> str:
    read = "；".join(f"{target.metric} {target.planned:f}{target.unit}" for target in targets)
    texts = dict.fromkeys(target.text for target in targets)
    besides = "、".join(aside for text in texts for aside in left_out(text))
    return f"{read}（不另计：{besides}）" if besides else read
