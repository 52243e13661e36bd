"""登录、退出, and changing one's password."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from engine.accounts.accounts import account_of_subject, change_password
from engine.accounts.sessions import SignInRefused, check_password, open_session, revoke
from engine.errors import DubanError
from engine.log_actions import LogAction
from web.console.declared import Done
from web.console.doors import COOKIE, Doors, device_of
from web.console.looks import HEADERS, Looks
from web.console.pages import PASSWORD, SIGN_IN, Browser, SignInFirst
from web.console.typed import Typed, typed_form
from web.stops import Stop
from web.throttle import Throttle

if TYPE_CHECKING:
    from web.console.city_directory import CityDirectory

log = logging.getLogger("duban.web")
Sent = Annotated[Typed, Depends(typed_form)]
SIGN_OUT, DIRECTORY, BACK = "/logout", "/login/directory", "/login/back"
ERRAND, ERRAND_LASTS = "duban_errand", 600
"""The cookie that a browser carries while it is at the city's directory, and for how long."""
KEPT = "kept."
"""Begins the names of what was typed into another form, while one signs in."""
ENDED = "登录已经过期，刚才提交的没有办理。填写的内容已留着，登录后可以接着提交（附件要重新选择）。"
Kept = Sequence[tuple[str, str]]
LONGEST = 200
"""Characters of a name or a password that is looked at."""


