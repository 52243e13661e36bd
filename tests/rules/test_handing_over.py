"""What must be said of problems, opinions, instructions and claims before they are taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.rules.completion import (
    Claim,
    ProofFile,
    Verification,
    VerificationMethod,
    gaps_in_claim,
    gaps_in_verification,
)
from engine.rules.congress import Opinion, Problem, opinion_faults
from engine.rules.instructions import Instruction, instruction_faults, limit_of
from engine.rules.limits import LimitUnit
from engine.rules.policy import InstructionLimits
from engine.rules.words import Urgency

DAY = date(2023, 11, 1)
OPINION = Opinion(
    "审议意见", "市人大常委会", "第十二次会议", "15号", DAY, "市政府办", date(2024, 1, 26)
)
PROBLEM = Problem("大班额", "市教育局", date(2023, 12, 1))
ORDER = Instruction("供水", "市水务局", "李副市长", DAY, "批示件12号")
NAMES = {"学位": 1, "学位（个）": 1, "幼儿园（所）": 2, "幼儿园": 2}
LABELS = {1: "学位（个）", 2: "幼儿园（所）"}
WHOLE = Claim("全部完成", {"学位": "学籍系统", "幼儿园（所）": "验收备案"})


def test_a_whole_opinion_has_no_fault() -> None:
    assert list(opinion_faults(replace(OPINION, problems=(PROBLEM,)), DAY)) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"title": " ", "held_on": None}, "请写明标题、会议日期"),
        ({"title": "题" * 301}, "标题有301个字，最多300个字"),
        ({"document": "号" * 101}, "文号有101个字，最多100个字"),
        ({"held_on": date(2023, 11, 2)}, "会议日期2023-11-02还没有到"),
        ({"report_by": DAY}, "报告时限2023-11-01须晚于今天"),
        ({"problems": (PROBLEM, replace(PROBLEM, due=DAY))}, "问题2：办理时限2023-11-01须晚于今天"),
        ({"problems": (PROBLEM, PROBLEM)}, "“大班额”对市教育局写了2次"),
    ],
)
def test_a_fault_of_an_opinion_is_named(changed, fault) -> None:
    assert any(
        found.startswith(fault) for found in opinion_faults(replace(OPINION, **changed), DAY)
    )


def test_the_basis_says_who_when_and_on_which_paper() -> None:
    assert OPINION.basis == "市人大常委会第十二次会议审议意见（15号）"
    assert ORDER.basis == "李副市长2023年11月1日批示（批示件12号）"
    assert replace(ORDER, leader="李伟@市政府").basis.startswith("李伟2023")


@pytest.mark.parametrize(
    ("urgency", "difficult", "days"),
    [
        (Urgency.CRITICAL, False, 1),
        (Urgency.CRITICAL, True, 1),
        (Urgency.URGENT, True, 5),
        (Urgency.NORMAL, False, 15),
        (Urgency.NORMAL, True, 30),
    ],
)
def test_urgency_goes_before_difficulty(urgency: Urgency, difficult: bool, days: int) -> None:
    order = replace(ORDER, urgency=urgency, difficult=difficult)
    limit = limit_of(order, InstructionLimits())
    assert (limit.count, limit.unit) == (days, LimitUnit.CALENDAR_DAY)


def test_a_whole_instruction_has_no_fault_and_an_empty_one_has_all() -> None:
    assert list(instruction_faults(ORDER, DAY)) == []
    empty = Instruction("", "", "", None, "")
    assert list(instruction_faults(empty, DAY)) == [
        "请写明事项、承办单位、批示领导、批示日期、批示件名称和文号"
    ]


def test_a_claim_needs_words_for_every_target_and_no_file() -> None:
    assert gaps_in_claim(WHOLE, NAMES, LABELS) == []
    assert gaps_in_claim(Claim("已整改"), {}, {}) == []


@pytest.mark.parametrize(
    ("claim", "gap"),
    [
        (replace(WHOLE, statement="\u3000"), "请写明办理结果"),
        (replace(WHOLE, proofs={"学位": "学籍系统"}), "以下指标没有佐证说明：幼儿园（所）"),
        (replace(WHOLE, proofs={**WHOLE.proofs, "学位（个）": "再说"}), "学位（个）"),
        (replace(WHOLE, files=(ProofFile("a.pdf", b"%PDF-1.7", "医院"),)), "没有指标“医院”"),
        (replace(WHOLE, files=(ProofFile("a.exe", b"MZ"),)), "a.exe"),
    ],
)
def test_what_a_claim_lacks_is_named(claim: Claim, gap: str) -> None:
    (found,) = gaps_in_claim(claim, NAMES, LABELS)
    assert gap in found


def test_an_item_without_targets_takes_no_proof_of_one() -> None:
    (found,) = gaps_in_claim(WHOLE, {}, {})[:1]
    assert found == "没有指标“学位”，本事项没有量化指标"


def test_a_verification_says_how_what_and_by_another() -> None:
    whole = Verification("何督查", VerificationMethod.ON_PAPER, "资料齐全")
    assert gaps_in_verification(whole, "") == []
    assert gaps_in_verification(replace(whole, method=None, finding=""), "何督查") == [
        "请写明核验方式（现场核验或书面核验）",
        "请写明核验情况",
        "何督查是办结申请人，须由他人核验",
    ]
