"""A ledger workbook (.xlsx) as offices lay it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from engine.ledger.draft import Entry, LedgerDraft
from engine.ledger.errors import Faults, Place, file_error
from engine.ledger.grid import Grid, hidden_sheets, read_grids
from engine.ledger.headings import (
    CONTACT_ROLES,
    LEDGER_ROLES,
    UNIT_ROLES,
    Header,
    Roles,
    find_header,
)
from engine.ledger.items import read_project_rows
from engine.ledger.layout import read_layout
from engine.ledger.package import open_workbook
from engine.ledger.table import Table, read_post_rows, read_unit_rows
from engine.ledger.wording import compact

_LABELS = {
    "basis": re.compile(r"^(?:立项依据|审议依据|依据)\s*[:：]\s*(.*)$"),
    "issuer": re.compile(
        r"^(?:发文机关|制定机关|印发机关|发布机关|编制单位|制表单位)\s*[:：]\s*(.*)$"
    ),
    "year": re.compile(r"^(?:清单年度|年度|年份)\s*[:：]\s*(.*)$"),
    "document": re.compile(r"^(?:批准文号|发文字号|文号)\s*[:：]\s*(.*)$"),
    "approver": re.compile(r"^(?:批准机关|批准单位|审议机关|批准人)\s*[:：]\s*(.*)$"),
    "approved_on": re.compile(r"^(?:批准日期|批准时间|审议日期|通过日期)\s*[:：]\s*(.*)$"),
    "batch": re.compile(r"^批次\s*[:：]\s*(.*)$"),
}
# What offices write over a title, and before it on its line.
_OVER_TITLE = re.compile(r"^附\s*[件表]\s*[\d一二三四五六七八九十]*\s*[:：]?\s*")
_NO_TITLE = re.compile(r"^(?:密级|编号|填报|填表|制表|报送)\S*\s*[:：]")
# How the title of a list ends; one that does not, or names no year, may go on in the next line.
_TITLE_ENDS = re.compile(r"(?:表|清单|台账|方案|计划|安排|一览|目录|项目|实事|事项)[)）]?$")
_SENTENCE = re.compile(r"[,.;:，。；：]")
_YEAR = re.compile(r"(?:19|20)\d{2}年(?!\s*\d{1,2}\s*月)")
_NEEDED = ("number", "title", "lead_units", "due")
_NEEDED_CONTACT = ("unit", "post", "holder", "email")
_TARGET_ROLES = ("value", "targets", "content")


def read_xlsx(path: Path, faults: Faults) -> LedgerDraft:
    """The texts of a workbook.

    The ledger is the first visible sheet with a heading row; the contact sheet (责任单位联系表)
    and the levels of units (单位层级) are found by their own headings. Raises LedgerErrors where
    the file cannot be read at all or no heading row is found.
    """
    values, formulas = open_workbook(path)
    grids = read_grids(values, formulas)
    header = _first_header(grids, LEDGER_ROLES, "title")
    if header is None:
        raise file_error(
            "前10行中找不到表头行",
            "表头应有序号、实事项目、目标任务、牵头单位、完成时限等列名，请核对后再导入",
        )
    draft = _read_preamble(header)
    _check_headings(header, faults)
    items = Table(header, faults)
    draft.projects = read_project_rows(items)
    draft.notes += items.notes()
    others = [grid for grid in grids if grid is not header.grid]
    contacts = _first_header(others, CONTACT_ROLES, "holder")
    if contacts is not None:
        _require(contacts, _NEEDED_CONTACT, CONTACT_ROLES, faults)
        table = Table(contacts, faults)
        draft.posts, draft.units = read_post_rows(table), read_unit_rows(table)
        draft.notes += table.notes()
        others.remove(contacts.grid)
    said = {role: getattr(draft, role).text for role in ("title", *_LABELS)}
    draft.layout = read_layout(header, said, draft.projects, contacts).to_data()
    levels = _first_header(others, UNIT_ROLES, "level")
    if levels is not None:
        table = Table(levels, faults)
        draft.units += read_unit_rows(table)
        draft.notes += table.notes()
        others.remove(levels.grid)
    _refuse_second_lists(others, faults)
    draft.notes += [
        f"工作表“{name}”是隐藏的，没有读入；要读入的，请取消隐藏后再导入"
        for name in hidden_sheets(values)
    ]
    return draft


def _first_header(grids: list[Grid], roles: Roles, required: str) -> Header | None:
    headers = (find_header(grid, roles, required) for grid in grids)
    return next((header for header in headers if header is not None), None)


def _refuse_second_lists(others: list[Grid], faults: Faults) -> None:
    """Items on further sheets must not be lost without a word."""
    for header in (find_header(grid, LEDGER_ROLES, "title") for grid in others):
        if header is None or not header.columns.keys() >= {*_NEEDED}:
            continue
        if Table(header, faults).body():
            faults.add(
                _row(header),
                "另有一张台账，只能从一张工作表导入事项",
                "请把事项合到一张工作表；不要导入的工作表请删去或隐藏",
            )


def _check_headings(header: Header, faults: Faults) -> None:
    _require(header, _NEEDED, LEDGER_ROLES, faults)
    _refuse_doubles(header, faults)
    if not any(role in header.columns for role in _TARGET_ROLES):
        faults.add(_row(header), "缺少“目标任务”列", "请在表头行加上“目标任务”或“目标值”一列")


def _refuse_doubles(header: Header, faults: Faults) -> None:
    """A second column of the same name would be passed over, and what it says lost."""
    read = {compact(header.grid.cell(header.row, c).text) for c in header.columns.values()}
    for column, cell in sorted(header.grid.cells[header.row].items()):
        is_own = cell.origin == (header.row, column) and column not in header.columns.values()
        if is_own and compact(cell.text) in read and _says_anything(header, column):
            place = replace(_row(header), column=f"{get_column_letter(column)}列")
            fault = f"列名“{''.join(cell.text.split())}”与前面一列相同，不知以哪一列为准"
            faults.add(place, fault, "请合并成一列，或改用不同的列名")


def _says_anything(header: Header, column: int) -> bool:
    rows = (row for row in header.grid.rows() if row > header.row)
    return any(header.grid.cell(row, column).text for row in rows)


def _require(header: Header, needed: tuple[str, ...], roles: Roles, faults: Faults) -> None:
    for role in needed:
        if role not in header.columns:
            first, *others = roles[role]
            also = f"（也可叫{'、'.join(others[:3])}）" if others else ""
            faults.add(_row(header), f"缺少“{first}”列", f"请在表头行加上“{first}”一列{also}")


def _row(header: Header) -> Place:
    return Place(header.grid.sheet, header.row, order=(header.grid.index, header.row, 0))


def _read_preamble(header: Header) -> LedgerDraft:
    """The title and the labelled lines above the heading row; what is not there is empty."""
    nothing = Entry("", Place(header.grid.sheet, order=(header.grid.index, 0, 0)))
    found: dict[str, Entry] = {}
    for row in [row for row in header.grid.rows() if row < header.row]:
        place = Place(header.grid.sheet, row, order=(header.grid.index, row, 0))
        cells = header.grid.distinct(row)
        for role, text in _said("\n".join(cell.text for cell in cells)):
            first = found.setdefault(role, Entry(text, place))
            if role == "title" and len(cells) == 1 and _goes_on(first.text, text):
                found[role] = replace(first, text=first.text + text)
    return LedgerDraft(
        title=found.get("title", nothing),
        year=found.get("year", nothing),
        issuer=found.get("issuer", nothing),
        basis=found.get("basis", nothing),
        document=found.get("document", nothing),
        approver=found.get("approver", nothing),
        approved_on=found.get("approved_on", nothing),
        batch=found.get("batch", nothing),
    )


def _goes_on(title: str, line: str) -> bool:
    """Whether a line below is a part of the title: 某市2023年度 over 民生实事项目清单."""
    if title == line or _SENTENCE.search(line):
        return False
    if not _YEAR.search(title) and _YEAR.search(line):
        return True
    return not _TITLE_ENDS.search(title) and bool(_TITLE_ENDS.search(line))


def _said(texts: str) -> Iterator[tuple[str, str]]:
    """What a row says, by role; a label that stands alone names what the next cell says."""
    label = ""
    for line in _lines(texts):
        role, text = _label(line)
        if role == "title" and label:
            role = label
        elif role == "title":
            text = "" if _NO_TITLE.match(line) else _OVER_TITLE.sub("", line)
        label = "" if text or role == "title" else role
        if text:
            yield role, text


def _lines(texts: str) -> list[str]:
    """The lines of a cell; labelled ones that share a line, such as 文号：…　批准日期：…, apart."""
    found: list[str] = []
    for line in filter(None, map(str.strip, texts.split("\n"))):
        shares = _label(line)[0] != "title"
        pieces = re.split(r"\s+", line) if shares else [line]
        for piece in pieces:
            if found and shares and piece is not pieces[0] and _label(piece)[0] == "title":
                found[-1] += f" {piece}"
            else:
                found.append(piece)
    return found


def _label(line: str) -> tuple[str, str]:
    for role, pattern in _LABELS.items():
        match = pattern.match(line)
        if match is not None:
            return role, match.group(1).strip()
    return "title", line
