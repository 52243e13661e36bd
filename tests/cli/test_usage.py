from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Duban, start
from tests.stores import PostgresStore


def imported_by(*arguments: str, home: Path) -> set[str]:
    """The top-level modules that a command loads."""
    code = (
        "import sys; from cli.main import run; run(sys.argv[1:]);"
        "print(' '.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"DUBAN_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_neither_database_nor_scheduler(tmp_path: Path) -> None:
    heavy = {"sqlalchemy", "pydantic", "fastapi", "apscheduler", "prefect", "openpyxl"}
    assert not heavy & imported_by("--help", home=tmp_path)


def test_a_sweep_by_hand_loads_no_scheduler(tmp_path: Path) -> None:
    loaded = imported_by("sweep", "daily", home=tmp_path)
    assert "sqlalchemy" in loaded
    assert not {"apscheduler", "prefect", "fastapi", "uvicorn"} & loaded


@pytest.mark.parametrize(
    ("home", "why"), [("file", "已经有同名的文件"), ("file/below", "路径中有一段不是目录")]
)
@pytest.mark.parametrize("command", [("list",), ("restore", "b.db"), ("cluster", "deploy")])
def test_a_home_that_cannot_be_made_is_told(
    duban: Duban, tmp_path: Path, home: str, why: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    duban.monkeypatch.setenv("DUBAN_HOME", str(tmp_path / home))
    result = duban(*command)
    told = f"工作目录 {tmp_path / home} 建不了：{why}。请换一个 DUBAN_HOME\n"
    assert (result.code, result.out, result.err) == (1, "", told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frob"], "没有命令 frob"),
        (["list", "--jsno"], "没有选项 --jsno，是否想写 --json"),
        (["list", "甲"], "多余的参数：甲"),
        (["sign-for", "2023-01"], "缺少 --by"),
        (["sweep", "hourly"], "“hourly”不在可选范围内，可写：daily（日检查）"),
        (["sweep", "daily", "--as-of", "昨天"], "“昨天”不是时间"),
        (["assign"], "请写明事项编号，或用 --all 交办全部"),
        (["report", "1", "--by", "甲", "--period", "2023-04", "--value", "学位"], "指标=数"),
        (["inspection", "open", "1"], "缺少 --leader"),
    ],
)
def test_wrong_usage_is_told_in_chinese_and_exits_2(
    duban: Duban, arguments: list[str], words: str
) -> None:
    result = duban(*arguments)
    assert result.code == 2
    assert words in result.err
    assert result.out == ""


def test_wrong_usage_with_json_is_one_object(duban: Duban) -> None:
    result = duban("answer", "3", "--json")
    assert result.code == 2
    assert result.data["ok"] is False


def test_a_refusal_exits_1_with_the_message_on_standard_error(tmp_path: Path) -> None:
    process = start("sign-for", "2023-99", "--by", "甲", "--json", DUBAN_HOME=tmp_path)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert json.loads(out) == {
        "ok": False,
        "error": "没有编号为“2023-99”的事项，请用 duban list 查看编号",
    }
    assert err.strip() == "没有编号为“2023-99”的事项，请用 duban list 查看编号"


def test_a_database_that_cannot_be_opened_is_told_without_its_password(duban: Duban) -> None:
    url = "postgresql://duban:geheim@127.0.0.1:9/duban?connect_timeout=2"
    duban.monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    result = duban("list")
    assert result.code == 1
    assert "数据库打不开：postgresql" in result.err
    assert "geheim" not in result.err


def test_a_number_that_is_none_is_told_in_chinese(duban: Duban) -> None:
    result = duban("explain", "甲")
    assert result.code == 2
    assert "应为整数" in result.err


def test_no_password_in_the_options_of_an_address_is_shown(duban: Duban) -> None:
    url = "postgresql://127.0.0.1:9/duban?user=duban&password=geheim&connect_timeout=2"
    duban.monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    result = duban("list")
    assert result.code == 1
    assert "password=***" in result.err
    assert "geheim" not in result.err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:geheim@127.0.0.1:九/d", "DUBAN_DATABASE_URL：网址写错了"),
        ("postgresql://127.0.0.1:9/d?connect_timeouts=2", "connect_timeouts"),
        ("sqlite:////etc/hostname", "file is not a database"),
        ("sqlite:///:memory:", "DUBAN_DATABASE_URL：应写一个文件的路径"),
    ],
)
def test_an_address_of_no_database_is_told_with_what_to_do(
    duban: Duban, url: str, words: str
) -> None:
    duban.monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    result = duban("list")
    assert result.code == 1
    assert words in result.err and "DUBAN_DATABASE_URL" in result.err


def test_an_account_without_rights_is_told_with_what_to_do(
    duban: Duban, postgres_store: PostgresStore
) -> None:
    with postgres_store.new() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS powerless")
            connection.execute("CREATE ROLE powerless LOGIN")
        duban.monkeypatch.setenv("DUBAN_DATABASE_URL", url.replace("postgres:@", "powerless:@"))
        result = duban("list")
        assert result.code == 1
        assert "permission denied for table" in result.err
        assert "请核对 DUBAN_DATABASE_URL、账户、权限和硬盘" in result.err
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP ROLE powerless")
