"""Pictures of every screen: ``python -m docs.screenshots``, or ``make screenshots``.

A rehearsal lives through a year of Wuzhong until an October day; then each page of the console is
opened by somebody who may, in the system's own Chromium, on a phone, on a desk and on a wall. The
pictures go to ``var/screens/``; those of ``BEST`` are kept in ``docs/screens/`` for the README.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.scenario import load_scenario
from engine.accounts.accounts import Appointments, appoint
from engine.accounts.first import ADMINISTRATOR, open_first, open_for_sample
from engine.accounts.posts_held import posts_held
from engine.accounts.sessions import Device, open_session
from engine.store.tables import Account
from flows.rehearsal.living import cast_of, live_through, open_rehearsal
from flows.runner import Runner
from flows.service import Service
from web.access import Role, Roles, roles_of
from web.app import create_app
from web.console.catalogue import ENTRIES, PAGES
from web.console.declared import Act, Page
from web.console.doors import COOKIE
from web.console.paths import NAME, names_in

ROOT = Path(__file__).parent.parent
SCENARIO = ROOT / "config/examples/wuzhong-2023/scenario.yaml"
UNTIL = date(2023, 10, 9)
"""When the circular of the third quarter is drafted and two units have asked for completion."""
WIDTHS = {390: 844, 1440: 900, 2560: 1440}
"""Pixels of a phone, a desk and a wall, with their heights."""
PUBLIC = ("/login", "/board/", "/board/verify", "/board/objections")
FRAGMENTS = ("report-check",)
"""What scripts put into a page is none of its own."""
TRIED = 40
"""How many addresses of a kind are tried."""
LINK = re.compile(r'href="(/[^"]*)"')
BEFORE = {
    "/me/sessions": "/me",
    "/me/tokens": "/me",
    "/system/sessions": "/system/accounts",
    "/rectifications": "/inspections",
    "/staff/units": "/staff",
    "/staff/posts": "/staff/units/1",
}
"""The page on which addresses of a kind stand, where that is not the one above them."""
BEST = {
    ("overview", 1440),
    ("project", 1440),
    ("wall", 1440),
    ("draft", 1440),
    ("unit", 390),
    ("board", 390),
}
"""What the README shows, as much of it as a screen holds."""


@dataclass(frozen=True, slots=True)
class City:
    """A city in the middle of its year, with its console open to anybody."""

    service: Service
    base: str
    people: dict[Role, str]

    def token(self, login: str) -> str:
        """What a browser comes with in which this account has signed in."""
        with self.service.at_desk() as desk:
            query = select(Account.id).where(Account.login == login)
            number = desk.session.scalars(query).one()
            return open_session(desk, number, Device("127.0.0.1", "screenshots"))

    def who(self, entry: Page | Act) -> str:
        """Somebody who may, the office before others."""
        return next(self.people[role] for role in Role if role in entry.may and role in self.people)


@contextmanager
def city(folder: Path, until: date = UNTIL) -> Iterator[City]:
    """Live through a year of Wuzhong until a day, and serve its console."""
    scenario = load_scenario(SCENARIO)
    service = open_rehearsal(scenario, folder)
    cast = cast_of(scenario, service)
    for number in range((until - scenario.first).days + 1):
        live_through(service, cast, scenario.first + timedelta(days=number))
    people = _open_accounts(service)
    config = uvicorn.Config(
        create_app(service, Runner(service)), port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield City(service, f"http://127.0.0.1:{port}", people)
    finally:
        server.should_exit = True
        thread.join()
        service.database.close()


def _open_accounts(service: Service) -> dict[Role, str]:
    with service.at_desk() as desk:
        open_first(desk)
        open_for_sample(desk)
        accounts = desk.session.scalars(select(Account).order_by(Account.id)).all()
        for account in accounts:
            account.must_change = False
        appoint(desk, ADMINISTRATOR, Appointments(administrator=True, auditor=True), "截图")
        people: dict[Role, str] = {}
        for account in accounts:
            for role in _roles(desk.session, account):
                people.setdefault(role, account.login)
    return people


def _roles(session: Session, account: Account) -> Roles:
    posts = posts_held(session, account.person_id) if account.person_id else []
    return roles_of(
        posts,
        chief=account.is_chief,
        administrator=account.is_administrator,
        auditor=account.is_auditor,
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system; nothing is downloaded for it.

    Raises:
        FileNotFoundError: there is none.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
    if found is None:
        raise FileNotFoundError("no Chromium here")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=quiet)
        yield browser
        browser.close()


def signed_in(browser: Browser, at: City, login: str, width: int = 1440) -> BrowserContext:
    """A browser of this width in which somebody has signed in; nobody for an empty name."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        locale="zh-CN",
        base_url=at.base,
    )
    if login:
        context.add_cookies([{"name": COOKIE, "value": at.token(login), "url": at.base}])
    return context


