"""依据: what the head of a list must say of the decision that adopted it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.ledger import LedgerErrors, read_ledger
from engine.ledger.decision import find_approver, find_day, find_document
from engine.rules.basis import HOW_TO_WRITE
from tests.ledger.workbooks import HEADINGS, ITEM, TITLE, Row, Save


def head(*lines: str) -> list[Row]:
    return [[TITLE], ["\n".join(lines)], ["发文机关：某市人民政府"], HEADINGS, ITEM]


def missing(path: Path) -> dict[str, str]:
    """The faults of a file and how to cure each."""
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    return {fault.message: fault.cure for fault in caught.value.errors}


DECISION = ("某政发〔2023〕1号", "某市六届人大二次会议", date(2023, 1, 10))


@pytest.mark.parametrize(
    "lines",
    [
        (
            "依据：决定",
            "文号：某政发〔2023〕1号",
            "批准机关：某市六届人大二次会议",
            "批准日期：2023年1月10日",
        ),
        (
            "依据：决定",
            "文号：某政发〔2023〕1号　批准机关：某市六届人大二次会议 批准日期：2023.1.10",
        ),
        ("依据：2023年1月10日某市六届人大二次会议通过（某政发〔2023〕1号）",),
        ("依据：某市六届人大二次会议决定（某政发〔2023〕1号）", "批准日期：2023-01-10（示例）"),
    ],
)
def test_the_three_stand_on_lines_of_their_own_or_in_the_basis(
    save: Save, lines: tuple[str, ...]
) -> None:
    decision = read_ledger(save(head(*lines))).decision
    assert (decision.document, decision.approver, decision.approved_on) == DECISION


def test_each_of_the_three_that_is_missing_is_told_with_how_to_write_it(save: Save) -> None:
    assert missing(save(head("依据：有关要求"))) == {
        f"缺少{name}": cure for name, cure in HOW_TO_WRITE.items()
    }
    assert missing(save(head("依据：某市人代会2023年1月10日通过"))) == {
        "缺少文号": "请在表头写“文号：×政发〔2023〕1号”"
    }


def test_a_month_is_no_day_of_approval(save: Save) -> None:
    lines = ("依据：某市人代会通过（某政发〔2023〕1号）", "批准日期：2023年1月")
    assert list(missing(save(head(*lines)))) == ["日期“2023年1月”不是完整的年月日"]


@pytest.mark.parametrize(
    ("text", "document", "approver", "day"),
    [
        (
            "经市政府第20次常务会议研究决定",
            "",
            "市政府第20次常务会议",
            None,
        ),
        ("根据吴政发〔2023〕1号", "吴政发〔2023〕1号", "", None),
        ("市政府常务会议纪要〔2023〕2号", "市政府常务会议纪要〔2023〕2号", "市政府常务会议", None),
        ("马市长2023.1.6批示", "", "马市长", date(2023, 1, 6)),
        ("分管副市长批示", "", "", None),
        ("和田市人大常委会第5次会议", "", "和田市人大常委会第5次会议", None),
        ("２０２３年１月３２日，2023年2月1日市长签批", "", "市长", date(2023, 2, 1)),
    ],
)
def test_what_a_basis_names_is_read_out_of_it(
    text: str, document: str, approver: str, day: date | None
) -> None:
    assert (find_document(text), find_approver(text), find_day(text)) == (document, approver, day)


def test_a_batch_is_numbered_in_the_head(save: Save) -> None:
    basis = "依据：2023年1月10日某市人代会通过（某政发〔2023〕1号）"
    for written, number in (("第二批", 2), ("2", 2), ("第3批次", 3)):
        assert read_ledger(save(head(basis, f"批次：{written}"))).batch == number
    assert read_ledger(save(head(basis))).batch == 1
    assert list(missing(save(head(basis, "批次：新增")))) == ["批次“新增”读不懂"]
