"""The recount: what a sweep left behind in one store against what it left in another.

Both are copies of one store, so what they do not share to the letter was written since.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
from sqlalchemy import Select, Table, select, text

from engine.store.database import Database
from engine.store.journal import verify
from engine.store.tables import Base, SweepPart
from flows.rehearsal.picture import ITS_OWN, Picture, differences, picture

PATIENCE = 30
"""Seconds within which connections must have let go of everything."""


def findings(oracle: str, url: str, since: int) -> Iterator[str]:
    """All that is not as it should be; nothing when every notice was issued once.

    Args:
        since: the transaction after which both were written to.
    """
    yield from _left(url)
    yield from (f"{what}：{a} ≠ {b}" for what, a, b in _unequal(_sizes(oracle), _sizes(url)))
    yield from _doubles(url)
    pictures = []
    for name, one in (("对照", oracle), ("本次", url)):
        faults, seen = _read(one, since)
        yield from (f"{name}日志：{fault}" for fault in faults)
        pictures.append(seen)
    yield from differences(*pictures)


def written(url: str, since: int) -> dict[str, int]:
    """How many rows of what readers get, and of the journal, were written."""
    with psycopg.connect(url) as connection:
        return {
            table: _count(connection, f"{table} WHERE xmin::text::bigint >= {since}")
            for table in ("notices", "deliveries", "delivery_notices", "lights", "journal")
        }


def _read(url: str, since: int) -> tuple[list[str], Picture]:
    def among(table: Table) -> Select[tuple[object, ...]]:
        return select(table).where(text(f"{table.name}.xmin::text::bigint >= {since}"))

    with closing(Database(url)) as database, database.read() as session:
        return [str(fault) for fault in verify(session)], picture(session, among)


def _left(url: str) -> Iterator[str]:
    """What a run that is over must not leave: parts, transactions, locks."""
    until = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        if _count(connection, SweepPart.__tablename__):
            yield "还有没做完的部分"
        if _count(connection, "sweep_runs WHERE state = 'running'"):
            yield "还有没结束的检查"
        while _count(connection, _HELD):
            if time.monotonic() > until:
                yield "还有没放开的锁"
                return
            time.sleep(1)


def _doubles(url: str) -> Iterator[str]:
    with psycopg.connect(url) as connection:
        for table in ("notices", "deliveries"):
            twice = _count(connection, f"(SELECT FROM {table} GROUP BY key HAVING count(*) > 1) d")
            if twice:
                yield f"{table}：{twice}个编号出现两次"


def _sizes(url: str) -> dict[str, int]:
    """Of every table that both must have alike: rows that were dropped are missed here."""
    with psycopg.connect(url) as connection:
        return {
            table.name: _count(connection, f'"{table.name}"')
            for table in Base.metadata.sorted_tables
            if table.name not in ITS_OWN
        }


def _unequal(one: dict[str, int], other: dict[str, int]) -> Iterator[tuple[str, int, int]]:
    return ((what, one[what], other[what]) for what in one if one[what] != other[what])


def _count(connection: psycopg.Connection, rows: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {rows}".encode()).fetchone()
    assert found is not None
    return int(found[0])


_HELD = """pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state LIKE 'idle in transaction%'"""
