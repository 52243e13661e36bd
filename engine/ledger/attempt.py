"""Reading one text: its value, or a fault at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.ledger.draft import Entry
from engine.ledger.errors import Faults
from engine.ledger.wording import WordingError

Value = TypeVar("Value")


def attempt(entry: Entry, read: Callable[[str], Value], faults: Faults) -> Value | None:
    """What `read` makes of a text; None, and a fault, where it cannot."""
    try:
        return read(entry.text)
    except WordingError as error:
        faults.add_wording(entry.place, error)
        return None
