"""整改通知书: the conclusion of an inspection, with what is to be put right and until when."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.contents import Block, Content, Paragraph
from notifications.documents.kinds.common import Occasion
from notifications.rulings import RulingView


def rectification(view: RulingView, occasion: Occasion) -> Content:
    """督查结论 as it is fed back to the unit (条例 733 arts. 16–18); without findings there is
    nothing to be put right, and its title does not say so."""
    form = occasion.kind.label if view.entries else "督查结论反馈书"
    return Content(
        **occasion.common(view, title=f"关于{view.heading}的{form}"),
        addressee=view.unit,
        body=tuple(_body(view, occasion)),
    )


def _body(view: RulingView, occasion: Occasion) -> Iterator[Block]:
    yield Paragraph(occasion.said(view, "opening"))
    yield Paragraph("督查结论", 1)
    yield from (Paragraph(line.strip()) for line in view.said.splitlines() if line.strip())
    if view.entries:
        yield Paragraph("发现的问题和整改要求", 1)
        for item in view.entries:
            yield Paragraph(f"{item.number}　{item.title}", 2)
            yield Paragraph(f"{item.detail}。")
    yield Paragraph(occasion.said(view, "closing", occasion.office))
    yield Paragraph(f"依据：{occasion.basis(view)}。")
