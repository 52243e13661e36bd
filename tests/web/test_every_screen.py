"""Every screen, opened by somebody who may, in a real browser: it fits a phone, breaks no rule of
its own security policy, runs without an error, and trips up no screen reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import select

from config.scoring_loader import load_scoring
from docs.screenshots import FRAGMENTS, PUBLIC, City, address_of, chromium, city, signed_in
from engine.assessment import assessing
from engine.dates import extending
from engine.dates.deadlines import pending
from engine.dates.extending import MOVABLE
from engine.dates.suspending import suspend
from engine.desk.desk import Desk
from engine.desk.transition import find_project
from engine.publicity import objections
from engine.publicity.objections import Objector
from engine.publicity.publishing import publish
from engine.rules.congress import Opinion
from engine.staff import leaves
from engine.store.tables import Person, Program
from engine.tasks import congress
from web.console.catalogue import ACTS, ENTRIES, PAGES
from web.console.declared import Act
from web.console.declared import Page as Screen
from web.console.paths import names_in

UNTIL = date(2023, 4, 7)
"""When the quarter's circular waits for its signature."""
A4, SHEET = 718, 1000
"""Pixels of A4 between its margins; a card that is higher goes over to a second sheet."""
SERIOUS = ("serious", "critical")
AXE = """() => {
    const kinds = new Map(JSON.parse(localStorage.getItem("kinds") ?? "[]")), numbers = new Map();
    const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
    for (const element of document.querySelectorAll("*")) {
        const own = [...element.attributes].map(({ name, value }) =>
            ["class", "style", "type", "role"].includes(name) ? `${name}=${value}` : name);
        const drawn = getComputedStyle(element);
        const kind = [numbers.get(element.parentElement), element.tagName, ...own, drawn.color,
            drawn.background, drawn.opacity, drawn.fontSize, drawn.fontWeight,
            [...element.childNodes].some(isText)].join();
        element.toggleAttribute("data-seen-alike", kinds.has(kind));
        if (!kinds.has(kind)) kinds.set(kind, kinds.size);
        numbers.set(element, kinds.get(kind));
    }
    localStorage.setItem("kinds", JSON.stringify([...kinds]));
    axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-seen-alike])" }] });
    return axe.run({ resultTypes: ["violations"] });
}"""
"""Runs the program that knows the rules of access. To find out on what ground a word stands takes
most of its time: among elements that are drawn alike, up to the root, it looks at the one that a
window shows first, on whichever page."""
DESK, PHONE = 1440, 390
WIDTHS = (320, PHONE, 800, 1024, DESK)
"""The first is a desk at 400 %, as the rules of access ask; the others between are desks that have
zoomed in, and old ones."""
OFFICE, CONTACT = "示例·督查甲", "示例·教育甲"
OPINION = Opinion(
    title="关于民生实事办理情况报告的审议意见",
    body="市六届人大常委会",
    session="第十次会议",
    document="吴人常发〔2023〕5号",
    held_on=UNTIL,
    unit="市教育局",
    report_by=date(2023, 6, 30),
)
SCREENS = [screen for screen in PAGES if screen.template and screen.name not in FRAGMENTS]
KINDS = {act.template: act for act in reversed(ACTS)} | {
    act.takes: act for act in ACTS if act.template == "act.html"
}
PATHS = {entry.path for entry in ENTRIES}
UNSEEN = {
    "plan-draft": "看预览要先填日期",
    "import-confirm": "没有上传了还没有确认的台账",
    "calendar-adopt": "没有日历草稿",
    "number-void": "还没有签发过文件",
    **dict.fromkeys(("assessment-object", "assessment-settle"), "从单位的得分页进入"),
    **dict.fromkeys(("recheck", "review-decide", "review-withdraw"), "没有整改事项和复核申请"),
}
"""What is nowhere to be seen, and why."""
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
        with at.service.at_desk() as desk:
            bring_about(desk)
        yield at


def bring_about(desk: Desk) -> None:
    """What nobody of the rehearsal has done until then: a request for more time that waits for
    the office, another that waits for a leader, an objection, a publication with news to follow,
    an opinion of the congress, scores, an absence, a dead address."""
    item, other = find_project(desk, "2023-07"), find_project(desk, "2023-01")
    program = desk.session.get_one(Program, item.program_id)
    for late in pending(desk, item.id, MOVABLE)[:2]:
        wanted = (late.kind, late.slot, late.due + timedelta(days=30))
        asked = extending.request(desk, item, *wanted, "连日降雨", "主体已完工", CONTACT)
    extending.review(desk, asked.id, OFFICE, "情况属实，建议同意")
    publish(desk, program, OFFICE)
    suspend(desk, other, OFFICE, "等待规划调整")
    objections.receive(desk, item, Objector("王小明", "电话", "学位数不符", desk.day), OFFICE)
    congress.receive(desk, OPINION, OFFICE)
    assessing.make(desk, program, load_scoring("default"), OFFICE)
    assessing.publish(desk, program, OFFICE)
    leaves.add(desk, f"{CONTACT}@市教育局", desk.day, None, OFFICE)
    others = select(Person).where(Person.email.is_not(None), Person.name != CONTACT)
    desk.session.scalars(others.limit(1)).one().email_fault = "550 no such user"


class Window:
    """A page in which somebody has signed in, and what the browser has complained of."""

    def __init__(self, browser: Browser, at: City, login: str) -> None:
        context = signed_in(browser, at, login, DESK)
        context.add_init_script(AXE_SCRIPT)
        self.page, self.faults = context.new_page(), list[str]()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)


