from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.ledger import LedgerErrors, read_ledger

GOOD = """\
title: 某市2023年民生实事台账
issuer: 某市人民政府
basis: 某市人代会2023年1月10日审议通过（某政发〔2023〕1号）
projects:
  - number: 1
    field: 教育
    title: 新建学校
    targets:
      - metric: 新增学位
        value: 7500个
      - 新增校舍面积7.3万平方米
    lead_units: [市教育局]
    due: 2023-11-30
    steps:
      - 6月底前主体完工（60%）
posts:
  - unit: 市教育局
    post: 联络员
    holder: 示例·甲
    email: jia@example.com
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ledger.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    return [f"{error.place}：{error.message}" for error in caught.value.errors]


def test_a_yaml_ledger_takes_the_same_wording_as_a_workbook(tmp_path: Path) -> None:
    ledger = read_ledger(write(tmp_path, GOOD))
    (project,) = ledger.projects
    assert project.due == date(2023, 11, 30)
    assert [(t.metric, t.planned) for t in project.targets] == [
        ("新增学位", Decimal(7500)),
        ("新增校舍面积", Decimal("7.3")),
    ]
    assert project.milestones[0].due == date(2023, 6, 30)
    assert ledger.posts[0].kind == "contact"


def test_all_faults_are_told_by_line_and_path(tmp_path: Path) -> None:
    text = (
        GOOD.replace("due: 2023-11-30", "due: 2023-02-30")
        .replace("value: 7500个", "value: 很多")
        .replace("email: jia@example.com", "email: jia")
        .replace("[市教育局]", "[市教育局, 市财政局]")
    )
    assert faults_of(write(tmp_path, text)) == [
        "第10行（projects[0].targets[0].value）：目标值“很多”读不懂",
        "第12行（projects[0].lead_units）：“市财政局”在责任单位联系表中找不到",
        "第13行（projects[0].due）：2023年2月没有30日",
        "第20行（posts[0].email）：邮箱“jia”格式不对",
    ]


def test_unknown_and_repeated_keys_are_told(tmp_path: Path) -> None:
    text = GOOD.replace("    field: 教育\n", "    field: 教育\n    fild: 教育\n    field: 就业\n")
    assert faults_of(write(tmp_path, text)) == [
        "第7行（projects[0].fild）：不认识的键“fild”",
        "第8行（projects[0].field）：键“field”重复",
    ]


def test_a_value_of_the_wrong_shape_is_told_once(tmp_path: Path) -> None:
    text = GOOD.replace("due: 2023-11-30", "due: [2023-11-30]")
    assert faults_of(write(tmp_path, text)) == ["第13行（projects[0].due）：应为一段文字"]


def test_projects_must_be_a_list(tmp_path: Path) -> None:
    text = "title: 某市2023年台账\nissuer: 某市\nbasis: 决定\nprojects: 无\n"
    assert "第4行（projects）：应为列表" in faults_of(write(tmp_path, text))


def test_a_missing_key_is_told_at_its_item(tmp_path: Path) -> None:
    text = GOOD.replace("    due: 2023-11-30\n", "")
    assert faults_of(write(tmp_path, text)) == ["第5行（projects[0].due）：没有填写完成时限"]
