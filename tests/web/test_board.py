from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from config.settings import Settings
from engine.publicity.publishing import publish
from engine.rules.policy_parts import Publicity
from engine.store.database import Database
from flows.catalogue import show
from flows.clock import VirtualClock
from flows.runner import Runner
from flows.service import Service, open_service
from notifications.board.site import Files, read_site
from tests.engine.builders import OFFICE, World, at, program_of, register_list
from web import board
from web.app import create_app

DAY = date(2023, 4, 10)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """An installation whose list is registered, and whose board is looked at on every request."""
    monkeypatch.setattr(board, "LOOK_EVERY", 0.0)
    settings = Settings(home=tmp_path, board_dir=tmp_path / "www")
    service = open_service(settings, VirtualClock(at(DAY)))
    register_list(World(service.database))
    yield service
    service.database.close()


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


def test_a_burst_of_readers_puts_the_board_together_once(
    service: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_list(service)
    made = []

    def counted(database: Database, publicity: Publicity, *, online: bool) -> tuple[Files, str]:
        made.append(publicity)
        return read_site(database, publicity, online=online)

    monkeypatch.setattr("web.board.read_site", counted)
    readers = [threading.Thread(target=client.get, args=("/board/",)) for _ in range(20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(made) == 1


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
