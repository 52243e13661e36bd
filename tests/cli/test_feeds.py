"""``duban feed``: where a unit's calendar feed is."""

from __future__ import annotations

from tests.cli.conftest import OFFICE, Duban

UNIT = "市教育局"


def test_the_address_of_a_feed_is_shown_and_renewed(imported: Duban) -> None:
    imported.monkeypatch.setenv("DUBAN_BASE_URL", "https://duban.example.gov.cn/")
    first = imported.json("feed", "show", UNIT)["address"]
    assert first.startswith("https://duban.example.gov.cn/feeds/")
    assert first.endswith(".ics")
    assert imported.json("feed", "show", UNIT)["address"] == first
    second = imported.json("feed", "renew", UNIT, "--by", OFFICE)["address"]
    assert second != first
    shown = imported("feed", "show", UNIT)
    assert second in shown.out
    assert f"由{OFFICE}更换过" in shown.out


def test_without_the_address_of_the_program_the_reader_is_told_to_add_it(imported: Duban) -> None:
    shown = imported("feed", "show", UNIT)
    assert "DUBAN_BASE_URL" in shown.out


def test_who_may_not_and_what_is_not_there_is_refused(imported: Duban) -> None:
    assert "不在督查室岗位" in imported("feed", "renew", UNIT, "--by", "示例·教育甲").err
    assert "没有名为“市水务局”的单位" in imported("feed", "show", "市水务局").err
