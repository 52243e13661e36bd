from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from config.settings import Settings
from engine.publicity.board import Board, boards
from engine.publicity.publishing import publish
from flows.catalogue import show
from flows.clock import VirtualClock
from flows.runner import Runner
from flows.service import Service, open_service, service_on
from notifications.board.site import Site
from tests.engine.builders import OFFICE, World, at, program_of
from tests.engine.conftest import register_all
from tests.stores import SqliteStore, lend
from web import board
from web.app import create_app

DAY = date(2023, 4, 10)


@pytest.fixture
def service(
    sqlite_store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """An installation whose list is registered, and whose board is looked at on every request."""
    monkeypatch.setattr(board, "LOOK_EVERY", 0.0)
    with lend(sqlite_store, register_all) as database:
        url = database.engine.url.render_as_string(hide_password=False)
        settings = Settings(home=tmp_path, database_url=url, board_dir=tmp_path / "www")  # type: ignore[arg-type]
        yield service_on(database, settings, VirtualClock(at(DAY)))


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service, Runner(service))) as client:
        yield client


def publish_list(service: Service, day: date = DAY) -> None:
    with World(service.database).desk(day) as desk:
        publish(desk, program_of(desk), OFFICE)


def test_the_board_is_empty_until_something_is_published_and_then_shows_it(
    service: Service, client: TestClient
) -> None:
    assert "还没有公示" in client.get("/board/").text
    publish_list(service)
    assert "吴忠市2023年民生实事办理进展" in client.get("/board/").text
    assert client.get("/board/projects/2023-01.html").status_code == 200


def test_the_address_without_a_stroke_leads_to_the_board(client: TestClient) -> None:
    answer = client.get("/board", follow_redirects=False)
    assert answer.status_code == 308
    assert client.get("/board").url.path == "/board/"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html"),
        ("board.css", "text/css"),
        ("feed.xml", "application/atom+xml"),
        ("index.json", "application/json"),
    ],
)
def test_every_kind_of_file_has_its_type_may_be_kept_a_minute_and_has_a_tag(
    service: Service, client: TestClient, path: str, kind: str
) -> None:
    publish_list(service)
    answer = client.get(f"/board/{path}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    again = client.get(f"/board/{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_publication_is_seen_and_changes_the_tag(
    service: Service, client: TestClient
) -> None:
    publish_list(service)
    before = client.get("/board/").headers["etag"]
    publish_list(service, date(2023, 5, 8))
    answer = client.get("/board/", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "截至2023年5月8日" in answer.text


@pytest.mark.parametrize("path", ["no.html", "../duban.db", "%2e%2e/duban.db", "projects/"])
def test_nothing_but_the_board_is_given_out(client: TestClient, path: str) -> None:
    found = client.get(f"/board/{path}")
    assert found.status_code == 404 and found.headers["content-type"].startswith("text/html")


def test_a_page_that_is_not_on_the_board_leads_back_to_it(client: TestClient) -> None:
    found = client.get("/board/projects/2000-01.html")
    assert 'href="../index.html">回到公示栏' in found.text


def test_the_board_takes_nothing_in(client: TestClient) -> None:
    for send in (client.post, client.put, client.delete):
        assert send("/board/").status_code == 405


def all_at_once(client: TestClient, path: str) -> list[Response]:
    """What twenty readers get who ask for a page in the same moment."""
    with ThreadPoolExecutor(20) as readers:
        return list(readers.map(client.get, [path] * 20))


def test_a_burst_of_readers_puts_the_board_together_once(
    service: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_list(service)
    read, made = Counter[str](), Counter[str]()

    def read_counted(session: Session) -> list[Board]:
        read["boards"] += 1
        return boards(session)

    def made_counted(site: Site, path: str) -> bytes:
        made[path] += 1
        return as_before(site, path)

    as_before = Site.__getitem__
    monkeypatch.setattr("web.board.boards", read_counted)
    monkeypatch.setattr(Site, "__getitem__", made_counted)
    for path in ("/board/", "/board/projects/2023-01.html"):
        assert {answer.status_code for answer in all_at_once(client, path)} == {200}
    assert read == {"boards": 1}
    assert made == {"index.html": 1, "projects/2023-01.html": 1}


def test_while_the_board_is_read_anew_readers_see_the_one_before(
    service: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_list(service)
    client.get("/board/")
    publish_list(service, date(2023, 5, 8))
    begun, may_go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> list[Board]:
        begun.set()
        assert may_go_on.wait(30)
        return boards(session)

    monkeypatch.setattr("web.board.boards", slow)
    with ThreadPoolExecutor(1) as first:
        waiting = first.submit(client.get, "/board/")
        assert begun.wait(30)
        meanwhile = client.get("/board/")
        may_go_on.set()
    assert "截至2023年4月10日" in meanwhile.text
    assert "截至2023年5月8日" in waiting.result().text


def test_of_a_board_of_many_pages_those_made_last_are_kept(
    service: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "KEPT", 2)
    publish_list(service)
    pages = ["/board/", "/board/about.html", "/board/board.css"]
    first = [client.get(page).content for page in pages]
    assert [client.get(page).content for page in pages] == first


def test_the_job_exports_after_a_publication_and_does_nothing_otherwise(
    service: Service, tmp_path: Path
) -> None:
    folder = tmp_path / "www"
    publish_list(service)
    show(service)
    before = (folder / "index.html").stat().st_mtime_ns
    assert "截至2023年4月10日" in (folder / "index.html").read_text(encoding="utf-8")
    (folder / "about.html").unlink()
    show(service)
    assert not (folder / "about.html").exists()
    publish_list(service, date(2023, 5, 8))
    show(service)
    assert (folder / "index.html").stat().st_mtime_ns > before
    assert (folder / "about.html").exists()


def test_without_a_folder_the_job_has_nothing_to_do(tmp_path: Path) -> None:
    service = open_service(Settings(home=tmp_path), VirtualClock(at(DAY)))
    assert show(service) == ""
    service.database.close()
    assert {path.name for path in tmp_path.iterdir()} <= {
        "duban.db", "duban.db-shm", "duban.db-wal", "mail",
    }  # fmt: skip
