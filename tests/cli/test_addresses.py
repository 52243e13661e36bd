"""``duban address`` and ``duban bounce``, as the office and a mail server use them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from notifications.return_path import ReturnPath
from tests.cli.conftest import OFFICE, Duban
from tests.notifications.test_bounces import report

SECRET = "a-secret-of-this-test-of-32-characters"
PATHS = ReturnPath("bounce@example.gov.cn", SECRET)


@pytest.fixture
def sent(assigned: Duban, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """A mail that went out; its number and its reader's name."""
    monkeypatch.setenv("DUBAN_BOUNCE_ADDRESS", PATHS.address)
    monkeypatch.setenv("DUBAN_SECRET", SECRET)
    assigned.at("2023-03-29T09:00:00")
    assert assigned("dispatch", "--json").data["sent"] > 0
    with sqlite3.connect(assigned.home / "duban.db") as database:
        query = """SELECT deliveries.id, persons.name FROM deliveries JOIN persons
                   ON persons.id = person_id WHERE deliveries.state = 'sent' ORDER BY 1"""
        return database.execute(query).fetchone()


def test_a_bounce_is_taken_back_once_and_the_address_listed_and_restored(
    assigned: Duban, sent: tuple[int, str], tmp_path: Path
) -> None:
    number, name = sent
    mail = tmp_path / "bounce.eml"
    mail.write_bytes(report(PATHS.of(number)))
    first, again = assigned("bounce", mail, "--json"), assigned("bounce", mail)
    assert (first.code, first.data["delivery"], first.data["finding"]) == (0, number, "bounced")
    assert (again.code, again.out) == (0, f"邮件{number}：此前已处理，未作改动\n")

    [listed] = assigned("address", "list", "--json").data["addresses"]
    assert listed["person"] == name
    assert listed["why"].startswith("退信 5.1.1")
    assert "退信 5.1.1" in assigned("address", "list").out

    refused = assigned("address", "restore", name, "--email", "不是邮箱", "--by", OFFICE)
    assert (refused.code, "不是邮箱，应形如" in refused.err) == (1, True)
    done = assigned("address", "restore", name, "--email", "xin@example.com", "--by", OFFICE)
    assert done.out == f"{name}的邮箱已恢复：xin@example.com\n"
    assert assigned("address", "list").out == "没有停用的邮箱\n"


def test_a_forged_bounce_is_refused(assigned: Duban, sent: tuple[int, str], tmp_path: Path) -> None:
    mail = tmp_path / "forged.eml"
    mail.write_bytes(report(f"bounce+{sent[0]}.0123456789abcdef0123@example.gov.cn"))
    refused = assigned("bounce", mail)
    assert refused.code == 1
    assert refused.err == "收件地址不是本系统签发的退信地址，或签名不符，未作处理\n"


def test_bounces_need_an_address_to_come_back_to(duban: Duban, tmp_path: Path) -> None:
    mail = tmp_path / "bounce.eml"
    mail.write_bytes(b"")
    refused = duban("bounce", mail)
    assert (refused.code, "请先设置 DUBAN_BOUNCE_ADDRESS" in refused.err) == (1, True)
