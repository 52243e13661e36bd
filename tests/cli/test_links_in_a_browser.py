"""The link of a letter, opened on a phone: a real service, a real browser, no script."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.cli.conftest import Duban, free_port, start
from tests.cli.test_up import PATIENCE, health, wait_for

READER, ADDRESS = "示例·教育甲", "jyj@wuzhong.example.com"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone() -> Iterator[Page]:
    """The browser of the system, as small as a phone; nothing is downloaded for it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
    if found is None:
        if os.environ.get("DUBAN_REQUIRE_BROWSER") == "1":
            raise RuntimeError("no Chromium here, and DUBAN_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser.new_page(viewport=PHONE, java_script_enabled=False, locale="zh-CN")  # type: ignore[arg-type]
        browser.close()


@contextmanager
def served(duban: Duban) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A service on its own port, and its address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    duban.monkeypatch.setenv("DUBAN_BASE_URL", base)
    given = {"DUBAN_HOME": duban.home, "DUBAN_BASE_URL": base, "DUBAN_DISPATCH_SECONDS": 1}
    process = start("up", "--port", port, DUBAN_CLOCK="2023-03-29T08:31:00", **given)
    try:
        wait_for(lambda: health(port) or process.poll() is not None)
        yield base, process
    finally:
        process.kill()
        process.communicate()


def link_in(mails: Path) -> str:
    """The link in the letter to the reader, once it is there."""

    def look() -> str:
        for path in mails.glob("*.eml"):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            body = message.get_body(("plain",))
            if ADDRESS in str(message["To"]) and body is not None:
                return re.findall(r"http://127\S+/l/\S+", body.get_content())[0]
        return ""

    found: str = wait_for(look)
    return found


def test_a_reader_signs_and_reports_on_a_phone_and_no_log_holds_the_link(
    assigned: Duban, phone: Page
) -> None:
    with served(assigned) as (base, process):
        address = link_in(assigned.home / "mail")
        phone.goto(address)
        expect(phone.get_by_role("heading", name="待签收 2项")).to_be_visible()
        _fits(phone)
        _sign(phone, "路人甲", "签收")
        expect(phone.get_by_role("alert").last).to_contain_text(f"发给市教育局{READER}")
        _sign(phone, READER, "签收")
        expect(phone.get_by_role("status")).to_have_text("签收已经办好，已记入督办日志。")
        phone.get_by_role("link", name="填报进展").first.click()
        _report(phone)
        expect(phone.get_by_role("status")).to_have_text("填报已经办好，已记入督办日志。")
        _fits(phone)
        feed = assigned.json("feed", "show", "市教育局")["address"]
        assert phone.request.get(feed).text().startswith("BEGIN:VCALENDAR")
        phone.goto(f"{address}x")
        expect(phone.get_by_role("heading")).to_have_text("链接打不开")
        process.send_signal(signal.SIGINT)
        told = "".join(process.communicate(timeout=PATIENCE))
    token = address.removeprefix(f"{base}/l/")
    assert "已停止" in told
    assert token not in told
    assert feed.rpartition("/")[2] not in told


def _report(phone: Page) -> None:
    _fits(phone)
    phone.get_by_label("新增学位").fill("很多")
    phone.get_by_label("形象进度").fill("12")
    phone.get_by_label("全部开工").check()
    phone.get_by_label("情况说明").fill("六所学校已开工")
    _sign(phone, READER, "提交填报")
    expect(phone.get_by_label("新增学位")).to_have_value("很多")
    expect(phone.get_by_label("新增学位")).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("情况说明")).to_have_value("六所学校已开工")
    _fits(phone)
    phone.get_by_label("新增学位").fill("200")
    phone.get_by_role("button").press("Enter")


def _sign(phone: Page, name: str, button: str) -> None:
    phone.get_by_label("办理人姓名").fill(name)
    phone.get_by_role("button", name=button).click()


def _fits(phone: Page) -> None:
    """Nothing is wider than the screen: the picture of the whole page is not either."""
    picture = phone.screenshot(full_page=True)
    assert int.from_bytes(picture[16:20], "big") == PHONE["width"]
