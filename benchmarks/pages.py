"""Pages of the console and of the public board on a long list, and the board under a burst of
readers, each held against an answer of the same server that needs no work."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

import uvicorn
from sqlalchemy import select
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from benchmarks.measure import Figure, Plan, stopwatch
from benchmarks.seeding import DAY, at, copied, seeded
from config.settings import load_settings
from engine.accounts.accounts import Appointments, open_account
from engine.accounts.sessions import Device, open_session
from engine.publicity.publishing import publish
from engine.rules.words import PostKind
from engine.store.statistics import count_anew
from engine.store.tables import Person, Program
from flows.clock import VirtualClock
from flows.runner import Runner
from flows.service import Service, open_service
from web.app import create_app
from web.console.doors import COOKIE

FLOOR = "/floor"
CONSOLE = {
    "总览": "/",
    "项目列表": "/projects",
    "项目列表，按领域": f"/projects?field={quote('第3类实事')}",
    "项目列表，按名称": f"/projects?text={quote('第1200片区')}",
    "项目页": "/projects/2023-1200",
    "挂图作战": "/wall",
    "日志": "/log",
    "通知": "/notices",
    "时限": "/deadlines",
}
BOARD = {
    "公示首页": "/board/",
    "公示项目页": "/board/projects/2023-1200.html",
    "公示数据": "/board/index.json",
}
READERS = 32
SIZES = (2_000, 100_000)


def pages(plan: Plan) -> Iterator[Figure]:
    """Every page by itself, then a burst on the board's first page."""
    for size in SIZES[: 1 if plan.quick else None]:
        with _installation(plan.folder, size) as (port, cookie):
            floor = _median(plan, port, FLOOR)
            for name, path in {**CONSOLE, **BOARD}.items():
                seconds = _median(plan, port, path, cookie)
                yield _figure(f"网页：{name}", f"page: {path}", seconds, floor, f"{size}项")
            yield _burst(plan, port, size)


def _figure(chinese: str, english: str, seconds: float, floor: float, note: str) -> Figure:
    return Figure(
        chinese, english, "页/秒", 1 / seconds, 1 / floor, "同一服务的空白页",
        f"{note}，中位{seconds * 1000:.0f}毫秒",
    )  # fmt: skip


@contextmanager
def _installation(folder: Path, size: int) -> Iterator[tuple[int, str]]:
    """A running service with a list of this size that was published; its port, and what the
    browser of the head of the office comes with."""
    store = copied(seeded(folder, size), "pages")
    settings = load_settings(home=folder / "pages", database_url=f"sqlite:///{store}")
    service = open_service(settings, VirtualClock(at(DAY)))
    cookie = _prepared(service)
    app = create_app(service, Runner(service))
    app.router.routes.insert(0, Route(FLOOR, lambda _: PlainTextResponse(".")))
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1], cookie
    server.should_exit = True
    thread.join()
    service.database.close()


def _prepared(service: Service) -> str:
    officer = f"{PostKind.OFFICE.label}0"
    with service.at_desk() as desk:
        publish(desk, desk.session.get_one(Program, 1), officer)
        person = desk.session.scalars(select(Person).where(Person.name == officer)).one()
        chief = Appointments(chief=True)
        account, _ = open_account(
            desk, "chief", "测试", person_id=person.id, appointed=chief, kept="-"
        )
        account.must_change = False
        token = open_session(desk, account.id, Device("127.0.0.1", "benchmark"))
    count_anew(service.database)
    return f"{COOKIE}={token}"


def _median(plan: Plan, port: int, path: str, cookie: str = "") -> float:
    """Seconds of a page, the first time left out, when it is made for everybody."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    _ask(connection, path, cookie)
    times = []
    for _ in range(5 * plan.repeats):
        with stopwatch() as watch:
            _ask(connection, path, cookie)
        times.append(watch.seconds)
    connection.close()
    return median(times)


def _ask(connection: http.client.HTTPConnection, path: str, cookie: str = "") -> int:
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return len(content)


def _burst(plan: Plan, port: int, size: int) -> Figure:
    """Many readers at once, who all open the first page again and again."""
    each = 20 if plan.quick else 100
    ours, floor = (READERS * each / _crowd(port, path, each) for path in ("/board/", FLOOR))
    return Figure(
        "网页：公示首页，32人同时不停地看", "board: a burst of 32 readers", "页/秒", ours, floor,
        "同一服务的空白页", f"{size}项，读者与服务在同一进程",
    )  # fmt: skip


def _crowd(port: int, path: str, each: int) -> float:
    def read(_: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(each):
            _ask(connection, path)
        connection.close()

    with ThreadPoolExecutor(READERS) as readers, stopwatch() as watch:
        list(readers.map(read, range(READERS)))
    return watch.seconds
