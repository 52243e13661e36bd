"""A letter's link: what the letter carries, and 签收, 回复, 填报 without signing in.

Looking changes nothing, since mail scanners look too: only a form that was sent acts, and all that
it does is done by the services of the engine.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import Environment
from markupsafe import Markup

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.notices import by_link
from engine.notices.received import ReceivedLetter
from engine.reports.doubting import DoubtsFound
from engine.rules.policy_parts import LinkAct
from flows.service import Service
from notifications.render import render_section
from web import link_stops
from web.forms import Form, sent
from web.link_desk import LinkDesk, OpenLetter
from web.link_faults import beside_fields, check, faults_of_answer
from web.refusals import status_of
from web.report_form import FIGURE, ReportForm
from web.stops import Stop

LOOKING = ["GET", "HEAD"]
Sent = Annotated[Form, Depends(sent)]
BLANK = Form({})


def link_routes(service: Service, templates: Environment) -> APIRouter:
    """The pages of links."""
    pages, links = APIRouter(), LinkPages(LinkDesk(service, templates))
    for path, look, act in (
        ("/l/{token}", links.letter, links.sign_for),
        ("/l/{token}/answer/{number:int}", links.answer_form, links.answer),
        ("/l/{token}/report/{item:int}", links.report_form, links.report),
    ):
        pages.add_api_route(path, look, methods=LOOKING)
        pages.add_api_route(path, act, methods=["POST"])
    return pages


class LinkPages:
    """What the addresses of a link answer."""

    def __init__(self, desk: LinkDesk) -> None:
        self._desk = desk

    def letter(self, request: Request, token: str, done: str = "") -> Response:
        """The letter, with what can be done."""
        with self._desk.open(request, token) as opened:
            return self._letter(opened, done=done)

    def sign_for(self, request: Request, token: str, form: Sent) -> Response:
        """签收 of the items that are ticked."""
        items, name = form.numbers("item"), form.text("name")

        def verb(desk: Desk, letter: ReceivedLetter) -> None:
            check({} if items else {"item": "请勾选要签收的事项"}, letter, name)
            by_link.sign_for(desk, letter, items, name)

        refused = self._desk.carry_out(request, token, form, LinkAct.SIGN_FOR, verb)
        if refused is None:
            return _done(f"{token}?done={LinkAct.SIGN_FOR}")
        with self._desk.open(request, token) as opened:
            return self._letter(opened, form, refused)

    def answer_form(self, request: Request, token: str, number: int) -> Response:
        """The form of an answer."""
        with self._desk.open(request, token) as opened:
            return self._answer(opened, number)

    def answer(self, request: Request, token: str, number: int, form: Sent) -> Response:
        """回复 of a notice."""
        text, name = form.text("text"), form.text("name")

        def verb(desk: Desk, letter: ReceivedLetter) -> None:
            check(faults_of_answer(letter, number, text), letter, name)
            by_link.answer(desk, letter, number, text, name)

        place = f"{LinkAct.ANSWER}/{number}"
        refused = self._desk.carry_out(request, token, form, place, verb)
        if refused is None:
            return _done(f"../../{token}?done={LinkAct.ANSWER}")
        with self._desk.open(request, token) as opened:
            return self._answer(opened, number, form, refused)

    def report_form(self, request: Request, token: str, item: int) -> Response:
        """The form of a report, with the last figures in it."""
        with self._desk.open(request, token) as opened:
            return self._report(opened, item)

    def report(self, request: Request, token: str, item: int, form: Sent) -> Response:
        """填报 on an item."""
        name, seen = form.text("name"), _seen(form)

        def verb(desk: Desk, letter: ReceivedLetter) -> None:
            typed = ReportForm.typed(by_link.report_form(desk, letter, item)[0], form)
            statement = typed.statement()
            check(typed.errors, letter, name)
            by_link.report(desk, letter, item, statement, name, seen, typed.reasons)

        place = f"{LinkAct.REPORT}/{item}"
        refused = self._desk.carry_out(request, token, form, place, verb)
        if refused is None:
            return _done(f"../../{token}?done={LinkAct.REPORT}")
        with self._desk.open(request, token) as opened:
            return self._report(opened, item, form, refused)

    def _letter(
        self,
        opened: OpenLetter,
        form: Form = BLANK,
        refused: DubanError | None = None,
        done: str = "",
    ) -> Response:
        session = opened.desk.session
        shown, office, edits = self._desk.service.composer.letter(
            session, opened.letter.delivery_id
        )
        bodies = [(s.view, Markup(render_section(s, office, edits))) for s in shown.sections]
        return self._page(
            opened,
            "link_letter.html",
            LinkAct.SIGN_FOR,
            form,
            refused,
            sections=[(view, opened.letter.notice(view.number), body) for view, body in bodies],
            ticked=form.numbers("item") if refused else None,
            done=next((act for act in LinkAct if act == done), None),
        )

    def _answer(
        self,
        opened: OpenLetter,
        number: int,
        form: Form = BLANK,
        refused: DubanError | None = None,
    ) -> Response:
        notice = opened.letter.notice(number)
        _stop(opened, LinkAct.ANSWER, link_stops.of_answer(notice, opened.letter.reader), form)
        place = f"{LinkAct.ANSWER}/{number}"
        return self._page(opened, "link_answer.html", place, form, refused, notice=notice)

    def _report(
        self,
        opened: OpenLetter,
        item: int,
        form: Form = BLANK,
        refused: DubanError | None = None,
    ) -> Response:
        found = opened.letter.item(item)
        _stop(opened, LinkAct.REPORT, link_stops.of_report(found, opened.letter.reader), form)
        offer, seen = by_link.report_form(opened.desk, opened.letter, item)
        told = refused is None or isinstance(refused, by_link.Overtaken)
        report = ReportForm.typed(offer, form) if refused else ReportForm.offered(offer)
        return self._page(
            opened,
            "link_report.html",
            f"{LinkAct.REPORT}/{item}",
            form,
            refused,
            item=found,
            offer=offer,
            report=report,
            doubts=refused.doubts if isinstance(refused, DoubtsFound) else (),
            seen=seen if told else _seen(form),
        )

    def _page(
        self,
        opened: OpenLetter,
        template: str,
        place: str,
        form: Form,
        refused: DubanError | None,
        **values: object,
    ) -> Response:
        return self._desk.page(
            opened,
            template,
            status_of(refused) if refused else 200,
            form=form,
            errors=beside_fields(refused),
            seal=self._desk.seal(opened, place),
            **values,
        )


def _done(address: str) -> Response:
    """Back to the letter, so that loading the page again sends nothing again."""
    return RedirectResponse(address, 303)


def _seen(form: Form) -> int:
    """How many reports there were when the reader was last told."""
    return next(iter(form.numbers("seen")), 0)


def _typed(form: Form) -> str:
    """The figures and the words of a form, for copying."""
    figures = (f"{name}：{value}" for name, value in form.beginning(FIGURE).items() if value)
    return "\n".join([*figures, form.text("text")]).strip()


def _stop(opened: OpenLetter, act: LinkAct, stopped: Stop | None, form: Form) -> None:
    """Say why it does not go on; what was typed meanwhile is shown once more.

    Raises:
        Stop: it does not.
    """
    if stopped is None and act not in opened.desk.rulebook.policy.links.allow:
        stopped = link_stops.not_by_link(act)
    if stopped is None:
        return
    stopped.back, stopped.kept = f"../../{opened.token}", _typed(form)
    if form is not BLANK and stopped.status == 200:
        stopped.status = 409
    raise stopped
