"""The migrations make exactly the tables that the code is written for."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from engine.store.database import Database
from engine.store.schema import config, unchecked_references, upgrade
from engine.store.tables import Base
from tests.stores import SqliteStore, Store, lend


def migrate(database: Database) -> None:
    """Make the tables as they came about, revision by revision; a new store is made otherwise."""
    with (
        database.engine.connect() as connection,
        unchecked_references(connection),
        connection.begin(),
    ):
        command.upgrade(config(connection), "head")


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_the_migrations_leave_no_difference_to_the_tables(store: Store) -> None:
    with store.empty() as url:
        database = Database(url)
        migrate(database)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, Base.metadata) == []
        database.close()


def statements(engine: Engine) -> dict[str, list[str]]:
    """How each table and index was declared: its clauses, whatever their order."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE sql <> '' AND name <> 'alembic_version'"
            )
        )
        declared = {name: re.split(r",\s*\n", sql) for name, sql in rows}
    return {
        name: sorted(re.sub(r"[\s\"]+", " ", clause).strip(" ()") for clause in clauses)
        for name, clauses in declared.items()
    }


def test_constraints_and_conditions_of_indexes_are_migrated_too(sqlite_store: SqliteStore) -> None:
    """What Alembic does not compare: checks, and the conditions of partial indexes."""
    with sqlite_store.empty() as url, lend(sqlite_store) as new:
        migrated = Database(url)
        migrate(migrated)
        assert statements(migrated.engine) == statements(new.engine)
        migrated.close()


def is_current(database: Database) -> bool:
    """Whether the store has exactly the tables of this version."""
    with database.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_heads()
        return set(applied) == set(ScriptDirectory.from_config(config(connection)).get_heads())


def test_an_upgrade_makes_an_empty_database_current(store: Store) -> None:
    with store.empty() as url:
        database = Database(url)
        assert not is_current(database)
        upgrade(database)
        assert is_current(database)
        database.close()


def test_a_second_upgrade_keeps_what_is_there(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("INSERT INTO settings (name, value) VALUES ('甲', '乙')"))
    upgrade(database)
    with database.read() as session:
        assert session.scalar(text("SELECT value FROM settings")) == "乙"


def test_two_may_upgrade_at_once(store: Store) -> None:
    with store.empty() as url:
        databases = [Database(url), Database(url)]
        assert not any(map(is_current, databases))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(upgrade, databases))
        assert is_current(databases[0])
        for database in databases:
            database.close()
