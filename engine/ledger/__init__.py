"""Reading a yearly list (台账) from a file into values; nothing here touches the database."""

from __future__ import annotations

from engine.ledger.errors import LedgerError, LedgerErrors
from engine.ledger.reader import read_ledger
from engine.ledger.values import (
    Ledger,
    LedgerMilestone,
    LedgerPost,
    LedgerProject,
    LedgerTarget,
    LedgerUnit,
    UnitKind,
)
from engine.rules.words import PostKind, Urgency

__all__ = [
    "Ledger",
    "LedgerError",
    "LedgerErrors",
    "LedgerMilestone",
    "LedgerPost",
    "LedgerProject",
    "LedgerTarget",
    "LedgerUnit",
    "PostKind",
    "UnitKind",
    "Urgency",
    "read_ledger",
]
