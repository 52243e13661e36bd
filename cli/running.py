"""``duban up``: status page, checks and dispatch in one process, until it is told to stop."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import Answer, answering
from cli.installation import address_of, installation, told_when_unreachable
from engine.errors import DubanError

if TYPE_CHECKING:
    from config.settings import Settings
    from flows.service import Service

log = logging.getLogger("duban")

LISTENING_FAULTS = {
    errno.EADDRINUSE: "端口已被占用，可能已经启动过；也可用 --port 换一个",
    errno.EACCES: "没有权限使用这个端口，可用 --port 换成 1024 以上的",
    errno.EADDRNOTAVAIL: "本机没有这个地址，请核对 --host",
}


class CannotListen(DubanError):
    """地址或端口不能用。"""


def up(
    sample: Annotated[
        Path | None,
        typer.Option(
            "--sample", metavar="目录", help="库中没有清单时，先导入这份示例", show_default=False
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="地址", help="默认 127.0.0.1，只限本机", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="端口", help="默认 8750", show_default=False),
    ] = None,
) -> None:
    """启动服务：按时检查、发信，并打开状态页。按 Ctrl-C 停止。"""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    with answering(as_json=False) as answer:
        from config.settings import load_settings

        settings = load_settings(**given)
        _log_one_line_each()
        with _listening(settings.host, settings.port) as listener:
            if sample is not None:
                _begin_sample(answer, settings, sample)
            with installation(**given) as service:
                _serve(answer, service, listener)
        answer.say("已停止")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The port is taken before anything is done, or nothing is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen(
            f"不能在 {host}:{port} 上提供服务：{LISTENING_FAULTS.get(error.errno or 0, error)}"
        ) from error
    with listener:
        yield listener


def _begin_sample(answer: Answer, settings: Settings, folder: Path) -> None:
    from flows.sample import begin_sample

    with told_when_unreachable(settings.database):
        begun = begin_sample(settings, folder)
    if begun is None:
        answer.say("库中已有清单，接着运行")
    else:
        answer.say(f"已导入示例并交办：{begun.note}")


def _serve(answer: Answer, service: Service, listener: socket.socket) -> None:
    import uvicorn

    from flows.runner import Runner
    from web.app import create_app

    runner = Runner(service)

    class Server(uvicorn.Server):
        """Leaves the signals to us: the first stops in order, the second at once."""

        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

        def stop(self, *_: Any) -> None:
            self.force_exit = self.should_exit
            self.should_exit = True

    config = uvicorn.Config(
        create_app(service, runner),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.stop)
    _tell_where(answer, service)
    runner.start()
    try:
        server.run(sockets=[listener])
    finally:
        answer.say("正在停止…")
        runner.stop()


def _tell_where(answer: Answer, service: Service) -> None:
    from flows.clock import ShiftedClock
    from web.status import mail_address, written_at

    settings, rulebook = service.settings, service.rulebook
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    answer.say(f"督办已启动：http://{host}:{settings.port}/")
    answer.say(f"  工作目录  {settings.home}")
    answer.say(f"  数据库    {address_of(settings.database)}")
    answer.say(f"  邮件      {mail_address(settings)}")
    answer.say(f"  规则      {rulebook.policy.title}（版本 {rulebook.policy.version}）")
    layers = "、".join(layer.title for layer in rulebook.calendar.layers)
    answer.say(f"  日历      {layers}（版本 {rulebook.calendar.version}）")
    if isinstance(service.now, ShiftedClock):
        answer.say(f"  演示时钟  现在是 {written_at(service.now())}，不是实际时间")
    answer.say("按 Ctrl-C 停止")


def _log_one_line_each() -> None:
    """One line per event on standard error; the libraries speak up only when something is wrong."""
    form = logging.Formatter(
        "%(asctime)s %(levelname)s [%(action)s] %(message)s",
        "%Y-%m-%d %H:%M:%S",
        defaults={"action": "log"},
    )
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    log.setLevel(logging.INFO)
