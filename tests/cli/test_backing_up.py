"""``duban backup`` and ``duban restore``, with folders and files that will not do."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from engine.errors import DubanError
from engine.store.database import Database
from engine.transfer.backing_up import back_up
from tests.cli.conftest import Duban
from tests.engine.moving import MOMENT
from tests.stores import SqliteStore


def test_a_backup_is_made_and_restored_whatever_signs_its_path_has(
    imported: Duban, tmp_path: Path
) -> None:
    folder = tmp_path / "备份 100%?#x%20"
    file = imported.json("backup", "--to", folder)["file"]
    assert imported("backup", "--verify", file).code == 0
    before = imported.json("list")
    imported.monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "新 家?"))
    result = imported("restore", file)
    assert result.code == 0, result.err
    assert (tmp_path / "新 家?" / "duban.db").is_file()
    assert imported.json("list") == before


def test_a_backup_is_looked_at_and_restored_without_a_byte_of_it_changing(
    imported: Duban, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    file = Path(imported.json("backup", "--to", folder)["file"])
    before = file.read_bytes()
    for home, command in (("first", ("backup", "--verify")), ("second", ("restore",))):
        imported.monkeypatch.setenv("DUBAN_HOME", str(tmp_path / home))
        result = imported(*command, file)
        assert result.code == 0, result.err
        assert file.read_bytes() == before, command
        assert list(folder.iterdir()) == [file]


def test_a_store_that_was_copied_with_its_log_is_restored_with_what_the_log_holds(
    imported: Duban, tmp_path: Path
) -> None:
    store, copied = tmp_path / "duban.db", tmp_path / "copied.db"
    assert imported("backup", "--to", tmp_path).code == 0
    next(tmp_path.glob("duban-*.db")).rename(store)
    writer = sqlite3.connect(store)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("UPDATE persons SET title = '新职务'")
    writer.commit()
    for part in ("", "-wal"):
        copied.with_name(f"{copied.name}{part}").write_bytes(
            store.with_name(f"{store.name}{part}").read_bytes()
        )
    writer.close()
    imported.monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "新家"))
    result = imported("restore", copied)
    assert result.code == 0, result.err
    restored = sqlite3.connect(tmp_path / "新家" / "duban.db")
    assert restored.execute("SELECT DISTINCT title FROM persons").fetchall() == [("新职务",)]
    restored.close()


@pytest.mark.parametrize("command", [("backup", "--verify"), ("restore",)])
def test_what_is_no_backup_is_told_and_never_restored(
    duban: Duban, tmp_path: Path, command: tuple[str, ...]
) -> None:
    empty, other, words = tmp_path / "empty.db", tmp_path / "other.db", tmp_path / "words.db"
    empty.touch()
    words.write_text("不是数据库" * 1000, encoding="utf-8")
    store = sqlite3.connect(other)
    store.execute("CREATE TABLE settings (name)")
    store.close()
    for file, told in (
        (empty, "不是督办的备份，或者是空的"),
        (other, "不是督办的备份，或者是空的"),
        (words, "不是备份文件，或者已经损坏"),
        (tmp_path, f"没有文件 {tmp_path}"),
        (tmp_path / "none.db", "没有文件"),
    ):
        result = duban(*command, file)
        assert (result.code, told in result.err) == (1, True), result.err


@pytest.mark.parametrize("folder", ["/proc/none", "file/below", "file"])
def test_a_folder_that_cannot_be_written_to_is_told(
    imported: Duban, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").touch()
    result = imported("backup", "--to", tmp_path / folder)
    assert result.code == 1
    assert f"目录 {tmp_path / folder} 用不了，没有备份" in result.err


def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    sqlite_store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(sqlite3.Connection):
        """A file that may have ten pages, and then its disk is full."""

        def __init__(self, *given: object, **more: object) -> None:
            super().__init__(*given, **more)  # type: ignore[arg-type]
            self.execute("PRAGMA max_page_count=10")

    with sqlite_store.new() as url:
        database = Database(url)
        with database.read():
            pass
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Small, **k))
        with pytest.raises(DubanError, match=r"备份没有做成，写不出 duban-.*full"):
            back_up(database, tmp_path / "backups", MOMENT, lambda *_: None)
        monkeypatch.undo()
        database.close()
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_a_killed_backup_left_goes_with_one_of_a_later_day(
    imported: Duban, tmp_path: Path
) -> None:
    old, new = (
        tmp_path / "duban-20230101-000000.db.part",
        tmp_path / "duban-20230102-000000.db.part",
    )
    for file in (old, new):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    made = Path(imported.json("backup", "--to", tmp_path)["file"])
    assert {file.name for file in tmp_path.glob("duban-*")} == {new.name, made.name}
