"""Reading a policy file: what is refused, and whether the words help to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.policy_loader import SHIPPED, load_policy, shipped_policies
from engine.rules.policy_parts import Hours
from engine.rules.words import Light

HEAD = """\
id: own
title: 本市规则
limits:
  sign_for: {days: 1}
  first_report: {days: 3}
  report_day: 25
  answer_holds: {days: 5}
hours: {start: 08:30, end: 17:30}
weekly: {look_ahead: 10}
lights: []
"""
BROKEN = """\
id: own
title: 本市规则
limits:
  sign_for: {days: 一}
  first_report: {days: 3, months: 2}
  report_day: 31
  answer_holds: 5
hours: {start: 17:30, end: 08:30}
weekly: {look_ahed: 10}
lights:
  - {id: dim, name: 暗, light: purple, when: {behind_points: 5}, source: 本地设定}
  - {id: bare, name: 空, light: red, when: {}, source: 本地设定}
  - {id: late, name: 迟, light: red, when: {days_past: 3}, source: 本地设定}
rules:
  - id: first
    name: 甲
    stage: during
    cadence: dayly
    notice: chase
    when: {days_before: 3, gate: {month: 2, day: 30}}
    audience: []
    source: 本地设定
  - id: second
    name: 乙
    stage: after
    cadence: daily
    notice: chase
    when: {behind_points: 三}
    audience: [boss]
    program: ja
    source:
  - id: third
    name: 丙
    stage: during
    cadence: daily
    notice: chase
    when: {days_past: 1}
    audience: [contact]
    source: 本地设定
