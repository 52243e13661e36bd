"""Every screen, opened by somebody who may, in a real browser: it fits a phone, breaks no rule of
its own security policy, runs without an error, and trips up no screen reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from docs.screenshots import PUBLIC, City, address_of, chromium, city, signed_in
from web.console.catalogue import ACTS, PAGES
from web.console.declared import Act
from web.console.declared import Page as Screen

UNTIL = date(2023, 3, 10)
SERIOUS = ("serious", "critical")
DESK, PHONE = 1440, 390
FRAGMENTS = ("report-check",)
"""What scripts put into a page is none of its own."""
SCREENS = [screen for screen in PAGES if screen.template and screen.name not in FRAGMENTS]
KINDS = {act.template: act for act in reversed(ACTS)} | {
    act.takes: act for act in ACTS if act.template == "act.html"
}
FORMS = list({act.name: act for act in KINDS.values()}.values())
"""Forms of templates of their own, and of each set of fields one."""


@contextmanager
def chromium_or_skip() -> Iterator[Browser]:
    """The browser of the system; where there is none, the test is skipped unless it must not be."""
    try:
        with chromium() as browser:
            yield browser
    except FileNotFoundError as error:
        if os.environ.get("DUBAN_REQUIRE_BROWSER") == "1":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser(at: City) -> Iterator[Browser]:
    """After the city, which lives through its year by loops of its own."""
    with chromium_or_skip() as browser:
        yield browser


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with city(tmp_path_factory.mktemp("city"), UNTIL) as at:
        yield at


@dataclass
class Eyes:
    """Browsers in which everybody who may has signed in, each opened once."""

    at: City
    browser: Browser
    open: dict[str, BrowserContext] = field(default_factory=dict)

    def context(self, login: str) -> BrowserContext:
        if login not in self.open:
            self.open[login] = signed_in(self.browser, self.at, login)
        return self.open[login]

    def look(self, entry: Screen | Act | str) -> Page:
        """A page as somebody who may sees it; the browser complains of nothing."""
        context = self.context("" if isinstance(entry, str) else self.at.who(entry))
        address = entry if isinstance(entry, str) else address_of(self.at, context, entry)
        if address is None:
            pytest.skip("没有可看的内容")
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        assert not faults, faults
        return page


@pytest.fixture(scope="module")
def eyes(at: City, browser: Browser) -> Iterator[Eyes]:
    yield Eyes(at, browser)


def check(page: Page) -> None:
    """A program that knows the rules of access finds nothing that would keep somebody out, and
    the page fits a desk and a phone."""
    found = Axe().run(page).response["violations"]
    told = [
        (fault["id"], fault["help"], [node["html"][:160] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in SERIOUS
    ]
    assert not told, told
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert room[0] <= room[1], (page.url, room)
    page.close()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_page_fits_and_can_be_read_by_all(eyes: Eyes, screen: Screen) -> None:
    check(eyes.look(screen))


@pytest.mark.parametrize("act", FORMS, ids=lambda act: act.name)
def test_every_kind_of_form_fits_and_can_be_filled_in_by_all(eyes: Eyes, act: Act) -> None:
    check(eyes.look(act))


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_of_the_public_fits_and_can_be_read_by_all(eyes: Eyes, address: str) -> None:
    check(eyes.look(address))
