"""The console in a browser: a page for every page, a form for every act."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from engine.accounts.tokens import Scope
from engine.errors import DubanError
from web.access import Asker
from web.console.carrying_out import carry_out, check_may
from web.console.declared import Act, Done, Download, Offer, Page
from web.console.doors import Doors
from web.console.fields import fields_of, typed
from web.console.given import Faults
from web.console.looks import Looks
from web.console.paths import filled
from web.console.typed import Typed
from web.forms import Form
from web.refusals import status_of, told
from web.stops import Stop

SIGN_IN, PASSWORD = "/login", "/password"
EXPIRED = "页面已经过期，没有办理。填写的内容还在下面，附件要重新选择；请核对后再提交。"


class SignInFirst(Exception):
    """Nobody has signed in; the browser is sent to do so.

    Attributes:
        address: where one signs in.
        typed: the form that was sent in vain.
    """

    def __init__(self, address: str, typed: Form | None = None) -> None:
        super().__init__(address)
        self.address = address
        self.typed = typed


class Browser:
    """Answers the browsers of one installation."""

    def __init__(self, doors: Doors, looks: Looks) -> None:
        self._doors, self._looks = doors, looks

    def asker(self, request: Request, typed: Form | None = None) -> Asker:
        """Who asks, with what was typed by them.

        Raises:
            SignInFirst: nobody who has signed in, or one who must change a password first.
        """
        asker = self._doors.browser(request)
        if asker is None:
            place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            raise SignInFirst(f"{SIGN_IN}?to={quote(place, safe='')}", typed)
        if asker.must_change and request.url.path != PASSWORD:
            raise SignInFirst(PASSWORD)
        return asker

    def show(self, request: Request, page: Page, path: dict[str, Any]) -> Response:
        """A page to look at."""
        asker = self.asker(request)
        try:
            check_may(asker, page.may, Scope.READ, page.title)
            asked = page.asks.model_validate(_asked(page, request))
            with self._doors.showing(asker, page) as visit:
                found = page.load(visit, asked, **path)
        except ValidationError as error:
            raise _unreadable(Faults.of(error)) from None
        except DubanError as refused:
            raise _stop(refused) from None
        if isinstance(found, Download):
            return download(found)
        return self._looks.page(
            request, asker, page.template, page.title, page=found, asked=asked, path=path
        )

    def form(self, request: Request, act: Act, path: dict[str, Any]) -> Response:
        """The form of an act, as it begins."""
        asker = self.asker(request)
        try:
            check_may(asker, act.may, Scope.WRITE, act.title)
            return self._draw(request, asker, act, path)
        except DubanError as refused:
            raise _stop(refused) from None

    def send(self, request: Request, act: Act, sent: Typed, path: dict[str, Any]) -> Response:
        """Carry out an act whose form was sent."""
        asker = self.asker(request, sent.form)
        given = typed(act.takes, sent.form, sent.files)
        if not self._doors.is_sealed(asker, sent.form.text("seal")):
            return self._once_more(request, asker, act, path, given)
        once = sent.form.text("once")[:64]
        try:
            done = carry_out(
                self._doors,
                asker,
                act,
                given,
                path,
                key=f"form:{once}" if once else "",
                request=request.url.path,
            )
        except Faults as faults:
            return self._draw(request, asker, act, path, given, faults.by_field)
        except DubanError as refused:
            if status_of(refused) in (403, 404):
                raise _stop(refused) from None
            errors = {"": told(refused)}
            return self._draw(request, asker, act, path, given, errors, status_of(refused), refused)
        return self._after(request, asker, act, path, done)

    def _once_more(
        self,
        request: Request,
        asker: Asker,
        act: Act,
        path: dict[str, Any],
        given: Mapping[str, Any],
    ) -> Response:
        """The form of a session that has ended, with what was typed, to be looked over and sent."""
        try:
            check_may(asker, act.may, Scope.WRITE, act.title)
            return self._draw(request, asker, act, path, given, {"": EXPIRED}, 403)
        except DubanError as refused:
            raise _stop(refused) from None

    def _draw(
        self,
        request: Request,
        asker: Asker,
        act: Act,
        path: dict[str, Any],
        given: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
        status: int = 422,
        refused: DubanError | None = None,
    ) -> Response:
        """The form of an act; ``given`` is what was typed when it is shown again."""
        with self._doors.looking(asker) as visit:
            offer = act.offer(visit, **path) if act.offer else Offer()
        errors = errors or {}
        asked = {name: request.query_params[name] for name in request.query_params}
        values = {**offer.values, **asked} if given is None else given
        return self._looks.page(
            request,
            asker,
            act.template,
            act.title,
            status if given is not None else 200,
            act=act,
            offer=offer,
            path=path,
            fields=fields_of(act.takes, values, offer.choices, offer.hints, errors),
            errors=errors,
            refused=refused,
            back=filled(act.back, path),
            once=token_urlsafe(12),
        )

    def _after(
        self, request: Request, asker: Asker, act: Act, path: dict[str, Any], done: Done
    ) -> Response:
        """Go on, so that loading the page again sends nothing again."""
        to = done.to or filled(act.back, path)
        if done.secret:
            return self._looks.page(request, asker, "secret.html", act.title, told=done, to=to)
        response = RedirectResponse(quote(to, safe="/?&=%#+"), 303)
        self._looks.say_done(response, request, done)
        return response


def _asked(page: Page, request: Request) -> dict[str, Any]:
    """What stands after the question mark, as far as the page asks for it; blanks say nothing."""
    return {
        name: values if _is_many(page, name) else values[-1]
        for name in page.asks.model_fields
        if (values := [v for v in request.query_params.getlist(name) if v.strip()])
    }


def _is_many(page: Page, name: str) -> bool:
    return "list" in str(page.asks.model_fields[name].annotation) or "tuple" in str(
        page.asks.model_fields[name].annotation
    )


def download(file: Download) -> Response:
    """A file to be kept, under its own name."""
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Cache-Control": "no-store",
        },
    )


def _unreadable(faults: Faults) -> Stop:
    return Stop(422, "地址不对", f"网址中的条件读不懂：{faults}。请回到页面重新选择。")


def _stop(refused: DubanError) -> Stop:
    titles = {403: "无权办理", 404: "没有这一页", 409: "现在不能办理"}
    status = status_of(refused)
    return Stop(
        status, titles.get(status, "不能办理"), told(refused), back="/", back_name="回到工作台"
    )
