"""The floor under a sweep: the same reads of what is due and the very same rows, by raw sqlite3.

What the engine wrote is read off two stores, the one before and the one after; writing it once
more without rules, objects or hashing is as fast as SQLite allows on this machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import stopwatch

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536")
"""The engine's own settings, except that foreign keys are not checked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One statement and the rows it is to write."""

    statement: str
    rows: list[tuple[Any, ...]]


def changes_between(before: Path, after: Path) -> list[Change]:
    """What turns one store into the other: rows added and columns changed."""
    connection = sqlite3.connect(after)
    connection.execute("ATTACH ? AS old", (str(before),))
    names = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    changes = [change for (name,) in names.fetchall() for change in _changes(connection, name)]
    connection.close()
    return changes


def _changes(connection: sqlite3.Connection, table: str) -> list[Change]:
    info = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
    # Quoted, since a column may bear the name of a word of SQL, as "check" does.
    columns = [f'"{row[1]}"' for row in info]
    keys = [f'"{row[1]}"' for row in info if row[5]]
    same = " AND ".join(f"new.{key} = old.{key}" for key in keys)
    tables = f"main.{table} AS new LEFT JOIN old.{table} AS old ON {same}"
    added = connection.execute(f"SELECT new.* FROM {tables} WHERE old.{keys[0]} IS NULL").fetchall()
    places = ", ".join("?" * len(columns))
    found = [Change(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", added)]
    tables = tables.replace("LEFT JOIN", "JOIN")
    changed = [c for c in columns if _differs(connection, tables, f"new.{c} IS NOT old.{c}")]
    if changed:
        differ = " OR ".join(f"new.{column} IS NOT old.{column}" for column in changed)
        wanted = ", ".join(f"new.{column}" for column in changed + keys)
        rows = connection.execute(f"SELECT {wanted} FROM {tables} WHERE {differ}").fetchall()
        values = ", ".join(f"{column} = ?" for column in changed)
        where = " AND ".join(f"{key} = ?" for key in keys)
        found.append(Change(f"UPDATE {table} SET {values} WHERE {where}", rows))
    return [change for change in found if change.rows]


def _differs(connection: sqlite3.Connection, tables: str, condition: str) -> bool:
    query = f"SELECT 1 FROM {tables} WHERE {condition} LIMIT 1"
    return connection.execute(query).fetchone() is not None


def replay(store: Path, changes: Sequence[Change], batches: int, due: str = "") -> float:
    """Write the changes in so many transactions; the seconds it took.

    Args:
        due: a query that each batch asks first, as a sweep asks for what is due.
    """
    connection = sqlite3.connect(store, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    with stopwatch() as watch:
        for number in range(batches):
            if due:
                connection.execute(due).fetchall()
            connection.execute("BEGIN IMMEDIATE")
            for change in changes:
                size = len(change.rows)
                part = change.rows[number * size // batches : (number + 1) * size // batches]
                connection.executemany(change.statement, part)
            connection.execute("COMMIT")
    connection.close()
    return watch.seconds
