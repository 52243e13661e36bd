"""The units to choose from in a filter, by number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
from engine.store.tables import Unit
from web.console.given import Choice


def numbered_units(session: Session) -> list[Choice]:
    """All units, in the order of the roster."""
    return [Choice(str(row.id), row.name) for row in rows(session, _UNITS)]


_UNIT = table_of(Unit).c
_UNITS = select(_UNIT.id, _UNIT.name).order_by(_UNIT.id)
