"""A scenario that does not fit its list is refused before its first day, and leaves nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.scenario import load_results, load_scenario
from engine.errors import DubanError
from flows.rehearsal.casting import refuse_misfits
from flows.rehearsal.living import list_of
from flows.simulate import simulate

EXAMPLES = Path(__file__).parents[2] / "config/examples"
WUZHONG = EXAMPLES / "wuzhong-2023"


def changed(folder: Path, right: str, wrong: str, name: str = "scenario.yaml") -> Path:
    """A copy of the example with one text changed."""
    shutil.copytree(WUZHONG, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return folder / "scenario.yaml"


@pytest.mark.parametrize("name", ["wuzhong-2023", "xinjiang-2024"])
def test_the_shipped_scenarios_fit_their_lists(name: str) -> None:
    path = EXAMPLES / name / "scenario.yaml"
    scenario = load_scenario(path)
    refuse_misfits(path, scenario, list_of(scenario), load_results(scenario))


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("  - number: 2\n", "  - number: 99\n", "work[1].number：清单中没有第99项"),
        ("{1: [1], 2:", "{1: [1], 77:", "sources.77：清单中没有第77项"),
        ("visited: [", "visited: [88, ", "visited[1]：清单中没有第88项"),
        ("steps: {3: 2023", "steps: {33: 2023", "没有第33个"),
        ("office: 示例·督查甲", "office: 无名氏", "第17行 office：联系表中没有“无名氏”"),
        ("signer: 示例·秘书长", "signer: 无名氏", "desk.signer：联系表中没有“无名氏”"),
        ("person: 示例·教育甲", "person: 无名氏", "absences[1].person：联系表中没有“无名氏”"),
        ("last: 2023-07-28", "last: 2023-07-08", "2023-07-08早于离岗开始的2023-07-10"),
        ("first: 2023-07-10", "first: 2013-07-10", "2013-07-10在预演开始的2022-10-10之前"),
        ("behind: {2023-05: 12", "behind: {2013-05: 12", "2013-05在预演开始的2022-10-10之前"),
        ("policy: policy.yaml", "policy: 没有", "找不到督办规则 没有"),
        ("[national, ningxia-2023]", "[nation]", "找不到日历层 nation"),
        ("ledger: ledger.xlsx", "ledger: 没有.xlsx", "找不到文件"),
        ("results: published.yaml", "results: 没有.yaml", "没有.yaml 读不出来"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place_and_leaves_the_folder_empty(
    tmp_path: Path, right: str, wrong: str, fault: str
) -> None:
    path, out = changed(tmp_path / "copy", right, wrong), tmp_path / "out"
    with pytest.raises(DubanError) as refusal:
        simulate(path, out, lambda *_: pytest.fail("a day was begun"))
    assert fault in str(refusal.value)
    assert list(out.iterdir()) == []


def test_a_month_that_is_none_is_told_with_how_to_write_it(tmp_path: Path) -> None:
    path = changed(tmp_path / "copy", "behind: {2023-05: 12", "behind: {2023-13: 12")
    with pytest.raises(ConfigError) as refusal:
        load_scenario(path)
    assert "behind.2023-13：写的是“2023-13”，应为月份，请写成 2023-04" in str(refusal.value)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(DubanError, match="请换一个目录"):
        simulate(WUZHONG / "scenario.yaml", tmp_path / "out", lambda *_: None)


def test_a_day_on_which_something_is_refused_is_named(tmp_path: Path) -> None:
    early = "extensions:\n  - {on: 2023-02-02, project: 5, kind: completion, to: 2023-02-10,\n"
    early += "     reason: 推迟, progress: 一半, decision: 同意}\n"
    path = changed(tmp_path / "copy", "extensions:\n", early)
    with pytest.raises(DubanError, match="预演到2023年2月2日做不下去：延期申请未受理"):
        simulate(path, tmp_path / "out", lambda *_: None)
