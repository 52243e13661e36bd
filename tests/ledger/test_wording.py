from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger.steps import read_step, split_steps
from engine.ledger.values import LedgerMilestone
from engine.ledger.wording import (
    WordingError,
    chinese_number,
    read_integer,
    read_names,
    read_yes_no,
    split_outside_parentheses,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("两千三百", 2300),
        ("二〇二三", 2023),
    ],
)
def test_chinese_numerals_read_as_numbers(text: str, value: int) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "十百", "甲"])
def test_characters_that_form_no_number_are_refused(text: str) -> None:
    with pytest.raises(WordingError):
        chinese_number(text)


@pytest.mark.parametrize(
    "text", ["12", "１２", "12.0", "（12）", "12、", "十二", "（十二）", "第12项"]
)
def test_a_running_number_reads_however_it_is_dressed(text: str) -> None:
    assert read_integer(text) == 12


@pytest.mark.parametrize("text", ["", "1.5", "甲", "A1", "-3"])
def test_a_running_number_must_be_whole(text: str) -> None:
    with pytest.raises(WordingError, match="不是整数"):
        read_integer(text)


def test_yes_and_no_have_many_marks() -> None:
    assert all(read_yes_no(text) for text in ("是", "√", "可签发"[:1], "YES"))
    assert not any(read_yes_no(text) for text in ("", "否", "—", "无"))
    with pytest.raises(WordingError):
        read_yes_no("也许")


def test_a_list_of_units_keeps_what_is_inside_brackets_together() -> None:
    text = "市教育局、市财政局，各县（市、区）人民政府\n市教育局"
    assert read_names(text) == ("市教育局", "市财政局", "各县(市、区)人民政府")
    assert read_names("市教育局（牵头）、市财政局") == ("市教育局", "市财政局")


@given(st.lists(st.text("甲乙丙丁（）", min_size=1, max_size=4), max_size=5))
def test_splitting_loses_no_character_but_the_separators(pieces: list[str]) -> None:
    text = "；".join(pieces)
    joined = "".join(split_outside_parentheses(text, ";"))
    kept = text.replace("（", "(").replace("）", ")")
    assert joined.replace(";", "") == kept.replace("；", "")


def test_a_cell_of_steps_reads_as_dated_steps_with_percents() -> None:
    cell = "1.3月底前完成招标（20%）；6月底前主体完工(60%)\n（3）11月底前：竣工验收（累计100%）"
    assert [read_step(step, 2023) for step in split_steps(cell)] == [
        LedgerMilestone("完成招标", date(2023, 3, 31), Decimal(20)),
        LedgerMilestone("主体完工", date(2023, 6, 30), Decimal(60)),
        LedgerMilestone("竣工验收", date(2023, 11, 30), Decimal(100)),
    ]


def test_a_date_with_full_stops_is_not_taken_for_a_numbered_step() -> None:
    assert read_step("2023.6.30开工", 2023) == LedgerMilestone("开工", date(2023, 6, 30))


def test_a_percent_in_running_text_counts_and_stays_in_the_name() -> None:
    step = read_step("6月底前完成投资60%", 2023)
    assert (step.name, step.planned_percent) == ("完成投资60%", Decimal(60))


@pytest.mark.parametrize("text", ["完成招标", "6月底前", "6月底前完成招标（120%）", "3月至6月施工"])
def test_a_step_without_date_or_content_or_beyond_the_whole_is_refused(text: str) -> None:
    with pytest.raises(WordingError):
        read_step(text, 2023)
