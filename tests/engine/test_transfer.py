"""Moving house: everything arrives, and an installation goes on where it stood."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect, select, text

from engine.errors import DubanError
from engine.notices.explaining import explain
from engine.rules.words import Cadence
from engine.store.database import Database
from engine.store.journal import verify
from engine.store.schema import upgrade
from engine.store.tables import EvidenceContent, Notice, TemplateVersion, Unit
from engine.store.unfinished import StoreUnfinished
from engine.transfer import rows, transferring
from engine.transfer import source as origin
from engine.transfer.rows import TABLES
from tests.engine.moving import FILE, JULY, MOMENT, ODD, move, worn
from tests.engine.sweeping import City
from tests.stores import PostgresStore, SqliteStore, lend

ROWS = 12


@pytest.fixture
def file(sqlite_store: SqliteStore) -> Iterator[str]:
    """A store to be moved."""
    with sqlite_store.new(worn) as url:
        yield url


@pytest.fixture
def empty(sqlite_store: SqliteStore) -> Iterator[str]:
    """Tables without a row."""
    with sqlite_store.new() as url:
        yield url


@pytest.fixture
def server(postgres_store: PostgresStore) -> Iterator[str]:
    """A database on PostgreSQL without tables."""
    with postgres_store.empty() as url:
        yield url


def run(url: str, statement: str) -> Any:
    """One statement, as an administrator would type it; the first value that it finds."""
    database = Database(url)
    with database.engine.begin() as connection:
        found = connection.execute(text(statement))
        value = found.scalar() if found.returns_rows else None
    database.close()
    return value


def interrupted(monkeypatch: pytest.MonkeyPatch, source: str, target: str) -> None:
    """A transfer that stops after twelve rows, each in a transaction of its own."""
    left = iter(range(ROWS))
    wrote = rows.write

    def write(*given: Any) -> None:
        if next(left, None) is None:
            raise DubanError("断开")
        wrote(*given)

    with monkeypatch.context() as patch:
        patch.setattr(transferring, "write", write)
        patch.setattr(transferring, "ROWS", 1)
        patch.setattr(rows, "FETCHED", 1)
        with pytest.raises(DubanError, match="断开"):
            move(source, target)


def declared(url: str) -> list[Any]:
    """How the tables of a database hang together."""
    database = Database(url)
    found = inspect(database.engine)
    told = [
        sorted(str(sorted(one.items(), key=str)) for one in look(table.name))
        for table in TABLES
        for look in (found.get_foreign_keys, found.get_indexes, found.get_check_constraints)
    ]
    database.close()
    return told


def test_there_and_back_gives_the_same_content(
    file: str, server: str, empty: str, postgres_store: PostgresStore
) -> None:
    there = move(file, server)
    assert there.faults == []
    filled = {name for name, table in there.tables.items() if table.rows}
    assert filled >= {"projects", "journal", "deliveries", "evidence_contents", "lights"}
    with postgres_store.new(upgrade) as fresh:
        assert declared(server) == declared(fresh)
    assert move(server, empty) == there
    database = Database(empty)
    with database.read() as session:
        assert session.scalars(select(EvidenceContent.content)).one() == FILE
        kept = session.scalars(select(TemplateVersion)).one()
        assert (kept.note, kept.at, kept.source) == (ODD, MOMENT, None)
    database.close()


def test_a_moved_installation_goes_on_as_the_other_would_have(
    sqlite_store: SqliteStore, file: str, server: str
) -> None:
    move(file, server)
    moved = City(Database(server))
    with lend(sqlite_store, worn) as stayed:
        for city in (moved, City(stayed)):
            city.sweep(Cadence.MONTHLY, JULY)
        assert moved.picture() == City(stayed).picture()
    with moved.database.begin() as session:
        assert verify(session) == []
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        # The first of before the move, and the last of after it.
        assert all(explain(session, notice.id).same for notice in (notices[0], notices[-1]))
        session.add(unit := Unit(name="新单位"))
        session.flush()
        assert unit.id == 902
    moved.database.close()


def test_a_target_is_of_no_use_before_everything_is_there(
    monkeypatch: pytest.MonkeyPatch, file: str, empty: str
) -> None:
    interrupted(monkeypatch, file, empty)
    database = Database(empty)
    with pytest.raises(StoreUnfinished, match="再运行一次同样的 duban transfer"):
        upgrade(database)
    database.close()
    moved = move(file, empty)
    assert moved.resumed == ROWS
    database = Database(empty)
    upgrade(database)
    database.close()
    assert run(empty, "SELECT count(*) FROM settings WHERE name = 'transfer'") == 0


def test_a_source_that_has_changed_in_between_is_moved_anew(
    monkeypatch: pytest.MonkeyPatch, file: str, empty: str
) -> None:
    interrupted(monkeypatch, file, empty)
    run(file, "INSERT INTO settings VALUES ('z', '')")
    with pytest.raises(DubanError, match=r"源库却和那时不一样了.*--restart"):
        move(file, empty)
    assert move(file, empty, restart=True).resumed == 0


def test_a_change_that_leaves_no_trace_in_the_journal_is_found_by_comparing(
    monkeypatch: pytest.MonkeyPatch, file: str, empty: str
) -> None:
    interrupted(monkeypatch, file, empty)
    run(file, "UPDATE calendar_versions SET first_used_at = '2023-01-01 00:00:00'")
    with pytest.raises(DubanError, match="核对不一致：表 calendar_versions"):
        move(file, empty)
    move(file, empty, restart=True)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            "UPDATE journal SET actor = '他人' WHERE id = 1",
            r"表 journal（源库(\d+)行，目标库\1行）",
        ),
        ("DELETE FROM calendar_versions", "表 calendar_versions（源库1行，目标库0行）"),
    ],
)
def test_a_damaged_target_is_found(
    monkeypatch: pytest.MonkeyPatch, file: str, empty: str, damage: str, words: str
) -> None:
    interrupted(monkeypatch, file, empty)
    run(empty, damage)
    with pytest.raises(DubanError, match=f"核对不一致：{words}。.*--restart"):
        move(file, empty)


def test_of_two_transfers_into_one_target_one_stops(file: str, empty: str) -> None:
    ends = Database(file), Database(empty)
    with pytest.raises(DubanError, match="另一个 duban transfer 正在往目标库里搬"):
        transferring.transfer(
            *ends, lambda *_: run(empty, "UPDATE settings SET value = value || ' '")
        )
    for end in ends:
        end.close()


def test_a_target_with_data_of_its_own_is_left_alone(sqlite_store: SqliteStore, file: str) -> None:
    with sqlite_store.new(worn) as url:
        for restart in (False, True):
            with pytest.raises(DubanError, match="目标库中已有数据（表 calendar_versions）"):
                move(file, url, restart=restart)


@pytest.mark.parametrize("others", ["orders", "settings"])
def test_a_target_with_tables_of_another_program_is_left_alone(
    file: str, server: str, others: str
) -> None:
    run(server, f"CREATE TABLE {others} (number INTEGER)")
    with pytest.raises(DubanError, match="目标库"):
        move(file, server)
    assert run(server, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 1


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_target_that_chinese_does_not_go_into_is_refused_at_once(
    file: str, server: str, encoding: str
) -> None:
    other = f"narrow_{encoding.lower()}"
    with psycopg.connect(server, autocommit=True) as connection:
        options = f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.execute(f"CREATE DATABASE {other} {options}".encode())
        try:
            with pytest.raises(DubanError, match=f"编码是 {encoding}，须是 UTF8.*createdb"):
                move(file, server.replace(f"/{connection.info.dbname}?", f"/{other}?"))
        finally:
            connection.execute(f"DROP DATABASE {other} WITH (FORCE)".encode())


def test_a_source_in_use_is_not_moved(
    monkeypatch: pytest.MonkeyPatch, file: str, empty: str
) -> None:
    """An idle service holds connections, and will write with one of them sooner or later."""
    monkeypatch.setattr(origin, "WAIT", 0)
    service = Database(file)
    with service.read():
        pass
    with pytest.raises(DubanError, match="源库正在使用。请停掉用它的服务"):
        move(file, empty)
    service.close()


def write_impatiently(url: str) -> str:
    """Why nothing can be written, from one who does not wait."""
    connection: Any
    try:
        if url.startswith("postgresql"):
            connection = psycopg.connect(url, options="-c lock_timeout=50")
        else:
            connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0)
        with closing(connection):
            connection.execute("INSERT INTO settings VALUES ('zz', '')")
            return ""
    except (psycopg.Error, sqlite3.Error) as error:
        return str(error)


def assert_held_still(source: str, target: str) -> None:
    """Nobody can write to a source that is being moved."""
    told: dict[str, str] = {}

    def progress(what: str, *_: int) -> None:
        if what not in told:
            told[what] = write_impatiently(source)

    ends = Database(source), Database(target)
    transferring.transfer(*ends, progress)
    for end in ends:
        end.close()
    assert told.keys() == {"搬运", "核对"}
    assert all("lock" in why for why in told.values())


def test_nobody_writes_to_a_file_meanwhile(file: str, empty: str) -> None:
    assert_held_still(file, empty)


def test_nobody_uses_the_source_on_a_server_meanwhile(
    postgres_store: PostgresStore, empty: str
) -> None:
    with postgres_store.empty() as url:
        running = Database(url)
        upgrade(running)
        running.close()
        with psycopg.connect(url, application_name="duban up"):
            refusal = r"源库还有1个连接：duban up（本机）。请停掉用它的服务"
            with pytest.raises(DubanError, match=refusal):
                move(url, empty)
        with running.read(), running.read(), pytest.raises(DubanError, match="duban（本机）2个"):
            move(url, empty)
        running.close()
        assert_held_still(url, empty)


@pytest.mark.parametrize(
    ("revision", "words"), [("0001", "旧版的.*duban list"), ("9999", "更新版本的程序")]
)
def test_a_source_of_another_version_is_not_moved(
    file: str, empty: str, revision: str, words: str
) -> None:
    run(file, f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(DubanError, match=words):
        move(file, empty)
    run(file, "DROP TABLE alembic_version")


def test_an_unfinished_target_is_no_source(
    monkeypatch: pytest.MonkeyPatch, sqlite_store: SqliteStore, file: str, empty: str
) -> None:
    interrupted(monkeypatch, file, empty)
    with sqlite_store.empty() as third, pytest.raises(DubanError, match="源库自己就是一次没有搬完"):
        move(empty, third)


def test_no_database_is_moved_into_itself(file: str) -> None:
    with pytest.raises(DubanError, match="是同一个库"):
        move(file, file)


def test_a_text_that_is_too_long_for_the_target_is_told_with_its_place(
    file: str, server: str
) -> None:
    """SQLite keeps no text to its length."""
    run(file, f"UPDATE projects SET title = '{'长' * 301}' WHERE id = 2")
    with pytest.raises(DubanError, match=r"目标库 .* 出错：.*too long.*projects.*title"):
        move(file, server)
