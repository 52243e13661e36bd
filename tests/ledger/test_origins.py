"""来源建议、上年事项、延续拓展: where an item of the list comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.ledger import LedgerErrors, read_ledger
from engine.ledger.errors import Faults
from engine.ledger.origins import References, read_sources
from engine.ledger.wording import WordingError
from engine.rules.proposals import Succession
from tests.ledger.workbooks import HEADINGS, ITEM, PREAMBLE, Row, Save

COLUMNS: Row = [*HEADINGS, "来源建议", "上年事项", "延续/拓展"]


def listed(*items: Row) -> list[Row]:
    return [*PREAMBLE, COLUMNS, *items]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("建议3、7", (3, 7)),
        ("3,7", (3, 7)),
        ("建议第3号；建议７", (3, 7)),
        ("#12", (12,)),
        ("3 3", (3,)),
        ("", ()),
    ],
)
def test_proposals_are_named_as_people_write_them(text: str, numbers: tuple[int, ...]) -> None:
    assert read_sources(text) == numbers


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(WordingError, match="来源建议“热线”不是建议编号"):
        read_sources("建议3、热线")


def test_the_optional_columns_are_read(save: Save) -> None:
    item = [*ITEM, "建议3、7", "2022-04", "拓展"]
    (project,) = read_ledger(save(listed(item))).projects
    assert (project.sources, project.follows, project.succession) == (
        (3, 7),
        "2022-04",
        Succession.EXTENDED,
    )


def test_the_same_is_written_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "ledger.yaml"
    path.write_text(
        """\
title: 某市2023年民生实事
issuer: 某市人民政府
basis: 某市人代会决定
document: 某政发〔2023〕1号
approver: 某市人民代表大会
approved_on: 2023-01-10
batch: 2
projects:
  - number: 1
    title: 新建学校
    targets: [新增学位7500个]
    lead_units: [市教育局]
    due: 11月底前
    sources: [3, 7]
    follows: 2022-04
    succession: extended
""",
        encoding="utf-8",
    )
    ledger = read_ledger(path)
    (project,) = ledger.projects
    assert (ledger.batch, ledger.approver) == (2, "某市人民代表大会")
    assert (project.sources, project.follows, project.succession) == (
        (3, 7),
        "2022-04",
        Succession.EXTENDED,
    )


def test_a_check_against_the_store_is_told_with_the_other_faults(save: Save) -> None:
    seen: list[References] = []

    def check(named: References, faults: Faults) -> None:
        seen.append(named)
        for item in named.items:
            faults.add(item.sources_at, f"没有建议{item.sources[0]}", "请改正")

    first = [*ITEM[:5], "尽快", None, "建议3", None, "再说"]
    second = [2, "教育", "另一所学校", *ITEM[3:], "建议3", None, None]
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(save(listed(first, second)), check)
    assert [f"{f.place.row}{f.place.column}：{f.message}" for f in caught.value.errors] == [
        "5F列（完成时限）：日期“尽快”读不懂",
        "5H列（来源建议）：没有建议3",
        "5J列（延续/拓展）：“再说”既不是“延续”也不是“拓展”",
        "6H列（来源建议）：建议3在第5行已经写过",
        "6H列（来源建议）：没有建议3",
    ]
    assert (seen[0].year, seen[0].batch, len(seen)) == (2023, 1, 1)
