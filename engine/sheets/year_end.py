"""年终办理情况台账: what was promised, what was reached, in which class; the totals add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from openpyxl.workbook import Workbook

from engine.ledger.values import Ledger, LedgerProject, LedgerTarget
from engine.outcomes import Outcome, Path
from engine.rules.conditions import written
from engine.rules.totals import check_table
from engine.rules.year_end import CLOSED, YearClass, year_class
from engine.sheets.page import (
    BOLD_FONT,
    LINE,
    TITLE_FONT,
    Heading,
    Page,
    Value,
    joined,
    lines_of,
    new_workbook,
)

HEADINGS = (
    Heading("序号", 6, centred=True),
    Heading("领域", 16),
    Heading("实事项目", 20),
    Heading("承诺内容", 30),
    Heading("指标", 18),
    Heading("承诺", 12),
    Heading("办理结果", 24),
    Heading("牵头单位", 16),
    Heading("完成时限", 17, centred=True),
    Heading("办结日期", 17, centred=True),
    Heading("办理类别", 13, centred=True),
    Heading("备注", 16),
)
OF_FIELD, OF_TARGET = 2, (5, 6, 7)
"""The column merged over the items of a field, and those of which each target has its own cell."""


def write_year_end(
    ledger: Ledger, outcomes: Mapping[Path, Outcome], name: str, day: date
) -> Workbook:
    """The workbook of a list, item by item as the list has them, and a table of its classes.

    Raises:
        PaperUnsound: the classes do not add up to the list.
    """
    title = f"{name}办理情况台账"
    classes = [_class_of(item, outcomes) for item in ledger.projects]
    workbook = new_workbook(title)
    page = Page(workbook, "办理情况台账", len(HEADINGS))
    page.banner(title, TITLE_FONT, centred=True)
    page.banner(f"依据：{ledger.basis}")
    page.banner(f"截至{written(day)}，{in_words(classes)}。")
    page.headings(HEADINGS)
    pairs = list(zip(ledger.projects, classes, strict=True))
    for _, group in groupby(pairs, key=lambda pair: pair[0].field):
        top = page.row
        for item, kind in group:
            _item(page, item, outcomes.get((item.number,)), kind)
        _clear(page, top, OF_FIELD)
        page.merge(top, page.row - 1, OF_FIELD)
    page.finish()
    _summary(workbook, ledger.projects, classes, title, day)
    return workbook


def _class_of(item: LedgerProject, outcomes: Mapping[Path, Outcome]) -> YearClass:
    outcome = outcomes.get((item.number,))
    return year_class(outcome.state, outcome.timeliness) if outcome else YearClass.OPEN


def in_words(classes: Sequence[YearClass]) -> str:
    """共25件，其中提前办结3件、按期办结22件，合计办结25件."""
    counts = Counter(classes)
    shown = [f"{kind.label}{counts[kind]}件" for kind in YearClass if counts[kind]]
    closed = sum(counts[kind] for kind in CLOSED)
    return f"共{len(classes)}件，其中{'、'.join(shown) or '无'}；合计办结{closed}件"


def _item(page: Page, item: LedgerProject, outcome: Outcome | None, kind: YearClass) -> None:
    first = page.row
    groups = [list(group) for _, group in groupby(item.targets, key=lambda t: (t.metric, t.text))]
    rows = [_values(item, group, outcome, kind) for group in groups or [[]]]
    for values in rows:
        page.line(values, HEADINGS)
    _set_heights(page, first, rows)
    for column in range(1, len(HEADINGS) + 1):
        if column not in (*OF_TARGET, OF_FIELD):
            _clear(page, first, column)
            page.merge(first, page.row - 1, column)


def _set_heights(page: Page, first: int, rows: Sequence[Sequence[Value]]) -> None:
    """What is merged over the rows of an item shares their height."""
    widths = [heading.width for heading in HEADINGS]
    for offset, values in enumerate(rows):
        lines = [
            lines_of(value, width) / (1 if column in OF_TARGET else len(rows))
            for column, (value, width) in enumerate(zip(values, widths, strict=True), 1)
            if column != OF_FIELD
        ]
        page.sheet.row_dimensions[first + offset].height = max(LINE * max(lines) + 6, 24)


def _values(
    item: LedgerProject, group: Sequence[LedgerTarget], outcome: Outcome | None, kind: YearClass
) -> list[Value]:
    results = outcome.results if outcome else {}
    texts = [results.get((target.metric, target.unit), "") for target in group]
    original = outcome.original_due if outcome else None
    due = outcome.due if outcome else item.due
    moved = due != original and due is not None and original is not None
    notes = [f"时限经调整为{written(due)}"] if moved and due else []
    if outcome:
        notes += [note for note in outcome.notes if note != kind.label]
    return [
        item.number,
        item.field,
        item.title,
        item.content,
        group[0].metric if group else None,
        group[0].text if group else None,
        joined(dict.fromkeys(texts)) or None,
        "、".join(item.lead_units),
        original or item.due,
        outcome.done_on if outcome else None,
        kind.label,
        joined(notes) or None,
    ]


def _clear(page: Page, first: int, column: int) -> None:
    """A merge hides all but its first cell; what the others hold must not be kept unseen."""
    for row in range(first + 1, page.row):
        page.sheet.cell(row, column).value = None


def _summary(
    workbook: Workbook,
    items: Sequence[LedgerProject],
    classes: Sequence[YearClass],
    title: str,
    day: date,
) -> None:
    """By field and class, with a last row that is held against those above it."""
    fields = list(dict.fromkeys(item.field for item in items))
    counts = Counter(zip((item.field for item in items), classes, strict=True))
    by_field = [(field, [counts[field, kind] for kind in YearClass]) for field in fields]
    rows = [(field, [sum(figures), *figures]) for field, figures in by_field]
    whole = Counter(classes)
    sums = [len(items), *(whole[kind] for kind in YearClass)]
    columns = ("件数", *(kind.label for kind in YearClass))
    check_table(columns, [figures for _, figures in rows], sums)
    headings = [Heading("领域", 40), *(Heading(name, 11, centred=True) for name in columns)]
    page = Page(workbook, "汇总", len(headings))
    page.banner(f"{title}：分类汇总（截至{written(day)}）", TITLE_FONT, centred=True)
    page.headings(headings)
    for field, figures in rows:
        page.line([field, *figures], headings)
    page.line(["合计", *sums], headings, BOLD_FONT)
    page.finish()
