"""What the public may do on the board without signing in: verify a paper by its code, object to
what was published, ask what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer

from engine.desk.transition import ProjectUnknown, find_project
from engine.notices.documents import DocumentUnknown, find_by_code, state_of
from engine.publicity.objection_receipts import ReceiptUnknown, find_by_receipt, receipt_of
from engine.publicity.objections import Objector, PublicObjectionRefused
from engine.publicity.online_objections import file_online
from engine.rules.public_objections import CONTACT_LENGTH, TEXT_LENGTH
from engine.rules.texts import NAME_LENGTH
from engine.rules.words import NoticeState
from engine.rules.zone import local_day
from flows.service import Service
from notifications.board.pages import objection_page, page
from web.board import Held, ShownItem, no_such_page
from web.forms import Form, sent
from web.stops import Stop
from web.throttle import Throttle

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
LOOKING = ["GET", "HEAD"]
FORM_LASTS = 24 * 3600
"""Seconds for which a form that was opened may be sent."""
OBJECTIONS, AN_HOUR = 10, 3600
"""How many objections one sender may send in an hour, mistyped ones included."""
TRAP = "website"
"""A field that nobody sees and only programs fill in."""
LENGTHS = {"name": NAME_LENGTH, "contact": CONTACT_LENGTH, "text": TEXT_LENGTH}
NAMES = {"name": "姓名", "contact": "联系方式", "text": "异议内容"}
Sent = Annotated[Form, Depends(sent)]


def public_routes(service: Service, held: Held) -> APIRouter:
    """The addresses at which the public asks and objects."""
    routes, public = APIRouter(), Public(service, held)
    routes.add_api_route("/board/verify", public.verify, methods=LOOKING)
    routes.add_api_route("/board/objections", public.look_up, methods=LOOKING)
    routes.add_api_route("/board/objections/{code}", public.form, methods=LOOKING)
    routes.add_api_route("/board/objections/{code}", public.object, methods=["POST"])
    return routes


class Public:
    """What these addresses answer."""

    def __init__(self, service: Service, held: Held) -> None:
        self._service, self._held = service, held
        self._seal = URLSafeTimedSerializer(service.secret, salt="duban.objection")
        self._guesses, self._filed = Throttle(), Throttle(OBJECTIONS, AN_HOUR)

    def verify(self, request: Request, code: str = "") -> Response:
        """Whether a paper is what was issued, by the code printed on it."""
        code = code.strip()[:100]
        if not code:
            return _page("verify.html", code="", found=None, fault="")
        try:
            with self._service.database.read() as session:
                found = find_by_code(session, code)
                holds = state_of(session, found) is NoticeState.ISSUED
        except DocumentUnknown as unknown:
            self._refuse_guesser(request)
            return _page("verify.html", 404, code=code, found=None, fault=str(unknown))
        return _page("verify.html", code=code, found=found, holds=holds, fault="")

    def look_up(self, request: Request, receipt: str = "", new: str = "") -> Response:
        """How far an objection has come, by its receipt."""
        receipt = receipt.strip()[:60]
        values: dict[str, Any] = {"receipt": receipt, "new": bool(new), "found": None, "fault": ""}
        if not receipt:
            return _page("receipt.html", **values)
        try:
            with self._service.database.read() as session:
                values["found"] = find_by_receipt(session, self._service.secret, receipt)
        except ReceiptUnknown as unknown:
            self._refuse_guesser(request)
            return _page("receipt.html", 404, **values | {"fault": str(unknown)})
        return _page("receipt.html", **values)

    def form(self, code: str) -> Response:
        """The form on which somebody objects to what was published of an item."""
        return self._form(self._shown(code), dict.fromkeys(NAMES, ""), {})

    def object(self, request: Request, code: str, form: Sent) -> Response:
        """Take an objection."""
        item = self._shown(code)
        if self._filed.is_over(_sender(request)):
            raise Stop(
                429,
                "提交得太多了",
                "一小时内提交的次数太多，没有登记。请过一小时再试，或以信件、电话提出。",
            )
        self._check_seal(item, form)
        typed = {name: form.text(name) for name in NAMES}
        if faults := _faults(typed):
            return self._form(item, typed, faults, 422)
        said = Objector(typed["name"], typed["contact"], typed["text"], self._today)
        try:
            with self._service.at_desk() as desk:
                row = file_online(desk, find_project(desk, item.code), said)
                receipt = receipt_of(self._service.secret, row.id)
        except ProjectUnknown:
            raise _gone(code) from None
        except PublicObjectionRefused as refused:
            told = str(refused).removeprefix("异议未登记：")
            return self._form(item, typed, {"": told}, 422)
        self._held.look_again()
        return RedirectResponse(f"../objections?receipt={quote(receipt)}&new=1", 303, HEADERS)

    @property
    def _today(self) -> date:
        return local_day(self._service.now())

    def _shown(self, code: str) -> ShownItem:
        """An item that is on the board.

        Raises:
            Stop: there is none of this code.
        """
        self._held.refresh()
        item = self._held.showing.items.get(code)
        if item is None:
            raise _gone(code)
        return item

    def _form(
        self,
        item: ShownItem,
        typed: Mapping[str, str],
        faults: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        return _page(
            "objection.html",
            status,
            up="../",
            item=item,
            is_open=self._today <= item.object_by,
            within=self._service.rulebook.policy.publicity.handle_within.limit.text,
            typed=typed,
            faults=faults,
            lengths=LENGTHS,
            seal=self._seal.dumps(item.code),
            trap=TRAP,
        )

    def _check_seal(self, item: ShownItem, form: Form) -> None:
        """See that a person has filled in the form that we gave.

        Raises:
            Stop: it is not ours, is too old, or something was written where nobody sees a field.
        """
        try:
            sealed = self._seal.loads(form.text("seal"), max_age=FORM_LASTS)
        except BadData:
            sealed = None
        if sealed != item.code:
            raise Stop(
                403,
                "请重新打开再提交",
                "页面打开得太久，或者不是从公示栏提交的，没有登记。",
                kept=form.text("text"),
                back=item.code,
                back_name="重新打开",
            )
        if form.text(TRAP):
            told = "隐藏的栏目里填了内容，像是程序提交的，没有登记。"
            raise Stop(400, "没有登记", told, back=item.code, back_name="重新打开")

    def _refuse_guesser(self, request: Request) -> None:
        if self._guesses.is_over(_sender(request)):
            raise Stop(429, "查询得太多了", "十分钟内查错的次数太多，请稍后再试。")


def _page(template: str, status: int = 200, *, up: str = "", **values: Any) -> HTMLResponse:
    return HTMLResponse(page(template, up=up, online=True, **values), status, HEADERS)


def _faults(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was typed, by field."""
    empty = {name: f"请填写{NAMES[name]}" for name, text in typed.items() if not text}
    return empty | {
        name: f"最多{LENGTHS[name]}字，现在{len(text)}字"
        for name, text in typed.items()
        if len(text) > LENGTHS[name]
    }


def _gone(code: str) -> Stop:
    return no_such_page(objection_page(code))


def _sender(request: Request) -> str:
    return request.client.host if request.client else ""