@dataclass
class Eyes:
    """Browsers in which everybody who may has signed in, each opened once."""

    at: City
    browser: Browser
    open: dict[str, Window] = field(default_factory=dict)

    def look(self, entry: Screen | Act | str) -> Page:
        """A page as somebody who may sees it; the browser complains of nothing."""
        window = self._window("" if isinstance(entry, str) else self.at.who(entry))
        page = window.page
        address = entry if isinstance(entry, str) else self._address(page, entry)
        window.faults.clear()
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        assert not window.faults, window.faults
        return page

    def _address(self, page: Page, entry: Screen | Act) -> str:
        if not names_in(entry.path) and entry.name not in UNSEEN:
            return entry.path
        address = address_of(self.at, page.context, entry)
        assert address not in PATHS, (entry.name, address)
        assert (address is None) == (entry.name in UNSEEN), entry.name
        if address is None:
            pytest.skip(UNSEEN[entry.name])
        return address

    def _window(self, login: str) -> Window:
        if login not in self.open:
            self.open[login] = Window(self.browser, self.at, login)
        return self.open[login]


@pytest.fixture(scope="module")
def eyes(at: City, browser: Browser) -> Iterator[Eyes]:
    yield Eyes(at, browser)


def test_a_long_list_begins_on_the_first_sheet_when_it_is_printed(eyes: Eyes) -> None:
    page = eyes.look(next(entry for entry in PAGES if entry.name == "projects"))
    page.emulate_media(media="print")
    kept = "card => [card.offsetHeight, getComputedStyle(card).breakInside]"
    cards = page.evaluate(f"[...document.querySelectorAll('.card')].map({kept})")
    page.emulate_media(media="screen")
    assert [how for height, how in cards if height > SHEET] == ["auto"]


@pytest.mark.parametrize("name", ["projects", "log", "notices"])
def test_a_table_stays_a_table_and_fits_when_it_is_printed(eyes: Eyes, name: str) -> None:
    page = eyes.look(next(entry for entry in PAGES if entry.name == name))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": SHEET})
    shown = page.evaluate("getComputedStyle(document.querySelector('table.stack')).display")
    room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": DESK, "height": 900})
    assert shown == "table"
    assert room[0] <= room[1]


@pytest.mark.parametrize("width", [1024, DESK, 1920, 2560])
def test_the_wall_on_a_desk_cuts_no_name_short(eyes: Eyes, width: int) -> None:
    page = eyes.look(next(entry for entry in PAGES if entry.name == "wall"))
    page.set_viewport_size({"width": width, "height": 900})
    names = "[...document.querySelectorAll('.wall th[scope=row]')]"
    cut = page.evaluate(f"{names}.filter(one => one.scrollWidth > one.clientWidth).length")
    page.set_viewport_size({"width": DESK, "height": 900})
    assert not cut


FOCUSED = "document.activeElement.name || document.activeElement.innerText"


def test_by_arrow_keys_one_passes_the_choices_of_a_filter_on_the_way(eyes: Eyes) -> None:
    page = eyes.look(next(entry for entry in PAGES if entry.name == "projects"))
    page.locator("select[name=state]").focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert page.evaluate(FOCUSED) == "state"
    chosen = page.locator("select[name=state]").input_value()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "筛选":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**state={chosen}**")


def test_after_a_refusal_one_goes_on_from_where_it_is_told(eyes: Eyes) -> None:
    page = eyes.look(next(act for act in ACTS if act.name == "instruct"))
    page.get_by_label("交办什么").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "需要改正" in page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "title"
    title = page.locator("[name=title]")
    assert title.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{title.get_attribute('aria-describedby')}").inner_text() == "请填写"


def test_on_the_wall_what_is_tabbed_to_backwards_lies_under_nothing(eyes: Eyes) -> None:
    page = eyes.look(next(entry for entry in PAGES if entry.name == "wall"))
    page.set_viewport_size({"width": DESK, "height": 500})
    page.locator("main a").last.focus()
    hidden = """() => {
        const box = document.activeElement.getClientRects()[0];
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return !document.activeElement.contains(top);
    }"""
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(hidden), page.evaluate(FOCUSED)
    page.set_viewport_size({"width": DESK, "height": 900})


def check(page: Page) -> None:
    """A program that knows the rules of access finds nothing that would keep somebody out, and
    the page fits a phone and a desk."""
    told = [
        (fault["id"], fault["help"], [node["html"][:160] for node in fault["nodes"][:3]])
        for fault in page.evaluate(AXE)["violations"]
        if fault["impact"] in SERIOUS
    ]
    assert not told, told
    # Without a last year that of a date takes six digits, and what is typed on goes astray.
    assert not page.locator("[type=date]:not([max])").count()
    for width in WIDTHS:  # at the last as wide as the next is opened
        page.set_viewport_size({"width": width, "height": 900})
        room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert room[0] <= room[1], (page.url, width, room)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_page_fits_and_can_be_read_by_all(eyes: Eyes, screen: Screen) -> None:
    check(eyes.look(screen))


@pytest.mark.parametrize("act", FORMS, ids=lambda act: act.name)
def test_every_kind_of_form_fits_and_can_be_filled_in_by_all(eyes: Eyes, act: Act) -> None:
    check(eyes.look(act))


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_of_the_public_fits_and_can_be_read_by_all(eyes: Eyes, address: str) -> None:
    check(eyes.look(address))
