"""升级不停机: programs of the version before work on while the store is brought to the next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Constraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    insert,
    inspect,
    text,
)
from sqlalchemy.schema import AddConstraint

from engine.store import schema
from engine.store.database import Database
from engine.store.schema import MIGRATIONS, StoreBusy, StoreNotOurs, config, upgrade
from tests.stores import PostgresStore, Store

BEFORE = "0003"
"""The last revision whose programs have to be stopped for an upgrade."""

SINCE = [
    script.revision
    for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))
    if script.revision > BEFORE
]

NOON = datetime(2023, 6, 15, 4, tzinfo=UTC)
OLD_ROWS: dict[str, dict[str, Any]] = {
    "sweep_runs": {
        "cadence": "daily",
        "period": "2023-06-15",
        "scheduled_at": NOON,
        "as_of": NOON,
        "state": "running",
        "lease_until": NOON,
        "started_at": NOON,
        "cursor": 0,
        "counts": {},
    },
    "project_units": {"project_id": 1, "unit_id": 2, "leads": False},
}
"""For each table that has gained columns since, what a program from before writes into it."""


@contextmanager
def at(store: Store, revision: str) -> Iterator[Database]:
    """A store as programs of a revision made it."""
    with store.empty() as url:
        database = Database(url)
        try:
            bring_to(database, revision)
            yield database
        finally:
            database.close()


def bring_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        command.upgrade(config(connection), revision)


def tables(database: Database) -> dict[str, Table]:
    """As they are in the database."""
    found = MetaData()
    with database.engine.connect() as connection:
        found.reflect(connection)
    return dict(found.tables)


def conditions(table: Table, known: Table) -> set[str]:
    """All that may refuse a row of which only known columns are given."""
    return {
        *(str(AddConstraint(one)) for one in table.constraints if not is_new(one, known)),
        *(f"unique {index.columns.keys()}" for index in table.indexes if index.unique),
    }


def is_new(condition: Constraint, known: Table) -> bool:
    """Whether a condition is a reference from columns that are new."""
    return isinstance(condition, ForeignKeyConstraint) and not any(
        name in known.c for name in condition.column_keys
    )


def only_adds(old: Table, new: Table) -> bool:
    """Whether a program that knows the old table can read and write the new one as before."""
    kept = all(
        name in new.c
        and str(column.type) == str(new.c[name].type)
        and column.nullable == new.c[name].nullable
        and (column.server_default is None) == (new.c[name].server_default is None)
        for name, column in old.c.items()
    )
    added = [column for name, column in new.c.items() if name not in old.c]
    fills_itself = all(column.nullable or column.server_default is not None for column in added)
    is_found = all(any(serves(index, other) for index in new.indexes) for other in old.indexes)
    return kept and fills_itself and is_found and conditions(old, old) == conditions(new, old)


def serves(index: Index, other: Index) -> bool:
    """Whether what looks things up by the other index can do so by this one."""
    wanted = other.columns.keys()
    return index.columns.keys()[: len(wanted)] == wanted


def test_a_revision_only_adds(postgres_store: PostgresStore) -> None:
    """No table and no column goes, no condition comes, a new column needs no value; an index goes
    only when another takes its place."""
    with at(postgres_store, BEFORE) as database:
        old = tables(database)
        for revision in SINCE:
            bring_to(database, revision)
            new = tables(database)
            broken = [
                name for name in old if name not in new or not only_adds(old[name], new[name])
            ]
            assert broken == [], f"{revision} takes something away"
            old = new


def test_what_a_program_from_before_writes_is_still_taken(postgres_store: PostgresStore) -> None:
    with at(postgres_store, BEFORE) as database:
        old = tables(database)
        upgrade(database)
        new = tables(database)
        gained = {name for name in old if old[name].c.keys() != new[name].c.keys()}
        assert gained == OLD_ROWS.keys(), "every table that has gained columns needs a row"
        with database.engine.begin() as connection:
            # What the rows belong to is left out.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for name, row in OLD_ROWS.items():
                connection.execute(insert(old[name]), row)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "LOCK_WAIT", 0.1)
    monkeypatch.setattr(schema, "PAUSE", 0.05)


@pytest.mark.usefixtures("impatient")
def test_an_upgrade_that_waits_for_a_table_makes_nobody_wait(postgres_store: PostgresStore) -> None:
    with (
        at(postgres_store, BEFORE) as database,
        ThreadPoolExecutor(1) as pool,
        database.engine.connect() as backup,
    ):
        backup.execute(text("LOCK TABLE sweep_runs IN ACCESS SHARE MODE"))
        waiting = pool.submit(upgrade, database)
        with database.engine.connect() as worker:
            worker.execute(text("SET lock_timeout = '2s'"))
            for _ in range(10):  # the change to the table is tried meanwhile, again and again
                worker.execute(text("SELECT count(*), pg_sleep(0.05) FROM sweep_runs"))
                worker.commit()
        assert not waiting.done()
        backup.rollback()
        waiting.result(timeout=30)


@pytest.mark.usefixtures("impatient")
def test_an_upgrade_that_gets_no_lock_changes_nothing_and_says_so(
    postgres_store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ATTEMPTS", 2)
    with at(postgres_store, BEFORE) as database:
        with database.engine.connect() as backup:
            backup.execute(text("LOCK TABLE sweep_runs IN ACCESS SHARE MODE"))
            with pytest.raises(StoreBusy, match="没有改动任何东西"):
                upgrade(database)
            assert not inspect(backup).has_table("sweep_parts")
        upgrade(database)


def test_the_database_of_another_program_is_left_alone(store: Store) -> None:
    with store.empty() as url:
        database = Database(url)
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('bb4dc90d3e29')"))
        with pytest.raises(StoreNotOurs, match="别的程序"):
            upgrade(database)
        assert tables(database).keys() == {"alembic_version"}
        database.close()
