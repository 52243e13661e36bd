"""责任单位联系表 and 单位层级: people and the tree of units, as the ledger's reader takes them."""

from __future__ import annotations

from itertools import groupby

from openpyxl.workbook import Workbook

from engine.ledger.contacts import post_word, unit_word
from engine.ledger.layout import Layout
from engine.ledger.values import Ledger, LedgerPost, LedgerUnit
from engine.sheets.page import TITLE_FONT, Heading, Page, Value

DEFAULTS = {
    "unit": ("单位", 22.0),
    "kind": ("类别", 12.0),
    "post": ("岗位", 14.0),
    "holder": ("姓名", 14.0),
    "title": ("职务", 20.0),
    "email": ("邮箱", 30.0),
    "may_sign": ("可签发", 10.0),
    "deputy": ("AB角", 14.0),
}
LEVELS = (Heading("单位", 24), Heading("层级", 12, centred=True), Heading("上级单位", 24))


def write_contacts(workbook: Workbook, ledger: Ledger, layout: Layout) -> None:
    """The sheets of contacts and of levels, where the list has them."""
    units = {unit.name: unit for unit in ledger.units}
    if layout.contact_sheet:
        _write_posts(workbook, ledger, layout, units)
    placed = [unit for unit in ledger.units if unit.level or unit.parent]
    if placed and "level" not in {column.role for column in layout.contacts}:
        _write_levels(workbook, placed)


def _write_posts(
    workbook: Workbook, ledger: Ledger, layout: Layout, units: dict[str, LedgerUnit]
) -> None:
    columns = [(c.role, c.heading, c.width) for c in layout.contacts]
    there = {role for role, _, _ in columns}
    columns += [(role, *DEFAULTS[role]) for role in DEFAULTS if role not in there]
    headings = [
        Heading(text, width or DEFAULTS.get(role, ("", 14.0))[1], centred=role in _SHORT)
        for role, text, width in columns
    ]
    page = Page(workbook, layout.contact_sheet, len(columns))
    page.banner(layout.contact_title or layout.contact_sheet, TITLE_FONT, centred=True)
    page.headings(headings)
    by_unit = sorted(ledger.posts, key=lambda post: list(units).index(post.unit))
    for name, group in groupby(by_unit, key=lambda post: post.unit):
        first = page.row
        for post in group:
            values = _values(post, units[name])
            page.line([values.get(role) for role, _, _ in columns], headings)
        for place, (role, _, _) in enumerate(columns, 1):
            if role in ("unit", "kind"):
                for row in range(first + 1, page.row):
                    page.sheet.cell(row, place).value = None
                page.merge(first, page.row - 1, place)
    page.finish()


_SHORT = {"kind", "post", "may_sign", "level"}


def _values(post: LedgerPost, unit: LedgerUnit) -> dict[str, Value]:
    return {
        "unit": post.unit,
        "kind": unit_word(unit.kind),
        "post": post_word(post.kind),
        "holder": post.holder,
        "title": post.title,
        "email": post.email or None,
        "may_sign": "是" if post.may_sign else None,
        "deputy": post.deputy,
        "level": unit.level.label if unit.level else None,
        "parent": unit.parent or None,
    }


def _write_levels(workbook: Workbook, units: list[LedgerUnit]) -> None:
    page = Page(workbook, "单位层级", len(LEVELS))
    page.banner("单位层级", TITLE_FONT, centred=True)
    page.headings(LEVELS)
    for unit in units:
        level = unit.level.label if unit.level else None
        page.line((unit.name, level, unit.parent or None), LEVELS)
    page.finish()
