"""The service as users run it: a process of its own, a real port, a real mail server."""

from __future__ import annotations

import json
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.cli.conftest import MAIN, OFFICE, SAMPLE, Duban, free_port, start

PATIENCE = 240.0


def wait_for(condition: Callable[[], Any]) -> Any:
    """What the condition gives, once it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def health(port: int) -> dict[str, Any] | None:
    """What /healthz answers; None while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except OSError:  # refused, or bound and not answering yet
        return None


@contextmanager
def running(port: int, *arguments: object, **environment: object) -> Iterator[list[str]]:
    """A started service; at the end it is stopped as by Ctrl-C and must stop in order. What it
    said stands in the list afterwards."""
    said: list[str] = []
    process = start("up", "--port", port, *arguments, DUBAN_DISPATCH_SECONDS=1, **environment)
    try:
        wait_for(lambda: health(port) or process.poll() is not None)
        yield said
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        said.append(out)
        assert process.returncode == 0, err
        assert out.endswith("已停止\n")
        assert "Traceback" not in err
    finally:
        process.kill()
        process.communicate()


def test_the_sample_starts_once_and_a_second_start_goes_on(duban: Duban) -> None:
    port, mails = free_port(), duban.home / "mail"
    with running(port, "--sample", SAMPLE, DUBAN_HOME=duban.home):
        answer = health(port)
        assert answer is not None
        assert answer["status"] == "ok"
        assert answer["now"].startswith("2023-02-20T00:29")
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode()
        assert "督办工作台" in page
        taken = start("up", "--port", port, DUBAN_HOME=duban.home)
        _, err = taken.communicate(timeout=PATIENCE)
        assert taken.returncode == 1
        assert "端口已被占用" in err
    # The clock of the sample has gone on; here it is moved to when mails may leave.
    again = {"DUBAN_HOME": duban.home, "DUBAN_CLOCK": "2023-02-20T08:30:00"}
    with running(port, "--sample", SAMPLE, **again):
        wait_for(lambda: any("提示" in subject(path) for path in mails.glob("*.eml")))
    assert len(duban.json("list")["projects"]) == 25


def subject(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return str(message["Subject"])


def test_a_sample_that_cannot_be_given_out_is_not_imported_either(
    duban: Duban, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    text = (SAMPLE / "sample.yaml").read_text(encoding="utf-8")
    (folder / "sample.yaml").write_text(
        text.replace("示例·督查甲", "示例·城管甲"), encoding="utf-8"
    )
    (folder / "ledger.xlsx").write_bytes((SAMPLE / "ledger.xlsx").read_bytes())
    result = duban("up", "--sample", folder, "--port", free_port())
    assert result.code == 1
    assert "示例·城管甲不在督查室岗位" in result.err
    assert duban.json("list")["projects"] == []


class Inbox:
    """What a mail server on this machine has received."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield inbox, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


LEDGER = {
    "title": "某市2023年民生实事",
    "year": 2023,
    "issuer": "某市人民政府",
    "basis": "某市人代会审议通过",
    "document": "某政发〔2023〕1号",
    "approved_on": "2023-01-10",
    "projects": [
        {
            "number": 1,
            "field": "教育",
            "title": "新建学校",
            "content": "新建学校15所",
            "targets": [{"metric": "学校", "value": "15所"}],
            "lead_units": ["市教育局"],
            "sponsor": "副市长",
            "due": "11月底前",
            "steps": ["6月底前主体完工（60%）", "11月底前投用（100%）"],
        }
    ],
    "posts": [
        {"unit": unit, "post": post, "holder": holder, "title": title, "email": email}
        for unit, post, holder, title, email in (
            ("市教育局", "联络员", "马晓明", "科长", "ma@example.com"),
            ("市教育局", "单位负责人", "丁局长", "局长", "ding@example.com"),
            ("市政府", "领办领导", "白市长", "副市长", "bai@example.com"),
            ("市政府督查室", "督查员", OFFICE, "主任", "ducha@example.com"),
        )
    ],
}


@pytest.fixture
def a_day_before_a_step(duban: Duban, tmp_path: Path) -> Duban:
    """A list in which on 29 June nothing is due but the reminder of one step."""
    path = tmp_path / "ledger.yaml"
    path.write_text(yaml.safe_dump(LEDGER, allow_unicode=True), encoding="utf-8")
    duban.at("2023-06-28T10:00:00")
    duban.json("import", path)
    duban.json("assign", "--all")
    duban.json("sign-for", "2023-01", "--by", "马晓明")
    report = ("report", "2023-01", "--by", "马晓明", "--period", "2023-06")
    duban.json(*report, "--value", "学校=9", "--confirm", "9所都是今年新建")
    return duban


def test_a_reminder_reaches_a_real_mail_server_once(
    a_day_before_a_step: Duban, inbox: tuple[Inbox, str]
) -> None:
    letters, port = inbox[0].letters, free_port()
    morning = {
        "DUBAN_HOME": a_day_before_a_step.home,
        "DUBAN_SMTP_URL": inbox[1],
        "DUBAN_CLOCK": "2023-06-29T08:29:59",
    }
    with running(port, **morning):
        wait_for(lambda: letters)
    with running(port, **morning | {"DUBAN_CLOCK": "2023-06-29T08:31:00"}):
        time.sleep(2.5)
    [letter] = letters
    assert "提示" in str(letter["Subject"])
    assert "ma@example.com" in str(letter["To"])
    text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "主体完工" in body
        assert "2023年6月30日" in body


def sign_in(port: int, password: str, **forwarded: str) -> str:
    """Sign in as the administrator, as a proxy passes it on; the cookie that comes back."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', client.get("/login").text))
        typed = hidden | {"login": "admin", "password": password}
        headers = {f"X-Forwarded-{name.title()}": value for name, value in forwarded.items()}
        return str(client.post("/login", data=typed, headers=headers).headers["set-cookie"])


def test_a_service_without_a_list_shows_the_first_password_once(tmp_path: Path) -> None:
    port = free_port()
    with running(port, DUBAN_HOME=tmp_path) as first:
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode()
    assert "督办工作台" in page
    shown = re.search("账号 admin，初始密码 ([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})", first[0])
    assert shown
    with running(port, DUBAN_HOME=tmp_path) as again:
        # What the proxy on this machine says of who asks is believed.
        assert "Secure" in sign_in(port, shown[1], proto="https")
        assert "Secure" not in sign_in(port, shown[1])
    assert "初始密码" not in again[0]


TOLD_AT_ONCE = f"""
import os, signal
from cli.answer import Answer

def say(self, line, say=Answer.say):
    say(self, line)
    if "按 Ctrl-C" in line:
        os.kill(os.getpid(), signal.SIGTERM)

Answer.say = say
{MAIN}
"""


@pytest.mark.parametrize("pages", [[], ["--no-web"]], ids=["pages", "no pages"])
def test_who_is_told_to_stop_before_all_is_begun_stops_in_order(
    tmp_path: Path, pages: list[str]
) -> None:
    process = start("up", "--port", free_port(), *pages, program=TOLD_AT_ONCE, DUBAN_HOME=tmp_path)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert out.endswith("正在停止…\n已停止\n")
