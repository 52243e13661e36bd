"""Serving pages on an address of this machine, until the process is told to stop."""

from __future__ import annotations

import errno
import signal
import socket
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import DubanError

if TYPE_CHECKING:
    from fastapi import FastAPI

NO_HOST = "没有这个地址，请核对 --host 和 DUBAN_HOST"
FAULTS = {
    socket.EAI_NONAME: NO_HOST,
    socket.EAI_AGAIN: NO_HOST,
    errno.EADDRINUSE: "端口已被占用，可能已经启动过；也可用 --port 换一个",
    errno.EACCES: "没有权限使用这个端口，可用 --port 换成 1024 以上的",
    errno.EADDRNOTAVAIL: "本机没有这个地址，请核对 --host 和 DUBAN_HOST",
}


LOOK = 0.2
"""Seconds after which a process that waits to be told looks again."""


class CannotListen(DubanError):
    """地址或端口不能用。"""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The port is taken before anything is done, or nothing is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        fault = FAULTS.get(error.errno or 0, error)
        raise CannotListen(f"不能在 {host}:{port} 上提供服务：{fault}") from error
    with listener:
        yield listener


class Told:
    """Whether the process has been told to stop. Nothing here takes a lock: a signal that comes
    while its thread holds one, such as that of an Event, would wait for it for ever."""

    def __init__(self) -> None:
        self.is_told = False

    def tell(self, *_: Any) -> None:
        self.is_told = True

    def wait(self) -> None:
        """Until it is told."""
        while not self.is_told:
            time.sleep(LOOK)


def told_to_stop() -> Told:
    """To be asked for before anybody is told that the process is there: until then a signal ends
    it as it stands."""
    told = Told()
    _when_told(told.tell)
    return told


def serve(
    app: FastAPI,
    listener: socket.socket,
    told: Told,
    *,
    proxies: str = "",
    has_lifespan: bool = False,
) -> None:
    """Answer until the first signal; a second one ends what is still being answered.

    Args:
        told: whether the process has been told to stop before it could answer.
        proxies: the addresses of those who may say for whom they ask, with commas between.
        has_lifespan: whether the application begins and ends something of its own.
    """
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves the signals to us."""

        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

        def stop(self, *_: Any) -> None:
            self.force_exit = self.should_exit
            self.should_exit = True

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        lifespan="on" if has_lifespan else "off",
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    _when_told(server.stop)
    server.should_exit |= told.is_told
    server.run(sockets=[listener])


def _when_told(stop: Callable[..., Any]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
