"""``duban draft``, ``sign`` and ``number``: from the draft to the signed and numbered paper."""

from __future__ import annotations

import pytest

from tests.cli.conftest import OFFICE, Duban

SIGNER = "示例·秘书长"
BASIS = "市政府主要领导批示"
WRONG = "反馈案件35062件，办结33816件，办结率达96.55%"
RIGHT = "反馈案件35062件，办结33816件，办结率达96.45%"


@pytest.fixture
def draft(assigned: Duban) -> int:
    """The draft of a circular, as the third quarter leaves it behind."""
    for day, cadence in (("09-04", "monthly"), ("10-08", "monthly"), ("10-09", "quarterly")):
        assigned.at(f"2023-{day}T10:00:00")
        assigned.json("sweep", cadence)
    drafts = assigned.json("draft", "list")["drafts"]
    number: int = next(n["notice"] for n in drafts if n["kind"] == "circular")
    return number


def test_a_paper_goes_over_the_desk_and_gets_its_number(assigned: Duban, draft: int) -> None:
    amend = ("draft", "amend", draft, "--by", OFFICE, "--text")
    refused = assigned(*amend, WRONG, "--json")
    assert refused.code == 1
    assert "33816件占35062件的96.45%" in refused.data["doubts"][0]
    assert assigned.json(*amend, RIGHT)["remark"] == RIGHT
    shown = assigned.json("draft", "show", draft)
    assert shown["doubts"] == []
    assert RIGHT in shown["text"] and "【拟稿·待签发】" in shown["text"]
    assert (shown["draft"]["state"], shown["draft"]["version"]) == ("written", 1)
    again = assigned(*amend, "另一段")
    assert again.code == 1
    assert f"由{OFFICE}修改，补充说明为“{RIGHT}”" in again.err
    confirmed = assigned.json(*amend, WRONG, "--replace", "--confirm", "含跨年案件")
    assert confirmed["confirmed"] == "含跨年案件"

    unchecked = assigned("sign", draft, "--by", SIGNER, "--basis", BASIS)
    assert unchecked.code == 1 and "“待核稿”，不能签发" in unchecked.err
    checked = assigned.json("draft", "check", draft, "--by", OFFICE, "--public", "主动公开")
    assert checked["draft"]["state"] == "checked"
    assert checked["length"] > 100
    signed = assigned.json("sign", draft, "--by", SIGNER, "--basis", BASIS, "--seen", 2)
    assert signed["document"] == "政督〔2023〕1号"
    said = assigned("draft", "show", draft).out
    assert WRONG in said and "政督〔2023〕1号，示例·秘书长签发" in said
    line = next(n for n in assigned.json("notices")["notices"] if n["notice"] == draft)
    assert (line["state"], line["document"]) == ("issued", "政督〔2023〕1号")


def test_title_and_request_reach_the_letter(assigned: Duban, draft: int) -> None:
    title, ask = "三季度督查通报", "请于10月20日前书面报送整改情况。"
    words = ("--title", title, "--ask", ask)
    assigned.json("draft", "amend", draft, "--by", OFFICE, *words)
    text = assigned.json("draft", "show", draft)["text"]
    assert title in text and ask in text
    versions = assigned.json("draft", "versions", draft)["versions"]
    assert [(v["version"], v["author"]) for v in versions] == [(0, "督办引擎"), (1, OFFICE)]


def test_a_draft_is_sent_back_with_comments(assigned: Duban, draft: int) -> None:
    refused = assigned("draft", "check", draft, "--by", OFFICE, "--public", "不予公开")
    assert refused.code == 1 and "不予公开的须写明理由" in refused.err
    wrong = assigned("draft", "check", draft, "--by", OFFICE, "--public", "随便")
    assert wrong.code == 2 and "不在可选范围内" in wrong.err
    assigned.json("draft", "send-back", draft, "--by", SIGNER, "--comment", "点名过多")
    (line,) = [d for d in assigned.json("draft", "list")["drafts"] if d["notice"] == draft]
    assert (line["state"], line["comment"]) == ("sent_back", "点名过多")
    assert "退回意见：点名过多" in assigned("draft", "show", draft).out


def test_a_void_number_is_listed_and_the_series_stays_whole(assigned: Duban, draft: int) -> None:
    assigned.json("draft", "check", draft, "--by", OFFICE, "--public", "public")
    assigned.json("sign", draft, "--by", SIGNER, "--basis", BASIS)
    refused = assigned("number", "void", "2", "--by", SIGNER, "--reason", "附件有误")
    assert refused.code == 1 and "没有编发过政督〔2023〕2号" in refused.err
    voided = assigned.json("number", "void", "1", "--by", SIGNER, "--reason", "附件有误")
    assert (voided["document"], voided["notice"]) == ("政督〔2023〕1号", draft)
    listed = assigned("number", "list", "--year", 2023)
    assert "政督〔2023〕1至1号：连续无缺" in listed.out
    assert "示例·秘书长：附件有误" in listed.out
    told = assigned("notices", "--state", "cancelled")
    assert "政督〔2023〕1号（已作废）" in told.out
    assert assigned.json("number", "list", "--year", 2022)["numbers"] == []
