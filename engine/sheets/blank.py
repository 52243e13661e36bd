"""空白台账: the sheets of a ledger with nothing in them but how they are filled in."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from engine.ledger.contacts import post_word, unit_word
from engine.ledger.prefilled import PrefilledList, prefilled_workbook
from engine.ledger.values import UnitKind
from engine.rules.words import PostKind
from engine.sheets.contacts import DEFAULTS, LEVELS
from engine.sheets.page import TITLE_FONT, Heading, Page

CONTACTS = "责任单位联系表"
NOTES = (
    ("民生实事清单", "依据、文号、批准机关、批准日期", "写在表头第2行各自的冒号后面，缺一不可"),
    ("民生实事清单", "序号", "从1起，不重复；增补批次接着往下编，并在第3行写“批次：第二批”"),
    (
        "民生实事清单",
        "目标任务、目标值",
        "写明数量和单位，如“新增学位7500个”；几项指标一项一行",
    ),
    ("民生实事清单", "牵头单位、配合单位", "写全称，与联系表一致；几个单位用顿号隔开"),
    ("民生实事清单", "完成时限", "如“2026年11月30日”或“2026-11-30”"),
    ("民生实事清单", "节点（累计进度）", "可不填；如“5月底前全部开工30%；9月底前主体完工70%”"),
    ("民生实事清单", "来源建议、上年事项、延续/拓展", "可不填；来自点单建议、延续上年事项的填写"),
    (CONTACTS, "类别", "、".join(unit_word(kind) for kind in UnitKind)),
    (CONTACTS, "岗位", "、".join(post_word(kind) for kind in PostKind)),
    (CONTACTS, "邮箱", "联络员必填；其他岗位没有邮箱的，通知只在工作台显示"),
    (CONTACTS, "可签发", "有权签发督办文书的写“是”"),
    (CONTACTS, "AB角", "离岗时由谁顶岗，写本表中的姓名"),
    (CONTACTS, "层级、上级单位", "有下级单位的填写，没有的可不填"),
)


def blank_ledger(year: int) -> Workbook:
    """A ledger to be filled in for a year, as ``read_ledger`` takes it."""
    workbook = prefilled_workbook(PrefilledList(f"{year}年民生实事项目清单", year, 1, "", ()))
    headings = [Heading(text, width) for text, width in DEFAULTS.values()]
    contacts = Page(workbook, CONTACTS, len(headings) + 2)
    contacts.banner(CONTACTS, TITLE_FONT, centred=True)
    contacts.headings([*headings, *LEVELS[1:]])
    contacts.finish()
    notes = Page(workbook, "填写说明", 3)
    notes.banner("填写说明", TITLE_FONT, centred=True)
    columns = [Heading("工作表", 18), Heading("栏目", 34), Heading("怎么填", 70)]
    notes.headings(columns)
    for note in NOTES:
        notes.line(note, columns)
    notes.finish()
    return workbook
