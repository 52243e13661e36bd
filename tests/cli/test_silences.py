"""暂缓提醒, through the command line."""

from __future__ import annotations

from tests.cli.conftest import OFFICE, Duban

UNTIL = ("--until", "2023-04-07", "--reason", "全员防汛", "--by", OFFICE)


def test_an_item_and_a_unit_are_silenced_listed_and_lifted(assigned: Duban) -> None:
    item = assigned.json("silence", "set", "2023-01", *UNTIL)["silence"]
    unit = assigned.json("silence", "set", "--unit", "市教育局", *UNTIL)["silence"]
    assert (item["code"], item["ends_on"], unit["code"]) == ("2023-01", "2023-04-07", "")
    listed = assigned.json("silence", "list")["silences"]
    assert [line["number"] for line in listed] == [item["number"], unit["number"]]
    lifted = assigned.json("silence", "lift", item["number"], "--by", OFFICE)["silence"]
    assert (lifted["lifted_on"], lifted["lifted_by"]) == ("2023-03-29", OFFICE)
    assert len(assigned.json("silence", "list")["silences"]) == 1
    assert len(assigned.json("silence", "list", "--all")["silences"]) == 2
    told = assigned("silence", "list", "--all")
    assert "全部事项" in told.out and f"已由{OFFICE}于2023年3月29日解除" in told.out


def test_neither_both_nor_none_of_item_and_unit_can_be_named(assigned: Duban) -> None:
    for subject in ((), ("2023-01", "--unit", "市教育局")):
        result = assigned("silence", "set", *subject, *UNTIL)
        assert (result.code, "只写其中一个" in result.err) == (2, True)


def test_a_silence_without_an_end_or_a_reason_is_refused(assigned: Duban) -> None:
    assert assigned("silence", "set", "2023-01", "--reason", "防汛").code == 2
    late = ("--until", "2023-12-31", "--reason", " ", "--by", OFFICE)
    result = assigned("silence", "set", "2023-01", *late, "--json")
    assert result.code == 1
    assert "最长暂缓10个工作日" in result.data["error"]
    assert "请写明理由" in result.data["error"]
