"""``duban draft``: the office adds a paragraph, whose figures are recomputed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import OFFICE, Duban

SIGNER = "示例·秘书长"
WRONG = "反馈案件35062件，办结33816件，办结率达96.55%"
RIGHT = "反馈案件35062件，办结33816件，办结率达96.45%"


@pytest.fixture
def draft(assigned: Duban) -> int:
    """The draft of a circular, as the third quarter leaves it behind."""
    for day, cadence in (("09-04", "monthly"), ("10-08", "monthly"), ("10-09", "quarterly")):
        assigned.at(f"2023-{day}T10:00:00")
        assigned.json("sweep", cadence)
    drafts = assigned.json("notices", "--state", "draft")["notices"]
    number: int = next(n["notice"] for n in drafts if n["kind"] == "circular")
    return number


def test_a_paragraph_is_recomputed_written_shown_and_signed(assigned: Duban, draft: int) -> None:
    amend = ("draft", "amend", draft, "--by", OFFICE, "--text")
    refused = assigned(*amend, WRONG, "--json")
    assert refused.code == 1
    assert "33816件占35062件的96.45%" in refused.data["doubts"][0]
    assert assigned.json(*amend, RIGHT)["remark"] == RIGHT
    shown = assigned.json("draft", "show", draft)
    assert shown["doubts"] == []
    assert RIGHT in shown["text"] and "【拟稿·待签发】" in shown["text"]
    again = assigned(*amend, "另一段")
    assert again.code == 1
    assert f"已由{OFFICE}写为“{RIGHT}”" in again.err
    confirmed = assigned.json(*amend, WRONG, "--replace", "--confirm", "含跨年案件")
    assert confirmed["confirmed"] == "含跨年案件"
    assigned.json("sign", draft, "--by", SIGNER, "--basis", "市政府主要领导批示")
    assert WRONG in assigned("draft", "show", draft).out
