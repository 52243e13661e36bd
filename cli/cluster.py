"""``duban cluster``: the catalogue of jobs on Prefect, over any number of machines."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.cluster_up import up
from cli.installation import installation, told_when_unreachable
from cli.options import AsJson
from cli.serving import listening, serve, told_to_stop
from cli.speaking import speaking
from engine.errors import DubanError
from engine.log_actions import LogAction

if TYPE_CHECKING:
    from config.settings import Settings
    from engine.store.database import Database


class ServerRefused(DubanError):
    """Prefect 服务不能这样启动。"""


def deploy(
    again: Annotated[
        int, typer.Option("--again", min=1, max=30, metavar="分钟", help="每隔几分钟补一次未做的")
    ] = 10,
    as_json: AsJson = False,
) -> None:
    """把各项任务登记到 Prefect 服务上，按时运行。改了时刻表或升级后再登记一次。"""
    with answering(as_json) as answer, installation() as service:
        from flows.prefect_home import page_of, prepare

        prepare(service.settings)
        from flows.cluster.asking import POOL
        from flows.cluster.deploying import deploy

        deployed = deploy(service, again)
        answer.say(f"已登记到 {service.settings.prefect_api_url}，工作池 {POOL}：")
        for one in deployed:
            answer.say(f"  {one.name}  " + "，".join(f"{k} {v}" for k, v in one.times.items()))
        answer.say(f"在 {page_of(service.settings)} 查看；由 duban cluster worker 运行")
        answer.put(pool=POOL, deployed={one.name: one.times for one in deployed})


def worker(
    name: Annotated[
        str,
        typer.Option("--name", metavar="名称", help="默认为机器名；同一机器上开几个时各取一个"),
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=64, help="同时运行几个")] = 2,
) -> None:
    """启动工作进程：Prefect 叫到什么就做什么。按 Ctrl-C 停止。"""
    with speaking() as (settings, speech):
        _prepare(settings)
        from flows.cluster.working import work

        own = name or socket.gethostname()

        def begun() -> None:
            speech.tell(LogAction.STARTED, f"工作进程 {own} 已启动", worker=own)
            speech.say("按 Ctrl-C 停止")

        work(own, limit, begun)
        speech.tell(LogAction.STOPPED, "已停止", worker=own)


def server(
    host: Annotated[str, typer.Option("--host", metavar="地址", help="默认只限本机")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="端口", min=1, max=65535)] = 4200,
) -> None:
    """启动 Prefect 服务，不向外联系。按 Ctrl-C 停止。"""
    with speaking() as (settings, speech), listening(host, port) as listener:
        _prepare(settings, is_server=True)
        from flows.cluster.serving import server_app

        told = told_to_stop()
        address = f"http://{host}:{port}/"
        speech.tell(LogAction.STARTED, f"Prefect 服务已启动：{address}", address=address)
        speech.say("按 Ctrl-C 停止")
        serve(server_app(), listener, told, has_lifespan=True)
        speech.tell(LogAction.STOPPED, "已停止")


def _prepare(settings: Settings, *, is_server: bool = False) -> None:
    """Prefect is told what it needs to know, and its database is there."""
    from engine.store.database import Database
    from flows.prefect_home import prepare, prepare_server

    url = settings.prefect_database
    given_by = "DUBAN_PREFECT_DATABASE_URL" if url else "DUBAN_HOME"
    with told_when_unreachable(url or settings.database, given_by):
        if is_server and url:
            database = Database(url)
            try:
                _refuse_without_trigrams(database)
            finally:
                database.close()
        (prepare_server if is_server else prepare)(settings)


def _refuse_without_trigrams(database: Database) -> None:
    """Prefect's tables have indexes that PostgreSQL makes with an extension alone."""
    from sqlalchemy import text

    asked = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
    with database.engine.connect() as connection:
        if not database.is_sqlite and not connection.scalar(asked):
            raise ServerRefused(
                "这台 PostgreSQL 没有 pg_trgm 扩展，Prefect 服务不能用它。"
                "请安装 postgresql-contrib，或不设 DUBAN_PREFECT_DATABASE_URL（只够试用）"
            )


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "server": server,
    "deploy": deploy,
    "worker": worker,
}
