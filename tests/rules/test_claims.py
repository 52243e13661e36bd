"""Whether a text claims that the whole is built."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.rules.claims import claim_of_completion

PROMISES = (("条", Decimal(29)), ("公里", Decimal(68)), ("套", Decimal(1721)))


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("项目已建成", "已建成"),
        ("工程全部完工，正在验收", "全部完工"),
        ("6月竣工", "竣工"),
        ("已完成", "已完成"),
        ("各项任务已全部完成。", "已全部完成"),
        ("已完成全年任务", "已完成"),
        ("完成率高，新建成1721套", "新建成"),  # 临安2022
        ("已完成29条68公里", "已完成"),
        ("建成100%", "建成"),
    ],
)
def test_these_words_claim_the_whole(text: str, claim: str) -> None:
    assert claim_of_completion(text, PROMISES) == claim


@pytest.mark.parametrize(
    "text",
    [
        "",
        "按计划推进",
        "尚未建成",
        "没有完工",
        "预计年底建成",
        "12月底前建成",
        "力争按期竣工",
        "建成后可容纳300人",
        "主体完工",
        "基本建成",
        "部分路段已完工",
        "已完成招标",
        "已完成年度任务的60%",
        "已完成过半",
        "已完成八成",
        "建成12条，其余在建",
        "已完成投资3000万元",
        "已完成12座",
    ],
)
def test_these_words_do_not(text: str) -> None:
    assert claim_of_completion(text, PROMISES) == ""


def test_the_name_of_a_finished_milestone_is_no_claim() -> None:
    assert claim_of_completion("桥梁竣工验收", PROMISES) == "竣工"
    assert claim_of_completion("桥梁竣工验收", PROMISES, ["桥梁竣工验收"]) == ""
