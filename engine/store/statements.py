"""What the store needs and SQLAlchemy leaves to the dialect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.store.tables import Base


def insert_ignoring_doubles(session: Session, table: type[Any]) -> Any:
    """An INSERT that leaves a row alone whose unique key is taken."""
    return _insert(session, table).on_conflict_do_nothing()


def insert_replacing_doubles(session: Session, table: type[Any], key: Sequence[str]) -> Any:
    """An INSERT that takes the place of a row with the same unique key."""
    statement = _insert(session, table)
    columns = {c.name for c in table.__table__.columns if not c.primary_key} - set(key)
    replaced = {name: statement.excluded[name] for name in sorted(columns)}
    return statement.on_conflict_do_update(index_elements=list(key), set_=replaced)


def _insert(session: Session, table: type[Any]) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def table_of(entity: type[Base]) -> Table:
    """The bare table of an entity: what is written by the thousand needs no unit of work."""
    return cast("Table", entity.__table__)


def rows_changed(session: Session, statement: Executable) -> int:
    """Run a statement and tell how many rows it wrote."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
