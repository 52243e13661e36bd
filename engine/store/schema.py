"""Bringing a store to the tables of this version, from whatever it has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from engine.errors import DubanError
from engine.store.database import Database, lock_not_available, lost_a_race
from engine.store.statements import table_of
from engine.store.tables import Base, Setting
from engine.store.unfinished import refuse_unfinished

MIGRATIONS = Path(__file__).parent / "migrations"

_UPGRADE_LOCK = 0x647562616E
"""PostgreSQL's advisory lock for upgrades; any number of ours alone."""

OLDEST = "oldest_program"
"""The setting in which a revision that takes something away says which revision a program must
know to work with the store from then on; see ``_refuse_program``."""

LOCK_WAIT, PAUSE, ATTEMPTS = 3, 2.0, 60
"""Seconds to wait for the lock of a table, seconds between two attempts, and how many there are.
While a change to a table waits, everybody behind it waits too."""


class StoreNotOurs(DubanError):
    """这个库不是本程序这个版本能用的。"""


class StoreBusy(DubanError):
    """表被占用，结构升级不了。"""


def upgrade(database: Database) -> None:
    """Apply what is missing, all of it or nothing. Two that upgrade at once wait in turn; others
    may be at work meanwhile. A store that is ahead of this program is left as it is.

    Raises:
        StoreUnfinished: a transfer into this store has begun and not ended.
        StoreNotOurs: another program's database, or one that is too far ahead for this program.
        StoreBusy: somebody held a table for minutes.
    """
    for _ in range(ATTEMPTS):
        try:
            return _upgrade(database)
        except OperationalError as error:
            if not (lost_a_race(error) or lock_not_available(error)):
                raise
        time.sleep(PAUSE)
    raise StoreBusy(
        "数据库结构升级等不到表锁：有人长时间占用，例如正在备份。没有改动任何东西，请稍后再启动"
    )


def _upgrade(database: Database) -> None:
    with (
        database.engine.connect() as connection,
        unchecked_references(connection),
        connection.begin(),
    ):
        if not database.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'"))
        refuse_unfinished(connection)
        if _revisions(connection) == _newest():
            return
        if foreign_revision(connection):
            return _refuse_program(connection)
        if not inspect(connection).get_table_names():
            return _create(connection)
        command.upgrade(config(connection), "head")
        broken = broken_references(connection)
        if broken:
            raise RuntimeError(f"references that lead nowhere: {broken}")


def _create(connection: Connection) -> None:
    """A new store is made as it is now, and not as it was at first and then step by step."""
    _refuse_encoding(connection)
    Base.metadata.create_all(connection)
    MigrationContext.configure(connection).stamp(_scripts(connection), "head")


def _refuse_encoding(connection: Connection) -> None:
    """Chinese does not go into every database; what is in use already is left as it is."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StoreNotOurs(
            f"这个库的编码是 {encoding}，须是 UTF8。请另建一个："
            "createdb --encoding=UTF8 --template=template0 库名"
        )


def _refuse_program(connection: Connection) -> None:
    """Revisions only add, so that a program works with a store that is ahead of it; one that takes
    something away, which programs have long ceased to use, says so in the store."""
    if not inspect(connection).has_table(Setting.__tablename__):
        raise StoreNotOurs("这个数据库是别的程序在用，请核对 DUBAN_DATABASE_URL")
    oldest = connection.scalar(_OLDEST)
    if oldest is not None and oldest not in _known(connection):
        raise StoreNotOurs("程序太旧：这个库已由新版本升级，旧版本不能再用。请换上新版本的程序")


@contextmanager
def unchecked_references(connection: Connection) -> Iterator[None]:
    """On SQLite, transactions that look at no reference before they say so.

    It changes a table by copying it into a new one, and refuses to drop the old one while others
    refer to it, unless it is told before the transaction not to look.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def broken_references(connection: Connection) -> list[str]:
    """On SQLite, the tables with rows that refer to what is not there."""
    if connection.dialect.name != "sqlite":
        return []
    return sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})


def foreign_revision(connection: Connection) -> str:
    """The revision of a store that was brought on by another version of this program; empty for
    one of ours."""
    return next(iter(_revisions(connection) - _known(connection)), "")


def _revisions(connection: Connection) -> set[str]:
    """Those that a store was brought to; mostly one."""
    return set(MigrationContext.configure(connection).get_current_heads())


@cache
def _newest() -> frozenset[str]:
    """Those that a store is brought to; read once, as it takes longer than to open the store."""
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _known(connection: Connection) -> set[str]:
    return {script.revision for script in _scripts(connection).walk_revisions()}


def _scripts(connection: Connection) -> ScriptDirectory:
    return ScriptDirectory.from_config(config(connection))


def config(connection: Connection) -> Config:
    """Alembic's settings for work over this connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return settings


_SETTING = table_of(Setting).c
_OLDEST = select(_SETTING.value).where(_SETTING.name == OLDEST)
