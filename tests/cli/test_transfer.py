"""``duban transfer``, as whoever runs the machine types it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Duban
from tests.stores import PostgresStore, SqliteStore


def test_an_installation_is_moved_and_used_where_it_is_now(
    imported: Duban, postgres_store: PostgresStore
) -> None:
    before = imported.json("list")
    with postgres_store.empty() as url:
        result = imported("transfer", "--to", url)
        assert result.code == 0, result.err
        assert "行数和校验值两边一致" in result.out
        assert "督办日志在目标库中核对一致" in result.out
        assert "接下来：把 DUBAN_DATABASE_URL 改为 postgresql://" in result.out
        again = imported("transfer", "--to", url, "--json")
        assert again.code == 1
        assert "目标库中已有数据" in again.data["error"]
        imported.monkeypatch.setenv("DUBAN_DATABASE_URL", url)
        assert imported.json("list") == before
        assert imported.json("journal", "verify")["faults"] == []


def test_the_answer_for_programs_has_every_table(
    imported: Duban, sqlite_store: SqliteStore
) -> None:
    with sqlite_store.new() as url:
        answer = imported.json("transfer", "--to", url)
    assert answer["rows"] == sum(table["rows"] for table in answer["tables"].values())
    assert answer["tables"]["projects"]["rows"] > 0
    assert answer["resumed_rows"] == 0
    assert answer["journal_faults"] == []


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("", "mysql://h/d", "--to：应以 sqlite:///、postgresql://"),
        ("", "postgresql://u:geheim@127.0.0.1:9/d?connect_timeout=2", "目标库 postgresql"),
        ("", "postgresql://u:geheim@127.0.0.1:九/d", "--to：网址写错了"),
        ("", "sqlite:///", "--to：网址中没有写"),
        ("", "sqlite:////proc/none/new.db", "目标库 sqlite:////proc/none/new.db 出错"),
        ("sqlite:////tmp/no-such.db", "sqlite:////tmp/new.db", "没有文件 /tmp/no-such.db"),
        ("sqlite:////etc/hostname", "sqlite:////tmp/new.db", "源库 sqlite:////etc/hostname 出错"),
    ],
)
def test_what_cannot_be_moved_is_told_without_a_password(
    imported: Duban, source: str, target: str, words: str
) -> None:
    given = ("--from", source) if source else ()
    result = imported("transfer", *given, "--to", target)
    assert result.code in (1, 2)
    assert words in result.err
    assert "geheim" not in result.err
    assert "Traceback" not in result.err


def test_a_transfer_that_was_stopped_by_hand_says_how_it_goes_on(
    imported: Duban, postgres_store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with postgres_store.empty() as url:
        with monkeypatch.context() as patched:
            patched.setattr("engine.transfer.transferring._Work.compare", stopped)
            result = imported("transfer", "--to", url)
        assert result.code == 130
        assert "再运行一次同样的命令，会接着搬" in result.out
        assert "已取消" in result.err
        again = imported("transfer", "--to", url)
        assert again.code == 0
        assert "这次接着搬完" in again.out
