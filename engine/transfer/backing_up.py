"""备份: the whole store in one file, made while everybody goes on working, and looked through
before it counts as a backup. It is a store of the embedded kind, whatever it was made from."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import URL, Connection

from engine.errors import DubanError, cause_of
from engine.rules.zone import ZONE
from engine.store import journal
from engine.store.database import Database
from engine.store.tables import JournalEvent
from engine.transfer.transferring import Progress, TransferFailed, transfer

NAME = re.compile(r"duban-\d{8}-\d{6}(?:-\d+)?\.db")
UNFINISHED = ".part"
FORSAKEN = timedelta(days=1)
"""How old something unfinished is before nobody can still be writing it."""


class BackupRefused(DubanError):
    """备份不能这样办理。"""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that holds the whole store."""

    name: str
    size: int
    made_at: datetime


def back_up(database: Database, folder: Path, at: datetime, progress: Progress) -> Path:
    """Make a backup, and look through it.

    Args:
        at: the moment by which it is called.

    Raises:
        BackupRefused: what was written is not whole; it is not kept.
        TransferFailed: the store cannot be read, or the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, at - FORSAKEN)
        file = _free(folder, at)
        part = file.with_suffix(f".db{UNFINISHED}")
        part.touch(mode=0o600)  # it holds what the store holds, the hashes of passwords included
    except OSError as error:
        raise BackupRefused(f"目录 {folder} 用不了，没有备份：{cause_of(error)}") from error
    try:
        _copy(database, part, progress)
        faults = faults_of(part)
        if faults:
            raise BackupRefused(f"备份没有做成，写出的文件有问题：{'；'.join(faults)}")
        part.replace(file)
    finally:
        for rest in folder.glob(f"{part.name}*"):
            rest.unlink()
    return file


def backups(folder: Path) -> list[Backup]:
    """The backups of a folder, the newest first."""
    files = [file for file in folder.glob("duban-*.db") if NAME.fullmatch(file.name)]
    found = [
        Backup(f.name, s.st_size, datetime.fromtimestamp(s.st_mtime, ZONE))
        for f in files
        for s in (f.stat(),)
    ]
    return sorted(found, key=lambda backup: backup.name, reverse=True)


def backup_named(folder: Path, name: str) -> Path:
    """The backup of this name.

    Raises:
        BackupRefused: there is none.
    """
    file = folder / name
    if not NAME.fullmatch(name) or not file.is_file():
        raise BackupRefused(f"没有备份 {name}，可能已经删除")
    return file


def faults_of(file: Path) -> list[str]:
    """What is wrong with a backup: its pages, its references, its journal; empty when it is whole.

    Raises:
        BackupRefused: it is no database at all.
    """
    if not file.is_file():
        raise BackupRefused(f"没有文件 {file}")
    try:
        address = f"{file.absolute().as_uri()}?{urlencode(_as_it_lies(file))}"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            damaged = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            broken = sorted({row[0] for row in connection.execute("PRAGMA foreign_key_check")})
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.OperationalError as error:
        raise BackupRefused(f"{file} 打不开：{error}。请核对文件和权限") from error
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{file.name} 不是备份文件，或者已经损坏：{error}") from error
    if JournalEvent.__tablename__ not in tables:
        raise BackupRefused(f"{file.name} 不是督办的备份，或者是空的")
    if damaged != ["ok"]:
        return [f"文件损坏：{text}" for text in damaged]
    if broken:
        return [f"表 {'、'.join(broken)} 有行指向不存在的内容"]
    return _journal_faults(file)


def restore(file: Path, target: Database, progress: Progress) -> int:
    """Bring a backup into an empty store, table by table, and compare.

    Returns:
        How many rows it has.

    Raises:
        BackupRefused: the backup is not whole.
        DubanError: the target is not empty, or cannot be written to.
    """
    faults = faults_of(file)
    if faults:
        raise BackupRefused(f"{file.name} 不完整，没有恢复：{'；'.join(faults)}")
    source = _backup_in(file)
    try:
        return transfer(source, target, progress, look=_at_once).rows
    finally:
        source.close()


def _clear(folder: Path, before: datetime) -> None:
    """What killed backups have left, and nobody lists."""
    for rest in folder.glob(f"duban-*.db{UNFINISHED}*"):
        if rest.stat().st_mtime < before.timestamp():
            rest.unlink(missing_ok=True)


def _free(folder: Path, at: datetime) -> Path:
    stem = f"duban-{at.astimezone(ZONE):%Y%m%d-%H%M%S}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
    return next(
        file
        for name in names
        if not (file := folder / f"{name}.db").exists()
        and not file.with_suffix(f".db{UNFINISHED}").exists()
    )


def _copy(database: Database, part: Path, progress: Progress) -> None:
    if not database.is_sqlite:
        target = _store_in(part)
        try:
            transfer(database, target, progress, look=_one_moment)
        finally:
            target.close()
    else:
        with (
            closing(sqlite3.connect(part)) as copy,
            database.engine.connect() as source,
        ):
            origin = source.connection.driver_connection
            assert isinstance(origin, sqlite3.Connection)

            def told(_: int, left: int, total: int) -> None:
                progress("备份", total - left, total)

            try:
                origin.backup(copy, pages=2048, progress=told, sleep=0.01)
            except sqlite3.Error as error:
                raise TransferFailed(f"备份没有做成，写不出 {part.name}：{error}") from error
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, and nothing beside it


def _store_in(file: Path) -> Database:
    """A path may have signs that mean something in an address."""
    return Database(URL.create("sqlite", database=str(file)).render_as_string(False))


def _backup_in(file: Path) -> Database:
    """To be read alone: not a byte of it changes, and it may lie where nothing can be written."""
    address = URL.create(
        "sqlite", database=file.absolute().as_uri(), query={**_as_it_lies(file), "uri": "true"}
    )
    return Database(address.render_as_string(False))


def _as_it_lies(file: Path) -> dict[str, str]:
    """How to open a file that nobody writes to. What has a log beside it is no backup of ours, but
    a store that was copied as it stood, and the log belongs to it."""
    alone = not file.with_name(f"{file.name}-wal").exists()
    return {"mode": "ro", **({"immutable": "1"} if alone else {})}


def _journal_faults(file: Path) -> list[str]:
    database = _backup_in(file)
    try:
        with database.read() as session:
            return [str(fault) for fault in journal.verify(session)][:5]
    finally:
        database.close()


@contextmanager
def _at_once(source: Database) -> Iterator[Connection]:
    with source.engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _one_moment(source: Database) -> Iterator[Connection]:
    """One consistent look at the source, beside which others go on writing."""
    level = {"isolation_level": "REPEATABLE READ"}
    with source.engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection
