"""Opinions, problems and instructions from YAML, every fault with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.handed_over import load_instructions, load_opinion, load_problems
from engine.rules.congress import Problem, Satisfaction
from engine.rules.words import Urgency

OPINION = """\
title: 审议意见
body: 市人大常委会
session: 第十二次会议
document: 吴人常发〔2023〕15号
held_on: 2023-10-27
unit: 市政府办
report_by: 2024-01-26
satisfaction: 满意
problems:
  - {title: 大班额未化解, unit: 市教育局, due: 2023-12-15, leader: 副市长}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "交办.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_opinion_is_read_with_its_problems(tmp_path: Path) -> None:
    opinion = load_opinion(written(tmp_path, OPINION))
    assert (opinion.held_on, opinion.report_by) == (date(2023, 10, 27), date(2024, 1, 26))
    assert opinion.satisfaction is Satisfaction.SATISFIED
    assert opinion.problems == (
        Problem("大班额未化解", "市教育局", date(2023, 12, 15), "", "副市长"),
    )


def test_instructions_are_read_with_their_urgency(tmp_path: Path) -> None:
    text = (
        "instructions:\n"
        "  - {title: 供水, unit: 市水务局, leader: 李伟, given_on: 2023-04-01,"
        " document: 批示件12号, urgency: 紧急, difficult: true}\n"
    )
    (order,) = load_instructions(written(tmp_path, text))
    assert (order.urgency, order.difficult, order.due) == (Urgency.URGENT, True, None)


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        "problems:\n"
        "  - {title: 大班额, unti: 市教育局, due: 明天}\n"
        "  - {title: 供水, unit: 水务局}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_problems(written(tmp_path, text))
    told = str(caught.value)
    assert "交办问题 交办.yaml 有" in told
    assert "第2行 problems[1].unti：不认识“unti”，是否想写“unit”" in told
    assert "第2行 problems[1].due" in told
    assert "第3行 problems[2].due：缺少此项" in told


def test_an_unknown_word_is_a_fault(tmp_path: Path) -> None:
    text = OPINION.replace("satisfaction: 满意", "satisfaction: 很满意")
    with pytest.raises(ConfigError, match="第8行 satisfaction"):
        load_opinion(written(tmp_path, text))
