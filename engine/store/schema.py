"""Bringing a store to the tables of this version, from whatever it has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select

from engine.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 0x647562616E
"""PostgreSQL's advisory lock for upgrades; any number of ours alone."""


def upgrade(database: Database) -> None:
    """Apply what is missing, all of it or nothing. Two that upgrade at once wait in turn."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                command.upgrade(config(connection), "head")
            return
        with _unchecked_references(connection), connection.begin():
            command.upgrade(config(connection), "head")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"references that lead nowhere: {broken}")


@contextmanager
def _unchecked_references(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it into a new one, and refuses to drop the old one while
    others refer to it, unless it is told before the transaction not to look."""
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def config(connection: Connection) -> Config:
    """Alembic's settings for work over this connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return settings
