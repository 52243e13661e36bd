"""``duban cluster``: the catalogue of jobs on Prefect, over any number of machines."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Annotated

import typer

from cli.answer import answering
from cli.cluster_up import up
from cli.installation import installation, told_when_unreachable
from cli.options import AsJson
from cli.serving import listening, serve


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
    with answering(as_json=False) as answer:
        _prepare()
        from flows.cluster.working import work

        own = name or socket.gethostname()
        work(own, limit, lambda: answer.say(f"工作进程 {own} 已启动，按 Ctrl-C 停止"))
        answer.say("已停止")


def server(
    host: Annotated[str, typer.Option("--host", metavar="地址", help="默认只限本机")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="端口", min=1, max=65535)] = 4200,
) -> None:
    """启动 Prefect 服务，不向外联系。按 Ctrl-C 停止。"""
    with answering(as_json=False) as answer, listening(host, port) as listener:
        _prepare(is_server=True)
        from flows.cluster.serving import server_app

        answer.say(f"Prefect 服务：http://{host}:{port}/，按 Ctrl-C 停止")
        serve(server_app(), listener, has_lifespan=True)
        answer.say("已停止")


def _prepare(*, is_server: bool = False) -> None:
    """Prefect is told what it needs to know, and its database is there."""
    from config.settings import load_settings
    from engine.store.database import Database
    from flows.logs import log_to_stderr
    from flows.prefect_home import prepare, prepare_server

    settings = load_settings()
    log_to_stderr(settings.log)
    url = settings.prefect_database
    with told_when_unreachable(url or settings.database):
        if is_server and url:
            Database(url).engine.connect().close()
        (prepare_server if is_server else prepare)(settings)


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "server": server,
    "deploy": deploy,
    "worker": worker,
}
