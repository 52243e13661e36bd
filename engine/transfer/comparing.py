"""Whether two databases hold the same: rows are counted and hashed by one spelling."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from engine.transfer.rows import Row


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds. The same content has the same checksum in every database."""

    rows: int
    checksum: str


def content(parts: Iterable[list[Row]]) -> Content:
    """The content of a table, from its rows in the order of its key, some at a time."""
    total, hashed = 0, sha256()
    for rows in parts:
        total += len(rows)
        # Without its brackets, so that it does not matter how many rows came at a time.
        hashed.update(f"{_ENCODER.encode(rows)[1:-1]},".encode())
    return Content(total, hashed.hexdigest())


def _spelt(value: Any) -> str:
    """What JSON has no form for: days and moments in theirs of ISO 8601, files by their hash."""
    if isinstance(value, date):
        return value.isoformat()
    return sha256(value).hexdigest()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_spelt)
