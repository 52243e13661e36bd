"""The addresses of the console in a browser: the same for all installations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.routing import BaseRoute

from web.console.catalogue import ENTRIES
from web.console.declared import Act, Page
from web.console.pages import Browser
from web.console.paths import literal_first, path_parameters, with_parameters
from web.console.typed import Typed, typed_form

Sent = Annotated[Typed, Depends(typed_form)]


def answer_browsers(app: FastAPI, browser: Browser) -> None:
    """Have an installation answer at the addresses of the console."""
    app.state.browser = browser
    # On the application itself: what a router includes is put together once more for each, and
    # looked through twice for every request.
    app.router.routes.extend(_routes())


@cache
def _routes() -> list[BaseRoute]:
    """For every page and form one; put together once in a process, which takes its time."""
    router = APIRouter(include_in_schema=False)
    for one in sorted(ENTRIES, key=lambda one: literal_first(one.path)):
        if isinstance(one, Page):
            router.add_api_route(one.path, _page(one), methods=["GET"], name=one.name)
        else:
            router.add_api_route(one.path, _form(one), methods=["GET"], name=one.name)
            router.add_api_route(one.path, _sent(one), methods=["POST"], name=one.name)
    return router.routes


def _browser(request: Request) -> Browser:
    browser: Browser = request.app.state.browser
    return browser


def _page(page: Page) -> Callable[..., Response]:
    def show(request: Request, **path: Any) -> Response:
        return _browser(request).show(request, page, path)

    return with_parameters(show, path_parameters(page.load, page.path))


def _form(act: Act) -> Callable[..., Response]:
    def form(request: Request, **path: Any) -> Response:
        return _browser(request).form(request, act, path)

    return with_parameters(form, path_parameters(act.carry_out, act.path))


def _sent(act: Act) -> Callable[..., Response]:
    def send(request: Request, sent: Sent, **path: Any) -> Response:
        return _browser(request).send(request, act, sent, path)

    return with_parameters(send, path_parameters(act.carry_out, act.path))
