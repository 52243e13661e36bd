"""The console put together: its pages, its entrance, its API, what its pages are drawn with."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from jinja2 import Environment
from starlette.staticfiles import StaticFiles

from flows.runner import Runner
from flows.service import Service
from web.console.api import Api
from web.console.browsing import answer_browsers
from web.console.catalogue import ACTS, PAGES
from web.console.doors import Doors
from web.console.looks import STATIC, Looks
from web.console.pages import Browser, SignInFirst
from web.console.signing_in import Entrance, signing_in_routes


def add_console(app: FastAPI, service: Service, runner: Runner, templates: Environment) -> None:
    """Add the console to the application."""
    doors = Doors(service, runner)
    looks = Looks(doors, templates, PAGES, ACTS)
    browser = Browser(doors, looks)
    entrance = Entrance(doors, looks, browser)

    @app.exception_handler(SignInFirst)
    def to_the_door(request: Request, first: SignInFirst) -> Response:
        return entrance.first(request, first)

    app.include_router(signing_in_routes(entrance))
    answer_browsers(app, browser)
    app.mount("/api", Api(doors))
    app.mount("/static", StaticFiles(directory=STATIC))
