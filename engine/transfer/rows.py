"""Tables as bare rows: the same Python values from either database, in the same order.

Words, figures and JSON stay the text that they are stored as; moments are UTC. So nothing is
interpreted on the way, and a value that a later version no longer knows is moved like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    String,
    Table,
    TableClause,
    Text,
    TypeDecorator,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from engine.store.columns import Instant
from engine.store.statements import table_of
from engine.store.tables import Base, EvidenceContent, Setting
from engine.store.unfinished import MARK

Row = tuple[Any, ...]

TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)

FETCHED = 500
"""How many rows are fetched at once; files, which may have 20 MB each, one by one."""


def key_of(owner: Table, row: Row) -> Row:
    """The primary key of a row."""
    return tuple(row[place] for place in _key_places(owner))


def size_of(owner: Table, rows: Sequence[Row]) -> int:
    """About how much memory rows take, in characters and bytes: what has no limit is counted."""
    places = _bulky_places(owner)
    return sum(len(row[place] or "") for row in rows for place in places)


def count(connection: Connection, owner: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(_content(owner, func.count())) or 0


def is_empty(connection: Connection, owner: Table) -> bool:
    """Whether a table, of this or an earlier version, has no row at all."""
    return connection.execute(select(literal(1)).select_from(owner).limit(1)).first() is None


def read(connection: Connection, owner: Table, after: Row = ()) -> Iterator[list[Row]]:
    """The rows of a table in the order of its key, those after a key only, some at a time."""
    plain = _plain(owner).c
    key = [_ordered(plain[c.name], connection) for c in owner.primary_key]
    query = _content(owner, *map(_stored, owner.columns, plain)).order_by(*key)
    if after:
        query = query.where(tuple_(*key) > tuple_(*map(literal, after)))
    size = 1 if owner is table_of(EvidenceContent) else FETCHED
    found = connection.execute(query.execution_options(yield_per=size))
    for rows in found.partitions():
        yield [tuple(row) for row in rows]


def write(connection: Connection, owner: Table, rows: Sequence[Row]) -> None:
    """Add rows to a table."""
    if connection.dialect.name == "postgresql":
        _copy(connection, owner, rows)
    else:
        names = [c.name for c in owner.columns]
        values = [dict(zip(names, row, strict=True)) for row in rows]
        connection.execute(insert(_plain(owner)), values)


def _copy(connection: Connection, owner: Table, rows: Sequence[Row]) -> None:
    """By COPY, which takes a third of the time of an INSERT of many rows."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(c.name) for c in owner.columns)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(owner.name)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _content(owner: Table, *wanted: ColumnElement[Any]) -> Select[Any]:
    """A query of a table's rows, without the mark of the transfer itself."""
    plain = _plain(owner)
    query = select(*wanted).select_from(plain)
    return query.where(plain.c.name != MARK) if owner is table_of(Setting) else query


@cache
def _plain(owner: Table) -> TableClause:
    return table(owner.name, *(column(c.name, _plain_type(c.type)) for c in owner.columns))


def _plain_type(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(declared, JSON):
        return Text()
    if isinstance(declared, TypeDecorator) and not isinstance(declared, Instant):
        return declared.impl_instance
    return declared


def _stored(declared: Column[Any], plain: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as it was written: the drivers would read it."""
    return cast(plain, Text) if isinstance(declared.type, JSON) else plain


def _ordered(key: ColumnElement[Any], connection: Connection) -> ColumnElement[Any]:
    """Text by its bytes, as SQLite has it; PostgreSQL would order it by its language."""
    by_language = isinstance(key.type, String) and connection.dialect.name == "postgresql"
    return key.collate("C") if by_language else key


@cache
def _key_places(owner: Table) -> tuple[int, ...]:
    places = {c.name: place for place, c in enumerate(owner.columns)}
    return tuple(places[c.name] for c in owner.primary_key)


@cache
def _bulky_places(owner: Table) -> tuple[int, ...]:
    bulky = (JSON, LargeBinary, Text)
    return tuple(n for n, c in enumerate(owner.columns) if isinstance(c.type, bulky))
