"""建议汇总表: many proposals from one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from engine.ledger import LedgerErrors
from engine.ledger.wishes import read_wishes
from engine.rules.proposals import ProposalChannel, Wish
from tests.ledger.workbooks import Row, Save

TODAY = date(2022, 11, 30)
HEADINGS: Row = ["序号", "建议标题", "建议内容", "渠道", "收到日期", "领域", "提出人"]
ROW: Row = [1, "老年食堂", "每个社区一处", "12345热线", date(2022, 11, 3), "养老", "张某"]


def read(path: Path, known: str = "") -> tuple[Wish, ...]:
    return read_wishes(path, TODAY, lambda _: known)


def faults_of(path: Path, known: str = "") -> list[str]:
    with pytest.raises(LedgerErrors) as caught:
        read(path, known)
    assert str(caught.value).startswith("建议汇总表有")
    assert all(fault.cure for fault in caught.value.errors)
    return [f"{f.place.row or ''}{f.place.column}：{f.message}" for f in caught.value.errors]


def with_rows(save: Save, *rows: Sequence[object]) -> Path:
    return save([["2023年民生实事建议汇总表"], HEADINGS, *rows])


def test_each_row_is_a_proposal(save: Save) -> None:
    second = [2, None, "给老旧小区\n加装电梯", "网络", "2022年11月5日", None, None]
    assert read(with_rows(save, ROW, second)) == (
        Wish(
            "老年食堂",
            ProposalChannel.HOTLINE,
            date(2022, 11, 3),
            "每个社区一处",
            "养老",
            "张某",
        ),
        Wish(
            "给老旧小区加装电梯",
            ProposalChannel.NETWORK,
            date(2022, 11, 5),
            "给老旧小区\n加装电梯",
        ),
    )


def test_a_sheet_without_titles_is_read_by_its_contents(save: Save) -> None:
    path = save([["建议内容", "来源", "日期"], ["很" * 70, "座谈会", "2022-11-01"]])
    (wish,) = read(path)
    assert wish.title == "很" * 60 + "…"
    assert wish.content == "很" * 70


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("热线", ProposalChannel.HOTLINE),
        ("网络征集", ProposalChannel.NETWORK),
        ("座谈会", ProposalChannel.FORUM),
        ("入户走访", ProposalChannel.VISIT),
        ("征求意见函", ProposalChannel.LETTER),
    ],
)
def test_channels_are_known_by_their_usual_words(
    save: Save, words: str, channel: ProposalChannel
) -> None:
    (wish,) = read(with_rows(save, [*ROW[:3], words, *ROW[4:]]))
    assert wish.channel is channel


def test_every_fault_of_every_row_is_told_by_row_and_column(save: Save) -> None:
    rows: list[Row] = [
        [1, None, None, "热线", date(2022, 11, 3), None, None],
        [2, "电梯", None, "传闻", "11月", None, None],
        [3, "食堂", None, None, date(2022, 12, 1), None, None],
        [4, "长" * 301, None, "热线", date(2022, 12, 1), None, "人" * 201],
    ]
    assert faults_of(with_rows(save, *rows)) == [
        "3B列（建议标题）：没有填写建议标题",
        "4D列（渠道）：渠道“传闻”不认识",
        "4E列（收到日期）：日期“11月”不是完整的年月日",
        "5D列（渠道）：没有填写渠道",
        "6B列（建议标题）：标题超过300字",
        "6E列（收到日期）：收到日期2022-12-01晚于今天",
        "6G列（提出人）：提出人超过200字",
    ]


def test_the_same_row_twice_or_collected_before_is_a_fault(save: Save) -> None:
    assert faults_of(with_rows(save, ROW, ROW)) == ["4B列（建议标题）：与第3行重复"]
    assert faults_of(with_rows(save, ROW), "已登记为建议3（已收集）") == [
        "3B列（建议标题）：这条建议已登记为建议3（已收集）"
    ]


def test_missing_columns_are_told_once(save: Save) -> None:
    assert faults_of(
        save([["标题", "建议内容", "领域"], ["甲", "乙", "丙"], ["丁", "戊", "己"]])
    ) == [
        "1：缺少“渠道”列",
        "1：缺少“收到日期”列",
    ]


@pytest.mark.parametrize(
    ("rows", "says"),
    [([HEADINGS], "没有任何建议"), ([["通知"]], "前10行中找不到表头行")],
)
def test_a_sheet_without_proposals_is_refused(save: Save, rows: list[Row], says: str) -> None:
    assert faults_of(save(rows)) == [f"：{says}"]


@pytest.mark.parametrize(("name", "says"), [("无.xlsx", "找不到文件"), ("a.csv", "不支持“.csv”")])
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, says: str) -> None:
    if name.endswith("csv"):
        (tmp_path / name).write_text("标题", encoding="utf-8")
    assert says in faults_of(tmp_path / name)[0]
