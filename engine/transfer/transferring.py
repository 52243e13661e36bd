"""``duban transfer``: a whole store copied into another database, and compared with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Error as PostgresError
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import trigger
from engine.errors import DubanError
from engine.store import journal
from engine.store.chain import Fault
from engine.store.database import Database
from engine.store.schema import unchecked_references
from engine.transfer import target as target_store
from engine.transfer.comparing import Content, content
from engine.transfer.mark import Mark, advance
from engine.transfer.rows import TABLES, Row, count, key_of, read, size_of, write
from engine.transfer.source import at_rest, fingerprint

ROWS = 10_000
SIZE = 32 * 1024 * 1024
"""The most rows, and about the most characters and bytes, of one transaction."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many rows have been gone through and how many there are."""


class TransferFailed(DubanError):
    """搬迁没有完成。"""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transfer came to.

    Attributes:
        tables: what each table holds, on both sides.
        resumed: how many rows an earlier attempt had copied.
        faults: what the journal's verifier found in the target; the source has the same.
    """

    tables: Mapping[str, Content]
    resumed: int
    faults: Sequence[Fault]

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables.values())


Look = Callable[[Database], AbstractContextManager[Connection]]
"""One consistent look at a source."""


def transfer(
    source: Database,
    target: Database,
    progress: Progress,
    *,
    restart: bool = False,
    look: Look = at_rest,
) -> Moved:
    """Copy all that the source holds into the target, compare, and only then let it be used.

    Killed at any point and begun again, it goes on after the last rows that were committed.

    Args:
        restart: begin anew what an earlier transfer has left in the target.
        look: how the source is looked at; by default nobody can write to it meanwhile, so that
            it can be left for the target.

    Raises:
        DubanError: in Chinese, with what to do; what was copied until then is kept.
    """
    _refuse_same(source, target)
    with _told("源库", source), look(source) as origin:
        counts = {table.name: count(origin, table) for table in TABLES}
        known_by = fingerprint(origin, counts)
        with _told("目标库", target), target.engine.connect() as place, unchecked_references(place):
            with place.begin():
                stopped = target_store.resume(place, known_by, restart=restart)
            begun = stopped or target_store.prepare(target, place, known_by)
            work = _Work(source, origin, place, progress, sum(counts.values()), begun)
            work.copy()
            tables = work.compare()
            faults = work.finish()
    return Moved(tables, begun.rows, faults)


@dataclass(slots=True)
class _Work:
    """A transfer that is under way: both ends, and how far it has come."""

    source: Database
    origin: Connection
    place: Connection
    progress: Progress
    total: int
    mark: Mark

    def copy(self) -> None:
        """Copy what is not there yet, a batch in one transaction with the mark that tells of it."""
        for table, after in self._left():
            self.progress("搬运", self.mark.rows, self.total)
            for batch in _batches(table, self._read_source(table, after)):
                mark = self.mark.moved(table.name, key_of(table, batch[-1]), len(batch))
                with self.place.begin():
                    advance(self.place, self.mark, mark)
                    write(self.place, table, batch)
                    trigger.reached("transfer.written")
                self.mark = mark
                self.progress("搬运", self.mark.rows, self.total)
                trigger.reached("transfer.batch")

    def compare(self) -> dict[str, Content]:
        """What each table holds on both sides.

        Raises:
            TransferFailed: the two differ.
        """
        there, differ, done = {}, [], 0
        for table in TABLES:
            self.progress("核对", done, self.total)
            is_now = content(self._read_source(table))
            with self.place.begin():
                there[table.name] = content(read(self.place, table))
            if there[table.name] != is_now:
                differ.append(
                    f"{table.name}（源库{is_now.rows}行，目标库{there[table.name].rows}行）"
                )
            done += is_now.rows
        self.progress("核对", self.total, self.total)
        trigger.reached("transfer.compared")
        if differ:
            raise TransferFailed(
                f"核对不一致：表 {'、'.join(differ)}。"
                "搬迁中断期间源库有改动，或目标库被人改过；请加 --restart 从头再搬"
            )
        return there

    def finish(self) -> list[Fault]:
        """Verify the journal and let the target be used."""
        with self.place.begin():
            with Session(self.place) as session:
                faults = journal.verify(session)
            target_store.finish(self.place, self.mark)
            trigger.reached("transfer.finished")
        return faults

    def _left(self) -> Iterator[tuple[Table, Row]]:
        """The tables that are not whole yet, with the last key that was copied."""
        names = [table.name for table in TABLES]
        begun = names.index(self.mark.table) if self.mark.table else 0
        after = self.mark.after
        for table in TABLES[begun:]:
            yield table, after
            after = ()

    def _read_source(self, table: Table, after: Row = ()) -> Iterator[list[Row]]:
        """The rows of the source; its faults are not to be taken for those of the target."""
        with _told("源库", self.source):
            yield from read(self.origin, table, after)


def _batches(table: Table, parts: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """Rows by as many as go into one transaction."""
    batch: list[Row] = []
    size = 0
    for rows in parts:
        batch += rows
        size += size_of(table, rows)
        if len(batch) >= ROWS or size >= SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _refuse_same(source: Database, target: Database) -> None:
    if _place(source) == _place(target):
        raise TransferFailed("--from 和 --to 是同一个库")


def _place(database: Database) -> tuple[Any, ...]:
    url = database.engine.url
    if database.is_sqlite:
        return (str(Path(url.database or "").resolve()),)
    return url.host, url.port or 5432, url.database, *sorted(url.query.items())


@contextmanager
def _told(name: str, database: Database) -> Iterator[None]:
    """Faults of a database in Chinese, with its address and without its password."""
    try:
        yield
    except (DBAPIError, PostgresError) as error:
        url = database.engine.url
        bare = url.set(drivername=url.get_backend_name(), query={})
        address = bare.render_as_string(hide_password=True)
        raise TransferFailed(
            f"{name} {address} 出错：{_reason(error)}。"
            "请核对地址、账户、权限和硬盘；修好后再运行同样的命令，会接着搬"
        ) from error


def _reason(error: DBAPIError | PostgresError) -> str:
    """What the database says, and of which table and column it speaks."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = [str(cause)]
    if isinstance(cause, PostgresError) and cause.diag.message_primary:
        told = [cause.diag.message_primary, cause.diag.context or ""]
    return "；".join(text.strip().splitlines()[0] for text in told if text.strip())
