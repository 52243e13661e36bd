"""The floor under a sweep on PostgreSQL: the very same rows, by psycopg over one connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from benchmarks.measure import stopwatch
from engine.store.tables import Base

UNCHECKED = "-c session_replication_role=replica"


@dataclass(frozen=True, slots=True)
class Written:
    """One statement and the rows it is to write."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


def mark(uri: str) -> int:
    """The present moment of a database, for ``written_since``."""
    with psycopg.connect(uri) as connection:
        found = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert found is not None
    return int(found[0])


def written_since(uri: str, moment: int) -> list[Written]:
    """All rows that were added or changed since, in an order in which they can be written."""
    with psycopg.connect(uri) as connection:
        connection.adapters.register_loader("json", TextLoader)
        found = [_written(connection, table, moment) for table in Base.metadata.sorted_tables]
    return [written for written in found if written.rows]


def _written(connection: psycopg.Connection, table: Any, moment: int) -> Written:
    columns, keys = list(table.columns.keys()), list(table.primary_key.columns.keys())
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM {table.name} WHERE xmin::text::bigint >= {moment}"
    places = ", ".join(["%s"] * len(columns))
    values = ", ".join(f'"{c}" = excluded."{c}"' for c in columns if c not in keys)
    change = f"DO UPDATE SET {values}" if values else "DO NOTHING"
    return Written(
        f"INSERT INTO {table.name} ({names}) VALUES ({places})"
        f" ON CONFLICT ({', '.join(keys)}) {change}",
        connection.execute(query.encode()).fetchall(),
    )


def write_again(uri: str, written: Sequence[Written], transactions: int) -> float:
    """Write the rows in so many transactions, looking at no reference; the seconds it took."""
    with psycopg.connect(uri, options=UNCHECKED) as connection, stopwatch() as watch:
        for number in range(transactions):
            with connection.transaction(), connection.cursor() as cursor:
                for one in written:
                    size = len(one.rows)
                    part = one.rows[
                        number * size // transactions : (number + 1) * size // transactions
                    ]
                    if part:
                        cursor.executemany(one.statement.encode(), part)
    return watch.seconds