"""
FAULTS = (
    "第4行 limits.sign_for.days：写的是“一”，应为整数",
    "第5行 limits.first_report：期限须写 days 或 months 其中一项",
    "第6行 limits.report_day：写的是“31”，不能大于 28",
    "第7行 limits.answer_holds：写的是“5”，应为若干项",
    "第8行 hours：start（开始）须早于 end（结束）",
    "第9行 weekly.look_ahead：缺少此项，请补填",
    "第9行 weekly.look_ahed：不认识“look_ahed”，是否想写“look_ahead”",
    "第11行 lights[1]（dim）.light：写的是“purple”，不在可选范围内，可写：green（绿灯）",
    "第12行 lights[2]（bare）.when：条件不能为空",
    "第13行 lights[3]（late）：灯色看整个事项",
    "第18行 rules[1]（first）.cadence：写的是“dayly”，不在可选范围内，可写：daily（日检查）",
    "第20行 rules[1]（first）.when.days_before：写的是“3”，应为列表",
    "第20行 rules[1]（first）.when.gate：2月没有30日",
    "第21行 rules[1]（first）.audience：不能为空",
    "第28行 rules[2]（second）.when.behind_points：写的是“三”，应为数字",
    "第29行 rules[2]（second）.audience[1]：写的是“boss”，不在可选范围内",
    "第30行 rules[2]（second）.program：写的是“ja”，请写 true（是）或 false（否）",
    "第31行 rules[2]（second）.source：不能为空，请补填",
    "第32行 rules[3]（third）：写了 days_before 或 days_past 就须写 deadlines",
)


def policy_file(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_policy(policy_file(folder, text))
    return str(caught.value)


def test_every_fault_of_a_file_is_told_at_once_with_its_line_and_its_cure(tmp_path: Path) -> None:
    first, *lines = refusal(tmp_path, BROKEN).split("\n")
    assert first == f"督办规则 own.yaml 有 {len(FAULTS)} 处错误："
    assert [line.strip()[: len(fault)] for line, fault in zip(lines, FAULTS, strict=True)] == list(
        FAULTS
    )


def test_no_fault_is_told_in_english(tmp_path: Path) -> None:
    assert not {"should", "Input", "error", "valid"} & set(refusal(tmp_path, BROKEN).split())


def test_times_need_no_quotes(tmp_path: Path) -> None:
    hours = load_policy(policy_file(tmp_path, HEAD + "rules: []\n")).hours
    assert hours == Hours.model_validate({"start": "08:30", "end": "17:30"})


def test_a_key_written_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    text = refusal(tmp_path, HEAD + "rules: []\nweekly: {look_ahead: 5}\n")
    assert "第12行：“weekly”写了两次（前一次在第9行）" in text


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    light = "{id: same, name: 甲, light: red, when: {behind_points: 5}, source: 本地设定}"
    twice = HEAD.replace("lights: []", f"lights: [{light}, {light}]")
    assert "规则编号重复：same" in refusal(tmp_path, twice + "rules: []\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: [甲\ntitle: 乙\n", "附近写法有误。请检查缩进、冒号和引号。"),
        ("- 甲\n", "请按“名称: 内容”逐项填写。"),
        ("", "请按“名称: 内容”逐项填写。"),
        ("id: \x07\n", "无法识别的字符。请另存为 UTF-8 编码的文本文件。"),
    ],
)
def test_a_file_that_is_not_a_policy_says_what_to_do(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(tmp_path, text)


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes("title: 本市规则\n".encode("gbk"))
    with pytest.raises(ConfigError, match="请另存为 UTF-8 编码的文本文件"):
        load_policy(path)


def test_an_unknown_name_lists_the_shipped_policies() -> None:
    with pytest.raises(ConfigError, match="自带的有：default、wuhan、yinchuan"):
        load_policy("yinchaun")


def test_a_variant_replaces_what_it_names_and_keeps_the_rest() -> None:
    default, yinchuan = load_policy("default"), load_policy("yinchuan")
    changed = [r.id for r in default.rules if yinchuan.rule(r.id) != r]
    assert changed == ["lag-yellow", "lag-yellow-twice"]
    assert yinchuan.rule("lag-yellow-twice") is None
    assert (yinchuan.limits, yinchuan.hours) == (default.limits, default.hours)
    assert (yinchuan.id, len(yinchuan.lights)) == ("yinchuan", 5)


def test_a_variant_keeps_the_order_of_the_rules_it_replaces() -> None:
    default, wuhan = load_policy("default"), load_policy("wuhan")
    assert [rule.id for rule in wuhan.rules] == [rule.id for rule in default.rules]


def test_a_variant_may_change_one_section_only(tmp_path: Path) -> None:
    text = "extends: default\nid: own\ntitle: 本市规则\nweekly: {look_ahead: 5, source: 本地设定}\n"
    own = load_policy(policy_file(tmp_path, text))
    assert own.weekly.look_ahead == 5
    assert own.rules == load_policy("default").rules


def test_a_variant_that_names_unknown_or_doubled_rules_is_refused(tmp_path: Path) -> None:
    text = """\
extends: default
id: own
title: 本市规则
rules:
  - id: lag-yelow
    name: 落后
    stage: during
    cadence: monthly
    notice: yellow_warning
    when: {behind_points: 5}
    audience: [contact]
    source: 本地设定
without:
  - lag-red
  - lag-red
  - lag-blue
"""
    found = refusal(tmp_path, text)
    assert "第5行 rules[1]（lag-yelow）：default 中没有编号为“lag-yelow”的规则" in found
    assert "第15行 without[2]：“lag-red”写了不止一次" in found
    assert "第16行 without[3]：default 中没有编号为“lag-blue”的规则" in found


def test_a_variant_of_nothing_shipped_is_refused(tmp_path: Path) -> None:
    found = refusal(tmp_path, "extends: defualt\nid: own\ntitle: 本市规则\n")
    assert "第1行 extends：没有自带的规则“defualt”，可写：default、wuhan、yinchuan" in found


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_is_named_like_its_file(name: str) -> None:
    assert load_policy(SHIPPED / f"{name}.yaml").id == name


def test_the_worst_light_is_looked_for_first() -> None:
    colours = [light.light for light in load_policy("default").lights]
    assert colours == [Light.RED, Light.RED, Light.YELLOW, Light.YELLOW]
