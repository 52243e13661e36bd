"""The status page at the root, and ``/healthz``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.rules.conditions import written
from engine.rules.words import Light
from engine.store.tables import DeliveryState
from flows.runner import Runner
from flows.service import Service
from web.status import SHOWN, faults, look, written_at

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
    page = _templates().get_template("status.html")

    @app.middleware("http")
    async def secure(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    def status() -> HTMLResponse:
        return HTMLResponse(page.render(status=look(service, runner)))

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        found = faults(service, runner)
        content = {
            "status": "failing" if found else "ok",
            "now": service.now().isoformat(),
            "faults": found,
        }
        return JSONResponse(content, status_code=503 if found else 200)

    return app


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"at": written_at, "day": written}
    environment.globals |= {"Light": Light, "DeliveryState": DeliveryState, "SHOWN": SHOWN}
    return environment
