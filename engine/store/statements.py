"""Two things that every store module needs and SQLAlchemy leaves to the dialect."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_ignoring_doubles(session: Session, table: type[Any]) -> Any:
    """An INSERT that leaves a row alone whose unique key is taken."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def rows_changed(session: Session, statement: Executable) -> int:
    """Run a statement and tell how many rows it wrote."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
