"""The API: every page as JSON, every act as a POST, described under ``/api/openapi.json``.

Errors are problem+json (RFC 9457). An act that is sent with an ``Idempotency-Key`` is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter
from threading import Lock
from typing import Annotated, Any, get_type_hints

from fastapi import Body, Depends, FastAPI, Header, Query, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from engine.accounts.tokens import Scope
from engine.errors import DubanError
from web.access import Asker
from web.console.carrying_out import carry_out, check_may
from web.console.catalogue import ACTS, PAGES
from web.console.declared import Act, Done, Download, Page
from web.console.doors import Doors
from web.console.given import Faults
from web.console.once import LONGEST, digest
from web.console.pages import download
from web.console.paths import literal_first, path_parameters, with_parameters
from web.refusals import status_of, told

VERSION = "/v1"
PROBLEM = "application/problem+json"
TITLES = {
    400: "请求读不懂",
    401: "请先登录",
    403: "无权办理",
    404: "没有找到",
    405: "不接受这种请求",
    409: "现在不能办理",
    413: "内容太长",
    415: "请用 application/json",
    422: "填写的内容不对",
}
DESCRIPTION = "/openapi.json"
REFUSED = {"schema": {"$ref": "#/components/schemas/Problem"}}
KEY = Header(
    alias="Idempotency-Key",
    max_length=LONGEST,
    pattern=r"^[\x21-\x7e]+$",
    description="幂等键：同一个键重复发送只办一次，得到同样的答复",
)


DOORS, BUILDING = "duban.doors", Lock()


class NotSignedIn(DubanError):
    """没有令牌，或者令牌无效。"""


class Problem(BaseModel):
    """What is wrong, as RFC 9457 has it; ``errors`` by field."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: dict[str, str] = Field(default_factory=dict)


class Api:
    """The application that answers programs for one installation. It is the same for all and takes
    a second, and its description another: each is put together when somebody first asks for it,
    while others are answered, and no start waits for it."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        app = await run_in_threadpool(_built)
        if scope["path"].endswith(DESCRIPTION):
            await run_in_threadpool(app.openapi)
        scope[DOORS] = self._doors
        await app(scope, receive, send)


def _built() -> FastAPI:
    with BUILDING:
        return create_api()


class _Described(FastAPI):
    """Says once how a problem looks: told to each of a thousand answers, it takes two seconds."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        described["components"]["schemas"][Problem.__name__] = Problem.model_json_schema()
        return described


@cache
def create_api() -> FastAPI:
    """What answers programs; the doors that they come to stand in the scope of each request."""
    api = _Described(
        title="督办 接口",
        version="1",
        description="工作台能看的、能办的，程序都能看、能办。令牌在“我的账号”中领取。",
        docs_url=None,
        redoc_url=None,
        openapi_url=DESCRIPTION,
        dependencies=[Security(HTTPBearer(auto_error=False, description="接口令牌"))],
        responses={
            status: {"description": title, "content": {PROBLEM: REFUSED}}
            for status, title in TITLES.items()
        },
    )
    _tell_problems(api)
    _add_routes(api)
    return api


def _doors(request: Request) -> Doors:
    doors: Doors = request.scope[DOORS]
    return doors


def _add_routes(api: FastAPI) -> None:
    # On the application itself: what a router includes is put together once more for each.
    for page in sorted(PAGES, key=lambda page: literal_first(page.path)):
        made = get_type_hints(page.load).get("return", Any)
        is_file = made is Download
        api.add_api_route(
            f"{VERSION}{page.path}",
            _page(page),
            methods=["GET"],
            response_model=None if is_file else made,
            response_class=Response if is_file else JSONResponse,
            summary=page.title,
            operation_id=page.name,
            dependencies=[Depends(_let_in(page, Scope.READ))],
            tags=[page.menu.label] if page.menu else None,
        )
    for act in sorted(ACTS, key=lambda act: literal_first(act.path)):
        api.add_api_route(
            f"{VERSION}{act.path}",
            _act(act),
            methods=["POST"],
            response_model=Done,
            summary=act.title,
            description=act.about,
            operation_id=act.name,
            dependencies=[Depends(_let_in(act, Scope.WRITE))],
        )


def _let_in(entry: Page | Act, scope: Scope) -> Callable[[Request], None]:
    """Before anything that was sent is looked at: who comes, and whether they may."""

    def let_in(request: Request) -> None:
        asker = _doors(request).program(request)
        if asker is None:
            raise NotSignedIn("请在 Authorization 头中给出有效的接口令牌")
        check_may(asker, entry.may, scope, entry.title)
        request.state.asker = asker

    return let_in


def _page(page: Page) -> Callable[..., Any]:
    def show(request: Request, asked: Any, **path: Any) -> Any:
        asker: Asker = request.state.asker
        with _doors(request).showing(asker, page) as visit:
            found = page.load(visit, asked, **path)
        return download(found) if isinstance(found, Download) else found

    asks = Parameter("asked", Parameter.KEYWORD_ONLY, annotation=Annotated[page.asks, Query()])
    return with_parameters(show, [asks, *path_parameters(page.load, page.path)])


def _act(act: Act) -> Callable[..., Done]:
    def send(request: Request, given: Any, key: Annotated[str, KEY] = "", **path: Any) -> Done:
        asker: Asker = request.state.asker
        return carry_out(
            _doors(request),
            asker,
            act,
            given,
            path,
            key=f"api:{key}" if key else "",
            request=digest(request.url.path, given.model_dump_json().encode()),
        )

    takes = Parameter("given", Parameter.KEYWORD_ONLY, annotation=Annotated[act.takes, Body()])
    return with_parameters(send, [takes, *path_parameters(act.carry_out, act.path)])


def _tell_problems(api: FastAPI) -> None:
    @api.exception_handler(DubanError)
    def refused(_: Request, error: DubanError) -> JSONResponse:
        return _problem(401 if isinstance(error, NotSignedIn) else status_of(error), told(error))

    @api.exception_handler(Faults)
    def faults(_: Request, error: Faults) -> JSONResponse:
        return _problem(422, str(error), error.by_field)

    @api.exception_handler(RequestValidationError)
    def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        by_field = Faults.of_errors(error.errors()).by_field
        return _problem(422, "；".join(f"{at}：{said}" for at, said in by_field.items()), by_field)

    @api.exception_handler(HTTPException)
    def unknown(_: Request, error: HTTPException) -> JSONResponse:
        title = TITLES.get(error.status_code, "请求读不懂")
        return _problem(error.status_code, title, headers=dict(error.headers or {}))

    @api.exception_handler(Exception)
    def failed(_: Request, __: Exception) -> JSONResponse:
        return _problem(500, "系统出错了，刚才的操作可能没有办成，请查看后再试")


def _problem(
    status: int,
    detail: str,
    errors: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    content = {
        "type": "about:blank",
        "title": TITLES.get(status, "系统出错了" if status >= 500 else "不能办理"),
        "status": status,
        "detail": detail,
        "errors": errors or {},
    }
    if status == 401:
        headers = {**(headers or {}), "WWW-Authenticate": "Bearer"}
    return JSONResponse(content, status, headers, media_type=PROBLEM)
