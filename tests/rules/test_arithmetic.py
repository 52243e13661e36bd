"""Shares and sums that a text states, held against the figures beside them."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.rules.arithmetic import doubts
from engine.rules.honesty import HonestyCheck

RIGHT = [
    "反馈案件35062件，办结33816件，办结率达96.45%",
    "反馈案件35062件，办结33816件，办结率达96.4%",
    "反馈案件35062件，办结33816件，办结率96%",
    "65件，完成26件，占40%",
    "６５件，完成２６件，占４０％",
    "受理35,062件，已办结33,816件，办结率为96.45%",
    "办结33816件，占35062件的96.45%",
    "共65件，其中教育26件、占40%，卫生13件、占20%，在办26件",
    "计划7500个，完成8040个，完成率107.2%",
    "下达45项，完成44项，完成年度任务的97.8%",
    "发现问题30个，完成整改27个，整改率百分之90",
    "受理3.5万件，办结3.4万件，办结率97%",
    "受理3.5万件，办结3.4万件，办结率95%",  # 3.35 of 3.55 at the least: what 万 rounded away
    "受理约3500件，办结1000件，办结率90%",  # about: nobody can tell
    "受理3500件，办结3000余件，办结率90%",
    "受理3500件，办结1000件，办结率约90%",
    "受理35062件，办结33816件，回访2000件，满意率98%",  # of how many were content is not said
    "受理10000件，同比增长500件，增长率5.3%",
    "完成投资3亿元，占40%",
    "2023年4月，第26项已销号，占40%",
    "共25件，其中绿灯20件，黄灯3件，红灯2件",
    "列入清单的实事项目共25件：绿灯20件，黄灯3件，红灯1件，已办结1件。",
    "共25件，其中办结20件（提前5件、按期15件），在办5件，较上月增加3件",
    "共25件，其中教育10件、卫生5件等",
    "共25件，其中教育10件、卫生5件，其余为其他领域",
    "共5项，其中完成2项、在办2项、一项未开工",
    "收到投诉500件，其中噪声120件、油烟80件",
    "共投入1.2亿元，其中财政0.8亿元、社会资金0.4亿元",
    "共25件，其中重点10件",
    "",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_adds_up_or_cannot_be_told_is_not_doubted(text: str) -> None:
    assert doubts(text) == ()


WRONG = [
    ("反馈案件35062件，办结33816件，办结率达96.55%", "33816件占35062件的96.45%，文中写96.55%"),
    ("办结33816件，占35062件的96.55%", "33816件占35062件的96.45%"),
    ("65件，完成26件，占41%", "26件占65件的40%，文中写41%"),
    ("６５件，完成２６件，占４１％", "26件占65件的40%，文中写41%"),
    ("受理35,062件，已处理33,816件，办结率为96.55%", "33,816件占35,062件的96.45%"),
    ("下达45项，完成44项，完成年度任务的95%", "44项占45项的98%"),
    ("计划7500个，完成8040个，完成率117.2%", "8040个占7500个的107.2%"),
    ("受理3.5万件，办结3.4万件，办结率91.1%", "3.4万件占3.5万件的97.1%"),
    ("共65件，其中教育26件、占45%，其他39件", "26件占65件的40%，文中写45%"),
    ("共25件，其中绿灯20件，黄灯3件，红灯1件", "20件、3件、1件，合计24件"),
    ("事项共25件：绿灯20件，黄灯3件，红灯3件", "合计26件"),
    ("共45项，其中教育20项，卫生24项", "总数45项与分项之和不符"),
    ("收到投诉500件，其中噪声420件、油烟90件", "合计510件"),
    ("共25件，其中教育20件、卫生15件等", "合计35件"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_what_does_not_add_up_is_told_with_the_right_figure(text: str, says: str) -> None:
    (doubt,) = doubts(text)
    assert says in doubt.text
    assert "请核对" in doubt.text


def test_the_check_tells_shares_from_sums() -> None:
    checks = [d.check for text, _ in (WRONG[0], WRONG[-1]) for d in doubts(text)]
    assert checks == [HonestyCheck.SHARE_WRONG, HonestyCheck.SUM_DIFFERS]


def test_every_wrong_sentence_of_a_text_is_named() -> None:
    text = "共10件，其中甲4件，乙5件。受理10件，办结5件，办结率60%；共8项，其中甲4项，乙4项。"
    assert [d.check for d in doubts(text)] == [HonestyCheck.SUM_DIFFERS, HonestyCheck.SHARE_WRONG]


FIGURES = st.integers(1, 10**6)


@given(FIGURES, FIGURES, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
def test_a_share_is_right_when_rounded_and_doubted_when_more_than_rounding_is_off(
    whole: int, part: int, digits: int, rounding: str
) -> None:
    assume(part <= whole)
    step = Decimal(1).scaleb(-digits)
    share = Decimal(part) / whole * 100
    printed = share.quantize(step, rounding)
    text = f"受理{whole}件，办结{part}件，办结率{printed}%"
    assert bool(doubts(text)) == (abs(printed - share) > step / 2)
    off = f"受理{whole}件，办结{part}件，办结率{printed + 2 * step}%"
    assert [d.check for d in doubts(off)] == [HonestyCheck.SHARE_WRONG]


@given(st.lists(FIGURES, min_size=2, max_size=6), st.integers(-5, 5))
def test_a_total_is_doubted_exactly_when_its_parts_do_not_make_it_up(
    parts: list[int], off: int
) -> None:
    total = sum(parts) + off
    assume(total > 0)
    text = f"共{total}件，其中{'，'.join(f'甲{part}件' for part in parts)}。"
    assert bool(doubts(text)) == (off != 0)


@given(st.text(alphabet="共其中办结率占完成的%０1２3.,，。件个万余约（）", max_size=40))
def test_no_text_makes_it_stumble(text: str) -> None:
    doubts(text)
