"""Calendar layers from YAML, and what is said when a file is wrong."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from config.calendar_loader import SHIPPED, load_calendar, load_layer
from config.errors import ConfigError
from engine.rules.calendar import DayEntry

GOOD = """\
id: own
title: 本市安排
source: 某市人民政府办公室关于2027年放假安排的通知
years: [2027]
days:
  - {date: 2027-05-08, working: true, name: 劳动节}
  - {date: 2027-05-03, working: false, name: 劳动节}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_layer_is_loaded_from_a_path_with_its_days_in_order(tmp_path: Path):
    layer = load_layer(write(tmp_path, GOOD))
    assert (layer.id, layer.years) == ("own", frozenset({2027}))
    assert layer.entries == (
        DayEntry(date(2027, 5, 3), False, "劳动节"),
        DayEntry(date(2027, 5, 8), True, "劳动节"),
    )
    assert layer.source == "某市人民政府办公室关于2027年放假安排的通知"


def test_a_caveat_travels_with_the_source(tmp_path: Path):
    layer = load_layer(str(write(tmp_path, GOOD + "note: 待核\n")))
    assert layer.source.endswith("的通知（待核）")


def test_a_path_and_an_id_make_one_calendar(tmp_path: Path):
    calendar = load_calendar(["national", str(write(tmp_path, GOOD))])
    assert calendar.is_working(date(2027, 5, 8))
    assert not calendar.is_provisional(date(2027, 5, 8))
    assert calendar.is_provisional(date(2028, 5, 8))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_shipped_layer_loads_under_its_own_id(path: Path):
    layer = load_layer(path.stem)
    assert layer.id == path.stem
    assert layer.title
    assert layer.source
    assert layer.entries


def test_the_national_layer_names_the_library_that_supplied_its_days():
    assert f"chinesecalendar {version('chinesecalendar')}" in load_layer("national").source


def test_no_layer_at_all_is_refused():
    with pytest.raises(ConfigError, match="national"):
        load_calendar([])


def test_an_unknown_layer_is_answered_with_the_shipped_ones():
    with pytest.raises(ConfigError, match=r"找不到日历层 mars。.*national、ningxia-2023"):
        load_layer("mars")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: 本市安排\n", "", "title：缺少此项，请补填"),
        ("title: 本市安排", "title: ''", "第2行 title：写的是“”，不能为空，请补填"),
        ("title:", "titel:", "不认识“titel”，是否想写“title”"),
        ("2027-05-03", "五月三日", "第7行 days[2].date：写的是“五月三日”，应为真实的日期"),
        ("2027-05-03", "2027-02-30", "days[2].date：写的是“2027-02-30”，应为真实的日期"),
        ("working: true", "working: 上班", "days[1].working：写的是“上班”，请写 true"),
        ("[2027]", "[27]", "years[1]：写的是“27”，不能小于 1949"),
        ("[2027]", "2027", "years：写的是“2027”，应为列表"),
        (
            ", name: 劳动节}\n  - {date: 2027-05-03",
            "}\n  - {date: 2027-05-03",
            "days[1].name",
        ),
        ("2027-05-03", "2027-05-08", "第7行 days[2]：2027-05-08 写了两次"),
        ("title: 本市安排", "title: [", "第4行附近写法有误"),
        ("years:", "library: othercalendar\nyears:", "可写：chinesecalendar"),
        (GOOD, "- 一\n- 二\n", "请按“名称: 内容”逐项填写"),
        (GOOD, "id: a\ntitle: b\nsource: c\ndays: []\n", "days：不能为空，请至少写一项"),
        (GOOD, "id: a\ntitle: b\nsource: c\ndays: [1]\n", "应为若干项，请按“名称: 内容”"),
    ],
)
def test_a_broken_file_is_told_by_file_line_place_and_cure(
    tmp_path: Path, old: str, new: str, told: str
):
    assert old in GOOD
    with pytest.raises(ConfigError) as refusal:
        load_layer(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "own.yaml" in str(refusal.value)
    assert told in str(refusal.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path):
    text = GOOD.replace("id: own\n", "").replace("working: true", "working: 上班")
    with pytest.raises(ConfigError, match="有 2 处错误"):
        load_layer(write(tmp_path, text))


def test_a_file_in_another_encoding_is_told_to_be_saved_as_utf_8(tmp_path: Path):
    path = tmp_path / "own.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_layer(path)
