"""Breaking down, planning and looking at levels from the command line, on Xinjiang's list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Duban

XINJIANG = Path(__file__).parents[2] / "config" / "examples" / "xinjiang-2024"
OFFICE, WATER, COUNTY = "示例·督查甲", "示例·水利甲", "疏附县人民政府"


@pytest.fixture
def listed(duban: Duban) -> Duban:
    """The list is imported, and nothing assigned."""
    duban.at("2024-03-11T09:00:00")
    duban.json("import", XINJIANG / "ledger.xlsx")
    return duban


def test_the_list_of_three_levels_is_imported_once_and_whole(duban: Duban) -> None:
    duban.at("2024-03-11T09:00:00")
    seen = duban.json("import", XINJIANG / "ledger.xlsx", "--dry-run")
    assert (seen["status"], seen["projects"], seen["measures"]) == ("new", 10, 38)
    assert duban.json("import", XINJIANG / "ledger.xlsx")["written"]
    assert duban.json("import", XINJIANG / "ledger.yaml")["status"] == "same"


def test_the_higher_sees_the_lower(listed: Duban) -> None:
    def codes(unit: str) -> list[str]:
        return [line["code"] for line in listed.json("list", "--unit", unit)["projects"]]

    assert codes(COUNTY) == ["2024-01-2-4-2"]
    assert "2024-01-2-4-2" in codes("喀什地区行政公署")
    assert "2024-01" not in codes("喀什地区行政公署")
    assert len(codes("新疆维吾尔自治区人民政府")) == 63
    refused = listed("list", "--unit", "某局", "--json")
    assert (refused.code, refused.data["ok"]) == (1, False)


def test_an_item_is_shown_as_a_tree(listed: Duban) -> None:
    tree = listed.json("tree", "2024-01")["tree"]
    assert [part["code"] for part in tree["parts"]] == [f"2024-01-{n}" for n in range(1, 6)]
    places = tree["parts"][1]["parts"]
    assert [place["level"] for place in places] == ["city"] * 4
    assert [part["units"] for part in places[3]["parts"]] == [["莎车县人民政府"], [COUNTY]]
    assert "　　　2024-01-2-4-2" in listed("tree", "2024-01").out


def test_a_measure_is_broken_down_by_options_or_by_a_file(listed: Duban, tmp_path: Path) -> None:
    given = ("--title", "疏附县供水", "--unit", COUNTY, "--due", "9月底前", "--target", "工程10处")
    told = listed.json("breakdown", "2024-09-1", *given, "--by", OFFICE)
    assert told["measures"] == ["2024-09-1-1"]
    file = tmp_path / "measures.yaml"
    file.write_text(
        "measures:\n"
        "  - {title: 乌什县供水, lead_units: [乌什县人民政府], due: 9月底前}\n"
        "  - {title: 温宿县供水, lead_units: [温宿县人民政府], due: 2024-10-15}\n",
        encoding="utf-8",
    )
    told = listed.json("breakdown", "2024-09-1", "--file", file, "--by", OFFICE)
    assert told["measures"] == ["2024-09-1-2", "2024-09-1-3"]
    assert listed.json("assign", *told["measures"], "--by", OFFICE)["assigned"] == told["measures"]


def test_a_breakdown_that_cannot_be_is_refused_with_all_its_faults(listed: Duban) -> None:
    refused = listed("breakdown", "2024-09-1", "--title", "供水", "--due", "年底", "--by", OFFICE)
    assert refused.code == 1
    assert "没有填写牵头单位" in refused.err
    assert "晚于所属事项的2024-10-31" in refused.err
    given = ("--title", "供水", "--unit", COUNTY, "--due", "9月底前")
    refused = listed("breakdown", "2024-09-1", *given, "--by", WATER)
    assert f"“{COUNTY}”不是本单位的下级单位" in refused.err
    assert listed("breakdown", "2024-09-1", "--by", OFFICE).code == 2


def test_a_measure_that_cannot_be_read_is_told_by_option_or_by_file(
    listed: Duban, tmp_path: Path
) -> None:
    given = ("--title", "供水", "--unit", COUNTY, "--by", OFFICE)
    wrong = ("--due", "尽快", "--target", "若干", "--steps", "完工")
    refused = listed("breakdown", "2024-09-1", *given, *wrong)
    assert "这条措施有3处问题" in refused.err and "台账" not in refused.err
    for said in ("--due：日期“尽快”读不懂", "--target：“若干”中没有", "--steps：日期“完工”"):
        assert said in refused.err
    file = tmp_path / "措施.yaml"
    file.write_text("measures:\n  - {title: 供水, due: 9月底前}\n", encoding="utf-8")
    refused = listed("breakdown", "2024-09-1", "--file", file, "--by", OFFICE)
    assert "文件“措施.yaml”有1处问题" in refused.err and "台账" not in refused.err


def test_a_backward_plan_is_shown_and_then_set(listed: Duban) -> None:
    steps = ("--step", "招标=30=10%", "--step", "施工=90=80%", "--step", "验收=20=100%")
    seen = listed.json("plan", "2024-09-1", *steps, "--dry-run")
    assert (seen["written"], seen["feasible"], seen["due"]) == (False, True, "2024-10-31")
    assert seen["steps"][-1]["end"] == "2024-10-31"
    assert "国庆节放假7天" in seen["steps"][-1]["spans"]
    words = listed("plan", "2024-09-1", *steps, "--by", OFFICE)
    assert f"机动{seen['slack']}个工作日" in words.out
    assert listed.json("import", XINJIANG / "ledger.xlsx")["status"] == "same"


def test_a_plan_without_enough_days_is_refused_until_a_reason_is_given(listed: Duban) -> None:
    steps = ("--step", "招标=60", "--step", "施工=110")
    refused = listed("plan", "2024-09-1", *steps, "--by", OFFICE)
    assert (refused.code, "还差" in refused.err) == (1, True)
    told = listed.json("plan", "2024-09-1", *steps, "--by", OFFICE, "--accept", "两步交叉进行")
    assert (told["feasible"], told["written"]) == (False, True)
    assert listed("plan", "2024-09-1", "--step", "招标", "--dry-run").code == 2
