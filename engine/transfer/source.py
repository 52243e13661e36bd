"""The source of a transfer: of this version, and at rest as long as rows are read from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError

from engine.errors import DubanError
from engine.store.database import Database
from engine.store.schema import config
from engine.store.statements import table_of
from engine.store.tables import JournalEvent, Setting
from engine.store.unfinished import mark_of
from engine.transfer.comparing import content
from engine.transfer.rows import TABLES, read

WAIT = 3
"""How many seconds to wait for a writer who may be about to end."""

STOP = "请停掉用它的服务和命令再搬：搬迁期间写进去的会丢"


class SourceRefused(DubanError):
    """源库不能搬。"""


@contextmanager
def at_rest(source: Database) -> Iterator[Connection]:
    """One consistent look at the source, during which nobody can write to it.

    Raises:
        SourceRefused: it is no store of this version, it is itself unfinished, or it is in use.
    """
    file = source.engine.url.database
    if source.is_sqlite and not (file and Path(file).is_file()):
        raise SourceRefused(
            f"没有文件 {file}，请核对 --from 的路径（绝对路径写四条斜线）；"
            "没有写 --from 的，核对 DUBAN_HOME"
        )
    level = {} if source.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with source.engine.connect().execution_options(**level) as connection:
        with connection.begin():
            _check(connection)
        with _alone(connection):
            yield connection


def fingerprint(connection: Connection, counts: Mapping[str, int]) -> str:
    """What tells whether a source is still the one that it was."""
    last = select(_EVENT.id, _EVENT.hash).order_by(_EVENT.id.desc()).limit(1)
    event = [list(row) for row in connection.execute(last)]
    settings = content(read(connection, table_of(Setting))).checksum
    told = json.dumps([counts, event, settings], sort_keys=True)
    return sha256(told.encode()).hexdigest()


def _check(connection: Connection) -> None:
    heads = MigrationContext.configure(connection).get_current_heads()
    revisions = ScriptDirectory.from_config(config(connection))
    if not heads:
        raise SourceRefused("源库不是督办的库，或者是空的，请核对 --from")
    if not set(heads) <= _known(revisions):
        raise SourceRefused("源库是更新版本的程序用的，请用那个版本的 duban transfer 来搬")
    if set(heads) != set(revisions.get_heads()):
        raise SourceRefused(
            "源库的表结构是旧版的。请先备份，再把 DUBAN_DATABASE_URL 设为源库，"
            "运行一次 duban list，它会升级表结构，然后再搬"
        )
    if mark_of(connection) is not None:
        raise SourceRefused("源库自己就是一次没有搬完的搬迁的目标，请先把那一次搬完")


def _known(revisions: ScriptDirectory) -> set[str]:
    return {script.revision for script in revisions.walk_revisions()}


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """A transaction beside which nobody writes."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.cursor()
        driver.execute(f"PRAGMA busy_timeout={WAIT * 1000}")
        # From here on a transaction takes the file for this connection alone, and does not get
        # it while any other connection is open, be it idle.
        driver.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        transaction = connection.begin()
        if connection.dialect.name == "postgresql":
            _lock_tables(connection)
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable) and "locked" not in str(error.orig):
            raise
        raise SourceRefused(f"源库正在使用。{STOP}") from None
    with transaction:
        yield


def _lock_tables(connection: Connection) -> None:
    """Nobody writes before the transaction ends; and nobody is there who would write afterwards.

    The locks come first: the look that the transaction has begins with its first query.
    """
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}s'"))
    # The target may be at work for longer than anybody may otherwise hold a lock.
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    names = ", ".join(quote(table.name) for table in TABLES)
    connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
    others = connection.execute(_OTHERS).all()
    if others:
        told = "、".join(
            f"{program or '未知程序'}（{host or '本机'}）{f'{many}个' if many > 1 else ''}"
            for (program, host), many in Counter(map(tuple, others)).items()
        )
        raise SourceRefused(f"源库还有{len(others)}个连接：{told}。{STOP}")


_EVENT = table_of(JournalEvent).c

_OTHERS = text(
    "SELECT application_name, host(client_addr) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' ORDER BY 1, 2"
)