def address_of(at: City, context: BrowserContext, entry: Page | Act) -> str | None:
    """An address at which there is something to see; None when nothing of the kind is there."""
    tried = _linked(at, context, entry.path) if names_in(entry.path) else [entry.path]
    return next((a for a in tried if context.request.get(at.base + a).status == 200), None)


def _linked(at: City, context: BrowserContext, path: str) -> list[str]:
    """The addresses of a kind: those that the page before it links to, and that with the rest of
    the path behind them."""
    first = path.index("{")
    before, rest = path[: first - 1], path[path.index("}") + 1 :]
    asked = BEFORE.get(before, before)
    found = LINK.findall(context.request.get(at.base + asked).text())
    whole = re.compile(NAME.sub("[^/?]+", path))
    others = {entry.path for entry in ENTRIES}
    heads = dict.fromkeys(
        link[: len(before) + 1] + link[len(before) + 1 :].split("/")[0].split("?")[0]
        for link in found
        if link.startswith(before + "/") and link not in others
    )
    linked = [link for link in found if whole.fullmatch(link) and link not in others]
    if "{" not in rest:
        linked += [head + rest for head in heads]
    return list(dict.fromkeys(linked))[:TRIED]


def take(out: Path, best: Path, *, acts: bool) -> Iterator[str]:
    """Take the pictures, those for the README besides; tells each one's name as it is taken."""
    with tempfile.TemporaryDirectory() as folder, city(Path(folder)) as at, chromium() as browser:
        for width in WIDTHS:
            for name, login, path in _screens(at, browser, acts=acts):
                context = signed_in(browser, at, login, width)
                page = context.new_page()
                page.goto(path)
                page.screenshot(path=out / f"{name}-{width}.png", full_page=True)
                if (name, width) in BEST:
                    page.screenshot(path=best / f"{name}.png")
                is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                context.close()
                yield f"{name}-{width}" + ("（超出屏幕宽度）" if is_wide else "")


def _screens(at: City, browser: Browser, *, acts: bool) -> Iterator[tuple[str, str, str]]:
    for path in PUBLIC:
        yield path.strip("/").replace("/", "-") or "root", "", path
    for entry in ENTRIES if acts else PAGES:
        if isinstance(entry, Page) and (not entry.template or entry.name in FRAGMENTS):
            continue
        login = at.who(entry)
        context = signed_in(browser, at, login)
        found = address_of(at, context, entry)
        context.close()
        if found is None:
            print(f"{entry.name}：没有可看的内容", file=sys.stderr)
        else:
            yield entry.name, login, found


def main() -> None:
    """Take all pictures, and keep the best."""
    options = argparse.ArgumentParser(description="每个画面的截图")
    options.add_argument("--out", type=Path, default=ROOT / "var/screens")
    options.add_argument("--acts", action="store_true", help="表单也截")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    print("正在预演到十月，约半分钟…", file=sys.stderr)
    best = ROOT / "docs/screens"
    best.mkdir(exist_ok=True)
    for name in take(given.out, best, acts=given.acts):
        print(name)


if __name__ == "__main__":
    main()
