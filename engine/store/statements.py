"""What the store needs and SQLAlchemy leaves to the dialect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Result, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.store.tables import Base

T = TypeVar("T")

AT_A_TIME = 5_000
"""How many values a statement names, well below what the databases allow."""

Found = Row[*tuple[Any, ...]]
"""A row as a query over bare tables finds it: its columns by name."""


def insert_ignoring_doubles(session: Session, table: type[Any]) -> Any:
    """An INSERT that leaves a row alone whose unique key is taken."""
    return _ignoring_doubles(session.get_bind().dialect.name, table_of(table))


def insert_replacing_doubles(session: Session, table: type[Any], key: Sequence[str]) -> Any:
    """An INSERT that takes the place of a row with the same unique key."""
    statement = _insert(session.get_bind().dialect.name, table_of(table))
    columns = {c.name for c in table.__table__.columns if not c.primary_key} - set(key)
    replaced = {name: statement.excluded[name] for name in sorted(columns)}
    return statement.on_conflict_do_update(index_elements=list(key), set_=replaced)


@cache
def _ignoring_doubles(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


def _insert(dialect: str, table: Table) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table)


def table_of(entity: type[Base]) -> Table:
    """The bare table of an entity: what is written by the thousand needs no unit of work."""
    return cast("Table", entity.__table__)


def rows(session: Session, query: Executable, **wanted: Any) -> Result[*tuple[Any, ...]]:
    """What a query over bare tables finds, at a fraction of what entities cost."""
    return session.connection().execute(query, wanted)


def rows_changed(session: Session, statement: Executable, **values: Any) -> int:
    """Run a statement and tell how many rows it wrote."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at once as a statement may name."""
    for start in range(0, len(values), AT_A_TIME):
        yield values[start : start + AT_A_TIME]
