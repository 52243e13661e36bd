"""The audit of an installation: what it is told, and the heart that beats on a clean pass only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from engine.audit.kept import last_audit
from engine.rules.auditing import FindingKind
from engine.store.job_history import Look, write
from flows.auditing import audit_now
from flows.catalogue import catalogue, expected
from flows.clock import system_clock
from flows.runner import Runner
from flows.service import Service
from flows.tick import make_due_checkpoint, run_due_sweeps
from tests.engine.sweeping import GIVEN, at
from tests.flows.services import city_of, installation, open_at, set_clock
from tests.stores import lend

HOUR = timedelta(hours=1)


@pytest.fixture
def service(sqlite_store, tmp_path) -> Iterator[Service]:
    """A list given out on a Wednesday at eight, and nothing due yet."""
    with sqlite_store.new() as url:
        opened = open_at(tmp_path, url, at(GIVEN, 8))
        city_of(opened).found()
        yield opened
        opened.database.close()


class Heart(HTTPServer):
    """An outside heart, as it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[str] = []
        self.status = 200
        self.headers: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/0b1d-77aa"


class _Answer(BaseHTTPRequestHandler):
    server: Heart

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def heart() -> Iterator[Heart]:
    with Heart() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def kinds(service: Service) -> list[FindingKind]:
    return [finding.kind for finding in audit_now(service, expected(service)).findings]


def test_the_heart_beats_on_a_clean_pass_and_only_then(service, heart, tmp_path):
    file = tmp_path / "beat"
    passed = audit_now(service, [], heart=heart.url, heart_file=file)
    assert (passed.findings, passed.beats, passed.heart) == ((), True, "")
    assert heart.asked == ["/ping/0b1d-77aa"] and file.exists()
    file.unlink()
    set_clock(service, at(GIVEN, 9))
    found = audit_now(service, [], heart=heart.url, heart_file=file)
    assert [finding.kind for finding in found.findings] == [FindingKind.SWEEP_OVERDUE]
    assert len(heart.asked) == 1 and not file.exists()


def test_a_heart_that_does_not_answer_is_told_without_its_address(service, heart, tmp_path):
    heart.status = 404
    told = audit_now(service, [], heart=heart.url, heart_file=tmp_path / "none" / "beat").heart
    assert "HTTP 404" in told and "心跳文件" in told and "0b1d" not in told
    url, _ = heart.url, heart.server_close()
    told = audit_now(service, [], heart=url).heart
    assert told.startswith("外部心跳没有送达：Connection") and "0b1d" not in told


def test_the_heart_follows_no_redirect_and_heeds_no_proxy(service, heart, monkeypatch):
    with Heart() as elsewhere:
        heart.status, heart.headers = 302, {"Location": elsewhere.url}
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{elsewhere.server_port}")
        elsewhere.timeout = 0.2
        assert "HTTP 302" in audit_now(service, [], heart=heart.url).heart
        elsewhere.handle_request()
        assert elsewhere.asked == []


def test_the_job_fails_when_the_heart_cannot_be_beaten_and_not_when_something_was_found(
    service, tmp_path
):
    (job,) = [job for job in catalogue(service) if job.name == "audit"]
    runner = Runner(service, [job])
    broken = service.settings.model_copy(update={"heartbeat_file": tmp_path / "none" / "beat"})
    object.__setattr__(service, "settings", broken)
    runner._run(job)
    assert runner.failed["audit"].startswith("心跳文件")
    set_clock(service, at(GIVEN, 9))
    runner._run(job)
    assert runner.failed == {}


def test_a_service_that_was_off_has_caught_up_before_it_is_audited(service):
    first = {job.name: job.first_look for job in catalogue(service)}
    assert first["sweeps"] == timedelta() < first["audit"]


def test_work_undone_a_job_gone_silent_and_a_journal_left_open_are_found(service):
    with service.database.begin() as session:
        write(session, [Look("dispatch", "甲", at(GIVEN, 8))], [], at(GIVEN, 8))
    assert kinds(service) == []
    set_clock(service, at(GIVEN, 8) + 26 * HOUR)
    assert kinds(service) == [
        FindingKind.SWEEP_OVERDUE,  # of the day, and of the month
        FindingKind.SWEEP_OVERDUE,
        FindingKind.LETTERS_LATE,
        FindingKind.CHECKPOINT_MISSING,
        FindingKind.JOB_SILENT,
    ]
    run_due_sweeps(service)
    make_due_checkpoint(service)
    assert kinds(service) == [FindingKind.LETTERS_LATE, FindingKind.JOB_SILENT]
    with service.database.read() as session:
        assert len(last_audit(session).findings) == 2


def test_of_several_processes_the_newest_sign_of_life_counts_and_any_failure_that_stands(service):
    now = service.now()
    with service.database.begin() as session:
        looks = [
            Look("dispatch", "甲", now - 5 * HOUR, now - 6 * HOUR, "早已停了"),
            Look("dispatch", "乙", now),
            Look("board", "甲", now - timedelta(seconds=1), now, "磁盘已满"),
            Look("board", "乙", now),
        ]
        write(session, looks, [], now)
    found = audit_now(service, expected(service)).findings
    assert [finding.text for finding in found] == ["公示栏导出：磁盘已满"]


def test_a_clock_that_differs_from_the_database_s_is_found(postgres_store, monkeypatch):
    with lend(postgres_store) as database, installation(database, at(GIVEN, 8)) as service:
        assert audit_now(service, []).findings == ()
        fast = timedelta(minutes=5)
        monkeypatch.setattr("flows.auditing.system_clock", lambda: system_clock() + fast)
        (found,) = audit_now(service, []).findings
    assert found.kind is FindingKind.CLOCKS_APART
    assert found.text in ("本机时钟比数据库快5分钟", "本机时钟比数据库快4分钟")