def signing_in_routes(entrance: Entrance) -> APIRouter:
    """The addresses at which one signs in and out."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(SIGN_IN, entrance.form, methods=["GET"])
    routes.add_api_route(SIGN_IN, entrance.sign_in, methods=["POST"])
    routes.add_api_route(SIGN_OUT, entrance.sign_out, methods=["POST"])
    routes.add_api_route(PASSWORD, entrance.password_form, methods=["GET"])
    routes.add_api_route(PASSWORD, entrance.password, methods=["POST"])
    if entrance.has_directory:
        routes.add_api_route(DIRECTORY, entrance.to_directory, methods=["GET"])
        routes.add_api_route(BACK, entrance.from_directory, methods=["GET"])
    return routes


class Entrance:
    """What the addresses of signing in answer."""

    def __init__(self, doors: Doors, looks: Looks, browser: Browser) -> None:
        self._doors, self._looks, self._browser = doors, looks, browser
        self._throttle = Throttle()
        self._errands = URLSafeTimedSerializer(doors.service.secret, salt="duban.errand")

    @property
    def has_directory(self) -> bool:
        """Whether one may sign in at the city's directory."""
        return bool(self._doors.service.settings.oidc_issuer)

    def first(self, request: Request, first: SignInFirst) -> Response:
        """Have somebody sign in first; a form that was sent in vain waits until then."""
        kept = first.typed.pairs() if first.typed else []
        kept = [(name, text) for name, text in kept if name not in ("seal", "once")]
        if not any(text for _, text in kept):
            return RedirectResponse(first.address, 303, HEADERS)
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return self._login(request, to, "", ENDED, 401, kept)

    def form(self, request: Request, to: str = "/") -> Response:
        """Where one signs in."""
        if self._doors.browser(request) is not None:
            return RedirectResponse(_within(to), 303)
        return self._login(request, to)

    def sign_in(self, request: Request, sent: Sent) -> Response:
        """Sign in with a password."""
        login, password = sent.form.text("login"), sent.form.raw("password")
        to = _within(sent.form.text("to") or "/")
        kept = [(n.removeprefix(KEPT), t) for n, t in sent.form.pairs() if n.startswith(KEPT)]
        if len(login) > LONGEST or len(password) > LONGEST:
            return self._login(request, to, "", "账号或密码不对，请重新输入", 422, kept)
        with self._doors.service.at_desk() as desk:
            found = check_password(desk, login, password)
            if isinstance(found, int):
                token = open_session(desk, found, device_of(request))
        if isinstance(found, SignInRefused):
            return self._refused(request, login, to, found, kept)
        if kept:
            response: Response = self._looks.page(
                request, None, "resume.html", "已经登录", to=to, kept=kept
            )
        else:
            response = RedirectResponse(to, 303)
        self._doors.let_in(request, response, token)
        return response

    def to_directory(self, request: Request, to: str = "/") -> Response:
        """Send the browser to the city's directory."""
        try:
            address, errand = self._directory(request).send(_within(to))
        except DubanError as refused:
            return self._login(request, to, "", str(refused), 502)
        response = RedirectResponse(address, 303)
        response.set_cookie(
            ERRAND,
            str(self._errands.dumps(errand)),
            max_age=ERRAND_LASTS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def from_directory(self, request: Request, state: str = "", code: str = "") -> Response:
        """Sign in whom the city's directory vouches for."""
        try:
            carried = self._errands.loads(request.cookies.get(ERRAND, ""), max_age=ERRAND_LASTS)
            found, to = self._directory(request).receive(carried, state, code)
            with self._doors.service.at_desk() as desk:
                account = account_of_subject(desk, found.subject, found.name)
                token = open_session(desk, account.id, device_of(request))
        except BadData:
            return self._login(request, "/", "", "登录等待太久，请重新登录", 422)
        except DubanError as refused:
            return self._login(request, "/", "", str(refused), 403)
        response = RedirectResponse(to, 303)
        response.delete_cookie(ERRAND)
        self._doors.let_in(request, response, token)
        return response

    def _directory(self, request: Request) -> CityDirectory:
        settings = self._doors.service.settings
        base = settings.base_url or str(request.base_url).rstrip("/")
        # What few cities have, and takes time to import.
        from web.console.city_directory import CityDirectory

        return CityDirectory(settings, f"{base}{BACK}")

    def sign_out(self, request: Request, sent: Sent) -> Response:
        """End the session of this browser."""
        asker = self._doors.browser(request)
        response = RedirectResponse(SIGN_IN, 303)
        if asker is not None and self._doors.is_sealed(asker, sent.form.text("seal")):
            with self._doors.service.at_desk() as desk:
                revoke(desk, asker.session_id or 0)
            response.delete_cookie(COOKIE)
        return response

    def password_form(self, request: Request) -> Response:
        """Where one changes one's password."""
        asker = self._browser.asker(request)
        return self._looks.page(request, asker, "password.html", "修改密码", error="")

    def password(self, request: Request, sent: Sent) -> Response:
        """Change one's password; all other browsers of the account are signed out."""
        asker = self._browser.asker(request)
        if not self._doors.is_sealed(asker, sent.form.text("seal")):
            raise Stop(403, "请重新打开页面", "页面已经过期，没有修改。请返回、刷新后重新提交。")
        old, new, again = (sent.form.raw(name) for name in ("old", "new", "again"))
        try:
            if new != again:
                raise SignInRefused("两次输入的新密码不一样")
            with self._doors.service.at_desk() as desk:
                change_password(desk, asker.account_id, old, new)
                token = open_session(desk, asker.account_id, device_of(request))
        except DubanError as refused:
            return self._looks.page(
                request, asker, "password.html", "修改密码", 422, error=str(refused)
            )
        response = RedirectResponse("/", 303)
        self._doors.let_in(request, response, token)
        self._looks.say_done(response, request, Done("密码已修改，其他设备上的登录已经退出"))
        return response

    def _refused(
        self, request: Request, login: str, to: str, why: SignInRefused, kept: Kept
    ) -> Response:
        device = device_of(request)
        log.warning("登录未成功：%s", device.address, extra={"action": LogAction.SIGN_IN_REFUSED})
        if self._throttle.is_over(device.address):
            why = SignInRefused("登录失败次数太多，请十分钟后再试")
        status = 429 if "太多" in str(why) else 422
        return self._login(request, to, login, str(why), status, kept)

    def _login(
        self,
        request: Request,
        to: str,
        login: str = "",
        error: str = "",
        status: int = 200,
        kept: Kept = (),
    ) -> Response:
        return self._looks.page(
            request,
            None,
            "login.html",
            "登录",
            status,
            to=_within(to),
            login=login,
            error=error,
            kept=kept,
            before=KEPT,
        )


def _within(address: str) -> str:
    """An address of ours to go on to; anything else leads to the beginning."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return (
        address if ours and not parts.scheme and not parts.netloc and "\\" not in address else "/"
    )
