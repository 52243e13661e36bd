"""Nobody sees or does what is not theirs: role by route by verb, made from the routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount, Route

from tests.engine.builders import CONTACT, HEAD, LEADER, OFFICE, SECOND_OFFICER, SIGNER
from tests.engine.conftest import begin
from tests.stores import SqliteStore
from tests.web.conftest import opened
from tests.web.console.conftest import BASE, Browser, ConsoleOffice
from web.access import EVERYBODY, Role
from web.console.catalogue import ACTS, ENTRIES, PAGES
from web.console.paths import names_in

OPEN = {
    "/login",
    "/logout",
    "/board",
    "/board/{path:path}",
    "/board/verify",
    "/board/objections",
    "/board/objections/{code}",
    "/l/{token}",
    "/l/{token}/answer/{number:int}",
    "/l/{token}/report/{item:int}",
    "/feeds/{name}",
    "/healthz",
    "/metrics",
}
"""What needs no signing in, or asks for itself."""
DECLARED = {entry.path for entry in ENTRIES} | {"/password"}
SAMPLES = {"code": "2023-01", "number": "1"}
PEOPLE = {
    OFFICE: {Role.OFFICE},
    SECOND_OFFICER: {Role.OFFICE, Role.CHIEF},
    LEADER: {Role.LEADER, Role.SIGNER},
    SIGNER: {Role.LEADER, Role.SIGNER},
    HEAD: {Role.HEAD},
    CONTACT: {Role.CONTACT},
    "administrator": {Role.ADMINISTRATOR},
    "auditor": {Role.AUDITOR},
    "nobody": set(),
}


@pytest.fixture(scope="module")
def office(
    sqlite_store: SqliteStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConsoleOffice]:
    with opened(sqlite_store, begin, tmp_path_factory.mktemp("access")) as office:
        yield ConsoleOffice(office)


def browser_of(office: ConsoleOffice, name: str) -> Browser:
    match name:
        case "administrator":
            return office.browser(administrator=True)
        case "auditor":
            return office.browser(auditor=True)
        case "nobody":
            return office.browser()
    return office.browser(name, **({"chief": True} if name == SECOND_OFFICER else {}))


def sample(path: str) -> str:
    for name in names_in(path):
        path = path.replace(f"{{{name}}}", SAMPLES.get(name, "1"))
    return path


def app_of(office: ConsoleOffice) -> FastAPI:
    app = office.office.client.app
    assert isinstance(app, FastAPI)
    return app


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[Route | Mount]:
    """The routes of the program, those of its routers included."""
    for route in routes:
        if isinstance(route, Route | Mount):
            yield route
        else:
            yield from routes_of(route.original_router.routes)  # type: ignore[attr-defined]


def test_every_route_of_the_program_is_declared(office: ConsoleOffice) -> None:
    routes = list(routes_of(app_of(office).routes))
    assert {r.path for r in routes if isinstance(r, Mount)} == {"/api", "/static"}
    found = {route.path for route in routes if isinstance(route, Route)}
    assert not found - DECLARED - OPEN, "这些地址没有写明谁可以"
    assert found >= DECLARED


def test_every_page_and_every_act_names_who_may() -> None:
    assert all(entry.may for entry in ENTRIES)
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))


def test_the_roles_follow_from_the_posts(office: ConsoleOffice) -> None:
    for name, roles in PEOPLE.items():
        said = browser_of(office, name).page("/me")
        told = re.search("<dt>角色</dt><dd>(.*?)</dd>", said)
        assert told is not None
        assert set(told[1].split("、")) - {"没有"} == {role.label for role in roles}


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_not_of_a_role_is_refused_to_it(office: ConsoleOffice, name: str) -> None:
    browser, roles = browser_of(office, name), PEOPLE[name]
    seal = browser.page("/me").partition('name="seal" value="')[2].partition('"')[0]
    for entry in ENTRIES:
        if entry.may & roles or entry.may == EVERYBODY:
            continue
        answer = browser.look(sample(entry.path))
        assert answer.status_code == 403, (name, entry.path)
        assert "没有这项权限" in answer.text
    for act in ACTS:
        if act.may & roles or act.may == EVERYBODY:
            continue
        answer = browser.client.post(sample(act.path), data={"seal": seal}, follow_redirects=False)
        assert answer.status_code == 403, (name, act.path)
        assert "没有这项权限" in answer.text


@pytest.mark.parametrize("role", Role)
def test_what_is_of_a_role_is_not_refused_to_it(office: ConsoleOffice, role: Role) -> None:
    name = next(name for name, roles in PEOPLE.items() if role in roles)
    browser = browser_of(office, name)
    for entry in ENTRIES:
        if role in entry.may:
            answer = browser.look(sample(entry.path))
            assert answer.status_code < 500, (entry.path, answer.text)
            assert "没有这项权限" not in answer.text, entry.path


def test_who_has_not_signed_in_gets_to_the_door_only(office: ConsoleOffice) -> None:
    client = TestClient(app_of(office), base_url=BASE, follow_redirects=False)
    for entry in ENTRIES:
        answer = client.get(sample(entry.path))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?to=")
    for act in ACTS:
        sent = client.post(sample(act.path), data={"seal": "x"})
        assert sent.headers.get("location", "").startswith("/login"), act.path


def test_the_api_is_shut_as_the_pages_are(office: ConsoleOffice) -> None:
    nobody = TestClient(app_of(office), base_url=BASE)
    contact = office.program(CONTACT)
    for page in PAGES:
        assert nobody.get(f"/api/v1{sample(page.path)}").status_code == 401, page.path
        if not page.may & PEOPLE[CONTACT] and page.may != EVERYBODY:
            assert contact.get(sample(page.path)).status_code == 403, page.path
    for act in ACTS:
        answer = nobody.post(f"/api/v1{sample(act.path)}", json={})
        assert answer.status_code == 401, act.path
        if not act.may & PEOPLE[CONTACT] and act.may != EVERYBODY:
            assert contact.post(sample(act.path)).status_code == 403, act.path
