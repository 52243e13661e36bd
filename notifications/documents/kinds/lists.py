"""Documents on many items: 督查通报, 督查专报, and the 督办函 of the monthly push."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.contents import Annex, Block, Content, Paragraph, Table
from engine.rules.totals import CLASSES, FieldCount
from notifications.documents.kinds.common import Occasion, closing, entries, readers
from notifications.entries import TableRow
from notifications.filters import cutoff
from notifications.summaries import BriefView, CircularView, PushView

_ANNEX = ("编号", "实事项目和承诺", "责任单位", "灯色", "进度", "时限")
_ANNEX_WIDTHS = (28, 66, 28, 18, 36, 32)


def circular(view: CircularView, occasion: Occasion) -> Content:
    """督查通报: the cut-off, what it rests on, totals that add up, the slow items by name, what is
    suggested, and a table of them (恩平督查通报〔2024〕第9期)."""
    return Content(
        **occasion.common(view, head=f"{occasion.issuer}文件", title=view.heading),
        addressee="各有关单位",
        body=(
            Paragraph(occasion.said(view, "opening")),
            Paragraph("基本情况", 1),
            Paragraph(occasion.said(view, "overall")),
            *(Paragraph(text) for text in (view.remark,) if text),
            Paragraph("存在问题", 1),
            Paragraph(occasion.said(view, "problems")),
            *entries(view.named),
            Paragraph("督查建议", 1),
            Paragraph(occasion.said(view, "advice")),
            Paragraph(occasion.said(view, "reply", occasion.office)),
        ),
        annexes=(Annex(_annex_title(view), (_annex(view.annex),)),),
    )


def _annex_title(view: CircularView) -> str:
    return f"需要重视的实事项目情况表（截至{cutoff(view.cutoff)}）"


def _annex(rows: tuple[TableRow, ...]) -> Table:
    return Table(
        _ANNEX,
        tuple(
            (
                row.number,
                "\n".join((row.title, *row.targets)),
                row.unit,
                row.light.label,
                f"计划{row.planned}\n实际{row.actual}\n{row.lag}",
                row.due,
            )
            for row in rows
        ),
        _ANNEX_WIDTHS,
    )


def brief(view: BriefView, occasion: Occasion) -> Content:
    """督查专报, to leaders: the list by field, what lags, what is being put right."""
    return Content(
        **occasion.common(view, head="督查专报", title=view.heading),
        addressee=readers(view.audience),
        body=(
            Paragraph(occasion.said(view, "opening")),
            Paragraph("总体情况", 1),
            Paragraph(occasion.said(view, "overall")),
            _counts(view),
            Paragraph("亮黄灯、红灯的事项", 1),
            Paragraph(occasion.said(view, "lagging")),
            *entries(view.lagging),
            Paragraph("整改情况", 1),
            Paragraph(occasion.said(view, "rectifications")),
            *entries(view.rectifications),
        ),
    )


def _counts(view: BriefView) -> Table:
    """The fields' figures, which add up to the last row."""
    rows = (*view.fields, view.total)
    kept = [place for place, name in enumerate(CLASSES) if name != "stopped" or view.total.stopped]
    heading = ("领域", "件数", *(list(CLASSES.values())[place] for place in kept))
    widths = (80, 20, *(100 // len(kept) for _ in kept))
    return Table(heading, tuple(_count(row, kept) for row in rows), widths)


def _count(row: FieldCount, kept: list[int]) -> tuple[str, ...]:
    return (row.field, str(row.total), *(str(row.figures[place]) for place in kept))


def push(view: PushView, occasion: Occasion) -> Content:
    """督办函 of the month: what the congress handed over and is still open."""
    return Content(
        **occasion.common(view, title=f"关于办理人大交办事项的督办函（{view.month}）"),
        addressee=view.unit,
        body=tuple(_push(view, occasion)),
    )


def _push(view: PushView, occasion: Occasion) -> Iterator[Block]:
    yield Paragraph(f"根据{occasion.basis(view)}，{occasion.said(view, 'opening')}")
    yield from entries(view.items)
    yield closing(view, "办理要求", occasion)
