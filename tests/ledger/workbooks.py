"""A small ledger workbook that a test may lay out or break as it likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook

from engine.ledger import LedgerErrors, LedgerProject, read_ledger

Row = Sequence[object]

TITLE = "某市2023年民生实事台账"
PREAMBLE: list[Row] = [
    [TITLE],
    ["依据：某市人代会2023年1月10日审议通过（某政发〔2023〕1号）"],
    ["发文机关：某市人民政府"],
]
HEADINGS: Row = ["序号", "领域", "实事项目", "目标任务", "牵头单位", "完成时限", "节点"]
ITEM: Row = [
    1, "教育", "新建学校", "新建学校15所，新增学位7500个", "市教育局", "11月底前",
    "6月底前主体完工（60%）；11月底前投用（100%）",
]  # fmt: skip
CONTACT_HEADINGS: Row = ["单位", "岗位", "姓名", "邮箱", "可签发", "AB角"]
CONTACT: Row = ["市教育局", "联络员", "示例·甲", "jia@example.com", "否", None]


@dataclass(frozen=True)
class Save:
    """Writes rows, and contacts if there are any, to a workbook; `merge` names merged areas."""

    folder: Path

    def __call__(
        self,
        rows: Sequence[Row],
        contacts: Sequence[Row] | None = None,
        merge: tuple[str, ...] = (),
    ) -> Path:
        workbook = Workbook()
        sheet = workbook.worksheets[0]
        sheet.title = "台账"
        for row in rows:
            sheet.append(list(row))
        for area in merge:
            sheet.merge_cells(area)
        if contacts is not None:
            people = workbook.create_sheet("联系表")
            for row in contacts:
                people.append(list(row))
        path = self.folder / "ledger.xlsx"
        workbook.save(path)
        return path


def item(**cells: object) -> Row:
    """The item with other texts in some of its cells, by heading."""
    return [cells.get(str(heading), cell) for heading, cell in zip(HEADINGS, ITEM, strict=True)]


def only(path: Path) -> LedgerProject:
    """The one item of a workbook."""
    (project,) = read_ledger(path).projects
    return project


def faults_of(path: Path) -> list[str]:
    """The faults of a workbook that is refused, each behind its place."""
    with pytest.raises(LedgerErrors) as caught:
        read_ledger(path)
    return [f"{error.place}：{error.message}" for error in caught.value.errors]
