from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from config.settings import Settings
from engine.accounts.accounts import Appointments, open_account
from engine.accounts.sessions import Device, open_session
from engine.store.tables import Account, SweepRun, TemplateVersion
from flows.clock import ShiftedClock, VirtualClock
from flows.runner import Runner
from flows.service import Service, service_on
from flows.tick import run_due_sweeps
from tests.stores import SqliteStore, lend
from web.app import create_app
from web.console.doors import COOKIE

BEFORE = datetime(2023, 4, 3, 0, 29, tzinfo=UTC)


class Site:
    """An installation whose clock stands, and its pages."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.runner = Runner(service)
        self.client = TestClient(create_app(service, self.runner))

    def advance(self, **span: int) -> None:
        """Let time pass."""
        assert isinstance(self.service.now, VirtualClock)
        self.service.now.advance(span.get("minutes", 0) * 60 + span.get("days", 0) * 86400)

    def page(self) -> str:
        """The page of the system, as an administrator sees it."""
        with self.service.at_desk() as desk:
            if desk.session.scalar(select(Account.id)) is None:
                boss = Appointments(administrator=True)
                account, _ = open_account(desk, "boss", "测试", appointed=boss, kept="-")
                account.must_change = False
            number = desk.session.scalars(select(Account.id)).one()
            token = open_session(desk, number, Device("127.0.0.1", "test"))
        self.client.cookies.set(COOKIE, token)
        found = self.client.get("/system")
        assert found.status_code == 200, found.text[:300]
        return unescape(found.text)


@pytest.fixture
def site(sqlite_store: SqliteStore, tmp_path: Path) -> Iterator[Site]:
    with lend(sqlite_store) as database:
        url = database.engine.url.render_as_string(hide_password=False)
        settings = Settings(home=tmp_path, database_url=url)  # type: ignore[arg-type]
        site = Site(service_on(database, settings, VirtualClock(BEFORE)))
        yield site
        site.client.close()


def test_health_is_ok_when_nothing_is_due(site: Site) -> None:
    answer = site.client.get("/healthz")
    assert answer.status_code == 200
    well = {"status": "ok", "now": BEFORE.isoformat(), "faults": []}
    assert answer.json() == {**well, "audit": None}


def test_health_fails_when_a_job_has_failed_and_names_it(site: Site) -> None:
    site.runner.failed["dispatch"] = "OSError: disk full"
    answer = site.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["faults"] == ["发信失败：OSError: disk full"]
    assert "发信失败：OSError: disk full" in site.page()


def test_health_fails_when_a_due_sweep_stays_away_and_recovers_when_it_has_run(site: Site) -> None:
    site.advance(minutes=5)
    assert site.client.get("/healthz").status_code == 200
    site.advance(minutes=2)
    answer = site.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["faults"] == ["日检查应在2023年4月3日 08:30运行，至今没有"]
    run_due_sweeps(site.service)
    assert site.client.get("/healthz").status_code == 200


def test_health_fails_when_a_sweep_was_left_half_done(site: Site) -> None:
    site.advance(minutes=1)
    run_due_sweeps(site.service)
    with site.service.database.begin() as session:
        run = session.scalars(select(SweepRun)).one()
        run.state, run.lease_until, run.finished_at = type(run.state).RUNNING, BEFORE, None
    site.advance(minutes=10)
    assert "日检查 2023-04-03 中断，至今没有接续" in site.client.get("/healthz").json()["faults"]


def test_health_fails_when_the_database_cannot_be_read(site: Site) -> None:
    with site.service.database.begin() as session:
        session.connection().exec_driver_sql("DROP TABLE sweep_runs")
    answer = site.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["faults"][0].startswith("数据库读不出来")


def test_the_page_tells_when_each_sweep_ran_and_runs_next(site: Site) -> None:
    site.advance(minutes=1)
    run_due_sweeps(site.service)
    page = " ".join(site.page().split())
    assert "2023-04-03 已完成" in page
    assert "2023年4月4日 08:30" in page
    assert "2023年4月7日 09:30" in page or "2023年4月6日 09:30" in page
    assert site.service.rulebook.policy.version in page
    assert str(site.service.settings.mail_dir) in page


def test_the_page_tells_of_own_wording_that_has_failed_until_it_is_mended(site: Site) -> None:
    given = {"name": "reminder", "source": "x", "author": "督查甲", "at": BEFORE}
    with site.service.database.begin() as session:
        session.add(TemplateVersion(**given, number=1, fault="通知105套印出错"))
    assert "通知105套印出错" in site.page()
    with site.service.database.begin() as session:
        session.add(TemplateVersion(**given, number=2))
    assert "套印出错" not in site.page()


def test_only_a_shifted_clock_is_called_a_demonstration(site: Site) -> None:
    assert "演示时钟" not in site.page()
    assert "演示时钟" in Site(replace(site.service, now=ShiftedClock(BEFORE))).page()


@pytest.mark.parametrize("path", ["/nothing", "/l/", "/l/x/answer/one", "/feeds/"])
def test_an_address_that_is_none_says_so_on_a_page(site: Site, path: str) -> None:
    found = site.client.get(path)
    assert found.status_code == 404 and "没有这个页面" in found.text


def test_a_way_of_asking_that_is_not_taken_says_so_and_names_those_that_are(site: Site) -> None:
    found = site.client.put("/healthz")
    assert found.status_code == 405 and "没有办理" in found.text
    assert found.headers["allow"] == "GET"


def test_a_failure_of_ours_is_told_kindly_and_without_its_inside(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("web.app.faults", fail)
    client = TestClient(site.client.app, raise_server_exceptions=False)
    found = client.get("/healthz")
    assert found.status_code == 500 and "系统出错了" in found.text and "inside" not in found.text
    assert found.headers["cache-control"] == "no-store"


def test_pages_load_nothing_from_elsewhere_and_documents_are_not_served(site: Site) -> None:
    page = site.page()
    answer = site.client.get("/login")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "http" not in answer.text + page
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert site.client.get(path).status_code == 404
