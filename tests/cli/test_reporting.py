"""``duban report``: the form, the last figures again, doubts, versions."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Duban

CONTACT = "示例·城管甲"
METRIC = "免费享用早餐的环卫绿化工人"
REPORT = ("report", "2023-01", "--by", CONTACT)


@pytest.fixture
def signed(assigned: Duban) -> Duban:
    """The first item signed for."""
    assigned.json("sign-for", "2023-01", "--by", CONTACT)
    assigned.at("2023-04-24T10:00:00")
    return assigned


def test_a_form_offers_the_last_figures_again(signed: Duban) -> None:
    form = signed.json("report", "2023-01", "--show")
    assert (form["period"], form["every"], form["last_period"]) == ("2023-04", "monthly", "")
    assert form["figures"][0]["metric"] == METRIC and form["figures"][0]["last"] is None
    done = signed(*REPORT, "--value", f"{METRIC}=200", "--percent", "20")
    assert "2023-01 2023年4月已填报" in done.out
    signed.at("2023-05-24T10:00:00")
    form = signed.json("report", "2023-01", "--show")
    assert (form["period"], form["last_period"], form["due"]) == (
        "2023-05",
        "2023-04",
        "2023-05-25",
    )
    assert (form["percent"], form["figures"][0]["last"]) == ("20", "200")
    said = signed("report", "2023-01", "--show").out
    assert "上次填报 2023-04：形象进度20%" in said
    assert signed.json(*REPORT, "--same")["period"] == "2023-05"


def test_a_doubt_is_shown_confirmed_and_kept_in_the_history(signed: Duban) -> None:
    signed.json(*REPORT, "--value", f"{METRIC}=200")
    signed.at("2023-05-24T10:00:00")
    fallen = (*REPORT, "--value", f"{METRIC}=150")
    refused = signed(*fallen, "--json")
    assert refused.code == 1
    assert [doubt["code"] for doubt in refused.data["doubts"]] == [f"falls:{METRIC}"]
    assert "少了50名" in refused.err
    done = signed.json(*fallen, "--confirm", "累计数下降=重复登记，已核减")
    assert (done["period"], done["version"]) == ("2023-05", 1)
    assert signed.json(*fallen, "--text", "更正说明")["version"] == 2
    reports = signed.json("report", "2023-01", "--history")["reports"]
    assert [(r["period"], r["version"]) for r in reports] == [
        ("2023-04", 1),
        ("2023-05", 1),
        ("2023-05", 2),
    ]
    assert reports[1]["doubts"][0]["explanation"] == "重复登记，已核减"
    said = signed("report", "2023-01", "--history").out
    assert "2023-05第2次" in said and "单位说明：重复登记，已核减" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--by", CONTACT, "--same", "--percent", "5"], "--same 是沿用上次的全部数据"),
        (["--period", "2023-04"], "请写明办理人"),
    ],
)
def test_wrong_usage_is_told(signed: Duban, more: list[str], words: str) -> None:
    result = signed("report", "2023-01", *more)
    assert result.code == 2
    assert words in result.err


def test_nothing_reported_cannot_be_repeated(signed: Duban) -> None:
    result = signed(*REPORT, "--same")
    assert result.code == 1
    assert "没有上次的数据可以沿用" in result.err
