"""``duban cluster`` as users type it, its processes together, and who never loads Prefect."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import typer

from cli.answer import Answer
from cli.beginning import first_accounts
from cli.children import ChildFailed, children
from cli.cluster_up import _postgres
from cli.installation import installation
from cli.main import build
from tests.cli.conftest import Duban, free_port
from tests.cli.test_up import health, wait_for
from tests.stores import PostgresStore

DOCS = Path(__file__).parents[2] / "docs" / "cluster"
EMBEDDED = """
import sys
import cli.main, cli.running, cli.sweeping, cli.simulating, cli.cluster
cli.main.build()
import flows.runner, flows.sample, flows.service, flows.simulate, web.app
import notifications.dispatch
print([name for name in sys.modules if name.partition(".")[0] == "prefect"])
"""


def test_the_embedded_path_never_loads_prefect():
    loaded = subprocess.run([sys.executable, "-c", EMBEDDED], capture_output=True, text=True)
    assert loaded.stdout == "[]\n", loaded.stderr


def test_a_server_that_does_not_answer_is_named(duban: Duban) -> None:
    address = f"http://127.0.0.1:{free_port()}/api"
    duban.monkeypatch.setenv("DUBAN_PREFECT_API_URL", address)
    told = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "cluster", "worker"],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert f"连不上 Prefect 服务 {address}" in told.stderr
    assert "Traceback" not in told.stderr
    assert (duban.home / "prefect").is_dir()


def test_a_server_that_cannot_begin_says_why(duban: Duban) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "端口已被占用" in duban("cluster", "server", "--port", port).err
    assert "--port：不能大于65535" in duban("cluster", "server", "--port", 70000).err
    duban.monkeypatch.setenv("DUBAN_PREFECT_DATABASE_URL", "postgresql://a:geheim@127.0.0.1:1/x")
    told = duban("cluster", "server", "--port", free_port()).err
    assert "数据库打不开" in told and "请核对 DUBAN_PREFECT_DATABASE_URL" in told
    assert "geheim" not in told
    duban.monkeypatch.setenv("DUBAN_PREFECT_API_URL", "prefect:4200")
    assert "DUBAN_PREFECT_API_URL：应以 http://" in duban("cluster", "deploy").err


@pytest.mark.parametrize(
    ("given_by", "address"),
    [("DUBAN_PORT", "{}"), ("DUBAN_PREFECT_API_URL", "http://127.0.0.1:{}/api")],
)
def test_a_cluster_whose_ports_are_taken_starts_nothing(
    duban: Duban, given_by: str, address: str
) -> None:
    duban.monkeypatch.setenv("DUBAN_PORT", str(free_port()))
    duban.monkeypatch.setenv("DUBAN_PREFECT_API_URL", f"http://127.0.0.1:{free_port()}/api")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        duban.monkeypatch.setenv(given_by, address.format(port))
        result = duban("cluster", "up")
    assert (result.code, result.out) == (1, "")
    assert f"要用的 127.0.0.1:{port} 用不了" in result.err
    assert f"或设 {given_by} 换一个" in result.err
    assert not duban.home.exists()


def test_a_server_whose_database_has_no_trigrams_is_told_what_to_install(
    duban: Duban, postgres_store: PostgresStore
) -> None:
    asked = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
    with postgres_store.empty() as url:
        with psycopg.connect(url) as connection:
            if connection.execute(asked).fetchone() != (0,):
                pytest.skip("this PostgreSQL has the extension")
        duban.monkeypatch.setenv("DUBAN_PREFECT_DATABASE_URL", url)
        result = duban("cluster", "server", "--port", free_port())
    assert result.code == 1
    assert "没有 pg_trgm 扩展" in result.err and "postgresql-contrib" in result.err


def test_no_secret_of_a_cluster_goes_into_its_image_or_the_repository() -> None:
    assert "**/*.env" in (DOCS / "Containerfile.dockerignore").read_text(encoding="utf-8")
    ignored = (DOCS.parents[1] / ".gitignore").read_text(encoding="utf-8")
    assert "/docs/cluster/*.env" in ignored


def test_the_page_and_the_jobs_may_run_apart(duban: Duban) -> None:
    port = free_port()
    told: list[str] = []
    with installation() as service:
        assert "初始密码" in next(first_accounts(service).lines)
    with children(duban.home / "log", told.append) as started:
        page = started.start("网页", "up", "--jobs", "none", "--port", str(port))
        started.wait_for(page, f"http://127.0.0.1:{port}/healthz", patience=60)
        letters = started.start("发信", "up", "--no-web", "--jobs", "resident")
        wait_for(lambda: "按 Ctrl-C 停止" in letters.last_words)
    assert page.process.returncode == letters.process.returncode == 0
    assert "初始密码" not in page.file.read_text(encoding="utf-8")
    assert "不开网页" in letters.file.read_text(encoding="utf-8")
    assert "已停止" in letters.last_words
    assert health(port) is None
    assert told == []
    assert "“some”不在可选范围内" in duban("up", "--jobs", "some").err


def test_a_child_that_dies_is_started_again_and_none_outlives_its_parent(duban: Duban) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), children(duban.home / "log", tell) as started:
        one = started.start("发信", "up", "--no-web", "--jobs", "none")
        os.killpg(one.process.pid, signal.SIGKILL)
        started.watch()
    assert told == ["发信 意外退出（-9），重新启动"]
    assert one.process.returncode is not None


def test_a_postgresql_brought_along_that_dies_is_started_again(duban: Duban) -> None:
    duban.monkeypatch.setenv("DUBAN_DATABASE_URL", "")  # else it would be left to other tests
    duban.monkeypatch.delenv("DUBAN_DATABASE_URL")
    with _postgres(Answer(as_json=False)) as keep:
        url = os.environ["DUBAN_DATABASE_URL"]
        with psycopg.connect(url) as connection:
            ask = "SELECT pg_read_file('postmaster.pid')"
            [postmaster] = connection.execute(ask).fetchone() or []
        keep()
        assert "意外退出" not in duban.capsys.readouterr().out
        os.kill(int(postmaster.split()[0]), signal.SIGKILL)
        wait_for(lambda: keep() or _answers(url))
    assert "PostgreSQL 意外退出，重新启动" in duban.capsys.readouterr().out
    assert not _answers(url)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_child_that_does_not_start_shows_its_last_words(duban: Duban) -> None:
    with (
        children(duban.home / "log", lambda text: None) as started,
        pytest.raises(ChildFailed, match="不在可选范围内"),
    ):
        started.wait_for(started.start("网页", "up", "--jobs", "some"), "http://127.0.0.1:1/")


def test_the_units_and_containers_call_commands_that_exist() -> None:
    app = typer.main.get_command(build())
    texts = [
        path.read_text(encoding="utf-8") for path in (*DOCS.glob("*.service"), *DOCS.glob("*.yaml"))
    ]
    lines = [found for text in texts for found in re.findall(r"(?:bin/duban|command:) (.*)", text)]
    assert len(lines) == 9
    for line in lines:
        words = line.replace("%H-%i", "w").split()
        command = app
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
        command.make_context("duban", words)
