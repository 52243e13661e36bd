"""Headings recognised by what they mean, whatever an office calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from engine.ledger.errors import Place
from engine.ledger.grid import Grid
from engine.ledger.wording import compact, without_parentheses

Roles = Mapping[str, tuple[str, ...]]


def roles(**words: str) -> Roles:
    """The headings of each role, given as texts with blanks between them."""
    return {role: tuple(text.split()) for role, text in words.items()}


# The first word of a role is how errors call it; earlier words win where two columns could serve.
LEDGER_ROLES = roles(
    number="序号 编号 项目序号",
    field="领域 方面 类别 项目类别 实事类别 所属领域 板块",
    title="实事项目 项目名称 事项名称 实事名称 实事事项 民生实事 事项 项目 项目内容",
    metric="指标名称 指标项 考核指标名称",
    value="目标值 指标值 计划数 目标数 年度计划数 计划值 计划完成数",
    unit="计量单位 指标单位",
    note="指标说明 指标备注",
    targets="量化指标 年度指标 考核指标 主要指标 指标",
    content="目标任务 工作目标 年度目标 年度任务 工作任务 建设内容 主要内容 目标要求 项目内容",
    lead_units="牵头单位 责任单位 主办单位 承办单位 主要责任单位 牵头部门 责任部门",
    support_units="配合单位 协办单位 参与单位 协同单位 配合部门 责任单位",
    sponsor="领办领导 责任领导 分管领导 包抓领导 牵头领导 包联领导 责任市领导 领办市领导",
    due="完成时限 办结时限 完成时间 办理时限 完成期限 时限要求 时限",
    steps="节点 时间节点 进度节点 进度安排 阶段目标 工作节点 节点安排 倒排工期",
    urgency="紧急程度 缓急程度",
    sources="来源建议 对应建议 建议编号",
    follows="上年事项 上年事项编号 延续事项",
    succession="延续拓展 延续/拓展 延续或拓展 延续与拓展",
    measure="工作措施 具体措施 分解任务",
    part="分解任务 地州任务 市级任务",
    local="县市任务 县级任务 县区任务",
    remark="备注 说明",
)
CONTACT_ROLES = roles(
    unit="单位 单位名称 责任单位 部门",
    kind="类别 单位类别 单位性质",
    post="岗位 督办岗位 岗位类别 职责 职务",
    holder="姓名 人员 联系人",
    title="职务 职务名称",
    email="邮箱 电子邮箱 电子邮件 邮件地址",
    may_sign="可签发 签发权限 有权签发",
    level="层级 单位层级 行政层级",
    parent="上级单位",
    deputy="AB角 B角 代理人 AB岗",
)
UNIT_ROLES = roles(
    unit="单位 单位名称",
    level="层级 单位层级 行政层级 级别",
    parent="上级单位 上级",
)
_HEADER_WITHIN = 10
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The heading row of a sheet: the column of each role found, and what stands above it."""

    grid: Grid
    row: int
    columns: dict[str, int]

    def place(self, row: int, role: str) -> Place:
        """The place of a role's cell in `row`."""
        column = self.columns[role]
        heading = "".join(self.grid.cell(self.row, column).text.split())
        return Place(
            sheet=self.grid.sheet,
            row=row,
            column=f"{get_column_letter(column)}列（{heading}）",
            order=(self.grid.index, row, column),
        )

    def remark(self, role: str) -> str:
        """What a role's heading has in parentheses at its end."""
        found = re.search(
            r"\(([^()]*)\)$", compact(self.grid.cell(self.row, self.columns[role]).text)
        )
        return found.group(1).removeprefix("单位:") if found else ""


def find_header(grid: Grid, wanted: Roles, required: str) -> Header | None:
    """The row among the first ten that names most roles, `required` among them; None if none.

    Of a two-row heading the lower row is taken: it names the parts of a merged upper cell.
    """
    best: Header | None = None
    for row in [row for row in grid.rows() if row <= _HEADER_WITHIN]:
        columns = _match(grid, row, wanted)
        if required not in columns or len(columns) < _ENOUGH:
            continue
        # A heading repeated further down must not hide the rows between the two.
        is_lower_row = best is not None and row == best.row + 1
        if best is None or len(columns) > len(best.columns) - is_lower_row:
            best = Header(grid, row, columns)
    return best


def _match(grid: Grid, row: int, wanted: Roles) -> dict[str, int]:
    """Exact names first, then headings that end in a name (市级牵头单位)."""
    headings = {column: _name(cell.text) for column, cell in sorted(grid.cells[row].items())}
    columns: dict[str, int] = {}
    for is_match in (str.__eq__, str.endswith):
        for role, words in wanted.items():
            for word in words:
                if role in columns:
                    break
                taken = set(columns.values())
                found = (c for c, h in headings.items() if c not in taken and is_match(h, word))
                column = next(found, None)
                if column is not None:
                    columns[role] = column
    return columns


def _name(text: str) -> str:
    return without_parentheses(compact(text)).upper()
