"""The signing desk in the console: drafts changed, checked, signed, and numbered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.notices.notice_list import draft_lines
from engine.rules.words import Cadence, NoticeKind, PostKind
from engine.store.database import Database
from tests.engine.builders import CONTACT, LEADER, OFFICE, SECOND_OFFICER, SIGNER, draft_notice
from tests.engine.conftest import begin
from tests.engine.sweeping import City
from tests.stores import Store
from tests.web.conftest import opened
from tests.web.console.conftest import ConsoleOffice

BASIS = "市政府第12次常务会议纪要"
WRONG = "应检35062人，已检33816人，占96.55%"


def third_quarter(database: Database) -> None:
    """Items that nobody reports on, until the quarter's circular is drafted."""
    begin(database)
    city = City(database)
    city.sweep(Cadence.MONTHLY, date(2023, 9, 4))
    city.sweep(Cadence.MONTHLY, date(2023, 10, 8))
    city.sweep(Cadence.QUARTERLY, date(2023, 10, 9))


@pytest.fixture
def autumn(store: Store, tmp_path: Path) -> Iterator[ConsoleOffice]:
    with opened(store, third_quarter, tmp_path) as office:
        office.go_to(date(2023, 10, 10))
        yield ConsoleOffice(office)


@pytest.fixture
def draft(autumn: ConsoleOffice) -> str:
    """The address of a circular that waits to be checked."""
    with autumn.service.database.read() as session:
        numbers = [d.notice for d in draft_lines(session) if d.kind.value == "circular"]
    return f"/signing/{numbers[0]}"


def test_a_draft_is_changed_checked_and_signed_and_its_number_may_be_voided(
    autumn: ConsoleOffice, draft: str
) -> None:
    office, other = autumn.browser(SECOND_OFFICER), autumn.browser(OFFICE)
    signer = autumn.browser(SIGNER)
    assert draft in office.page("/signing?state=written")
    assert "✔ 一致" in office.page(draft) and "【拟稿·待签发】" in office.page(draft)
    words = {"title": "三季度督查通报", "ask": ""}
    said = other.refused(f"{draft}/amend", **words, remark=WRONG)
    assert "96.45" in said and "--" not in said
    amended = other.do(f"{draft}/amend", **words, remark=WRONG, confirm="口径不同")
    assert "第1版" in amended and "<ins>" in amended and "口径不同" in amended
    stale = office.refused(f"{draft}/amend", **words, remark="另一段", seen="0")
    assert "现为第1版" in stale and "，请看过后再办理" in stale and "--" not in stale
    assert "写明理由" in office.refused(f"{draft}/check", public="closed", reason="")
    assert "待签发" in office.do(f"{draft}/check", public="public", reason="")
    assert f'href="{draft}/sign"' in signer.page(draft)
    assert f'href="{draft}/sign"' not in office.page(draft)
    assert "已签发，文号" in signer.do(f"{draft}/sign", basis=BASIS)
    assert office.look(f"{draft}/document").content[:2] == b"PK"
    assert "连续无缺" in office.page("/numbers")
    void = f"/numbers/{draft.rpartition('/')[2]}/void"
    assert "已作废，通知撤回" in signer.do(void, reason="标题有误")


def test_a_draft_is_sent_back_with_comments_or_not_sent_at_all(
    autumn: ConsoleOffice, draft: str
) -> None:
    signer = autumn.browser(SIGNER)
    assert "请填写" in signer.refused(f"{draft}/send-back", comment="")
    assert "补充原因" in signer.do(f"{draft}/send-back", comment="补充原因")
    assert "不予发出" in signer.do(f"{draft}/dismiss", reason="单位已整改")
    assert draft in signer.page("/signing?state=dismissed")


def test_the_signing_desk_is_for_the_office_and_leaders_and_signing_for_signers(
    autumn: ConsoleOffice, draft: str
) -> None:
    for address in ("/signing", draft, f"{draft}/document", "/numbers"):
        assert autumn.browser(CONTACT).look(address).status_code == 403
    leader = autumn.browser(LEADER)
    assert leader.look(draft).status_code == 200
    assert autumn.browser(OFFICE).look(f"{draft}/sign").status_code == 403
    assert leader.look("/signing/999999").status_code == 404
    told = autumn.program(OFFICE).get(draft).json()
    assert told["state"] == "written" and told["versions"][0]["number"] == 0


def test_a_draft_whose_facts_are_not_whole_is_shown_all_the_same(
    underway: ConsoleOffice,
) -> None:
    kind, audience = NoticeKind.SUMMONS_PROPOSAL, (PostKind.LEADER,)
    number = draft_notice(underway.world, "2023-01", kind, audience)
    assert "事实不全" in underway.browser(OFFICE).page(f"/signing/{number}")
