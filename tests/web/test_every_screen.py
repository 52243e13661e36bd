"""Every screen, opened by somebody who may, in a real browser: it fits a phone, breaks no rule of
its own security policy, runs without an error, and trips up no screen reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from docs.screenshots import PUBLIC, City, address_of, chromium, city, signed_in
from web.console.catalogue import ACTS, PAGES
from web.console.declared import Act
from web.console.declared import Page as Screen

UNTIL = date(2023, 3, 10)
SERIOUS = ("serious", "critical")
SCREENS = [screen for screen in PAGES if screen.template]


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


def look(at: City, browser: Browser, entry: Screen | Act | str, width: int) -> Page:
    """A page as somebody who may sees it; the browser complains of nothing."""
    login = "" if isinstance(entry, str) else at.who(entry)
    context = signed_in(browser, at, login, width)
    address = entry if isinstance(entry, str) else address_of(at, context, entry)
    if address is None:
        context.close()
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


def check(page: Page) -> None:
    """Whatever width it has, it fits; and a program that knows the rules of access finds nothing
    that would keep somebody out."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "太宽"
    found = Axe().run(page).response["violations"]
    told = [
        (fault["id"], fault["help"], [node["html"][:160] for node in fault["nodes"][:3]])
        for fault in found
        if fault["impact"] in SERIOUS
    ]
    page.context.close()
    assert not told, told


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_page_fits_and_can_be_read_by_all(
    at: City, browser: Browser, screen: Screen, width: int
) -> None:
    check(look(at, browser, screen, width))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_form_fits_a_phone_and_can_be_filled_in_by_all(
    at: City, browser: Browser, act: Act
) -> None:
    check(look(at, browser, act, 390))


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_of_the_public_fits_a_phone_and_can_be_read_by_all(
    at: City, browser: Browser, address: str
) -> None:
    check(look(at, browser, address, 390))
