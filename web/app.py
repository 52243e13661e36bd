"""The console at the root, its API under ``/api/``, the public board under ``/board/``, the links
of letters under ``/l/``, the feeds of units under ``/feeds/``, ``/healthz`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from engine.rules.auditing import lasting
from engine.rules.conditions import written
from engine.rules.honesty import plain
from engine.rules.policy_parts import LinkAct
from engine.rules.reporting_dates import period_words
from engine.rules.words import INFORMING, UNIT_POSTS, Light, NoticeKind, NoticeState, Stage
from engine.rules.zone import written_at
from engine.store.tables import DeliveryState
from flows.runner import Runner
from flows.service import Service
from web.access import LEADERS, OFFICE, UNITS
from web.board import Held, board_routes
from web.console.console import add_console
from web.console.given import LAST_DAY
from web.console.looks import query_of, size_of
from web.feeds import feed_routes
from web.health import audited, faults
from web.link_desk import HEADERS as LINK_HEADERS
from web.link_stops import when
from web.links import link_routes
from web.metrics import CONTENT_TYPE, Metrics
from web.public import public_routes
from web.stops import Stop, broken, no_page, not_this_way

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(service: Service, runner: Runner) -> FastAPI:
    """The web application of one running installation."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    templates = _templates()
    metrics = Metrics(service, lambda: faults(service, runner))

    @app.middleware("http")
    async def secure(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        metrics.answered(request.method, response.status_code)
        return response

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        found = faults(service, runner)
        content = {
            "status": "failing" if found else "ok",
            "now": service.now().isoformat(),
            "faults": found,
            "audit": audited(service),
        }
        return JSONResponse(content, status_code=503 if found else 200)

    @app.get("/metrics")
    def figures() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    _stop_kindly(app, templates)
    board = Held(service)
    app.include_router(public_routes(service, board))
    app.include_router(board_routes(board))
    app.include_router(link_routes(service, templates))
    app.include_router(feed_routes(service))
    add_console(app, service, runner, templates)
    return app


def _stop_kindly(app: FastAPI, templates: Environment) -> None:
    """Answer with a page of our own wherever it does not go on."""
    page = templates.get_template("stop.html")

    @app.exception_handler(Stop)
    def stopped(_: Request, stop: Stop) -> HTMLResponse:
        headers = {**HEADERS, **LINK_HEADERS, **stop.headers}
        return HTMLResponse(page.render(stop=stop), stop.status, headers)

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> HTMLResponse:
        is_there = error.status_code == 405
        return stopped(request, not_this_way(error.headers or {}) if is_there else no_page())

    @app.exception_handler(Exception)
    def failed(request: Request, _: Exception) -> HTMLResponse:
        return stopped(request, broken())


@cache
def _templates() -> Environment:
    """Read and compiled once in a process."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"at": written_at, "day": written, "when": when, "lasting": lasting}
    environment.filters |= {"plain": plain, "period": period_words}
    environment.globals |= {"Light": Light, "DeliveryState": DeliveryState}
    environment.globals |= {"NoticeKind": NoticeKind, "NoticeState": NoticeState, "Stage": Stage}
    environment.globals |= {"LAST_DAY": LAST_DAY}
    environment.filters |= {"query": query_of, "size": size_of}
    environment.globals |= {"OFFICE": OFFICE, "LEADERS": LEADERS, "UNITS": UNITS}
    environment.globals |= {"LinkAct": LinkAct, "INFORMING": INFORMING, "UNIT_POSTS": UNIT_POSTS}
    return environment
