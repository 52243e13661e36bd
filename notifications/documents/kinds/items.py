"""Documents on one item: 交办单, 提示函, 督办函, 督办通知单, 约谈建议."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.contents import Content, Field, Form, Paragraph
from notifications.documents.kinds.common import (
    Occasion,
    by_hand,
    closing,
    fields,
    readers,
    told,
)
from notifications.items import ItemView

_SAID = ("时间情况",)
"""What is said by the dates beside it, and is no longer so when the form is filed."""
_KNOWN = ("所属领域",)
"""What the reader of a notice knows since the item was assigned."""


def assignment(view: ItemView, occasion: Occasion) -> Content:
    """交办单: what, whose, until when, which number (邓政办〔2018〕127号), and room for answers."""
    return Content(
        **occasion.common(view, title="督查事项交办单"),
        addressee="、".join(view.assigned.lead) or view.unit,
        body=(
            Paragraph(occasion.said(view, "opening")),
            Form((*fields(view, _SAID), *_asked(view, occasion), *by_hand(view, occasion.issuer))),
        ),
    )


def letter(view: ItemView, occasion: Occasion) -> Content:
    """提示函 or 督办函: the facts, what is asked for, and what it rests on."""
    return Content(
        **occasion.common(view, title=_about(view, occasion)),
        addressee=view.unit,
        body=(
            Paragraph(f"根据{occasion.basis(view)}，{_opening(view, occasion, '你单位')}"),
            Paragraph(told(view)),
            closing(view, view.ask_label, occasion),
        ),
    )


def supervision(view: ItemView, occasion: Occasion) -> Content:
    """督办通知单: what is wrong, what is asked for and until when, and room for answers."""
    return Content(
        **occasion.common(view, title=_about(view, occasion)),
        addressee=view.unit,
        body=(
            Paragraph(occasion.said(view, "opening")),
            Form(
                (
                    *fields(view, _KNOWN),
                    *_asked(view, occasion),
                    Field("督办依据", (_grounds(view, occasion),)),
                    *by_hand(view, occasion.issuer),
                )
            ),
        ),
    )


def summons(view: ItemView, occasion: Occasion) -> Content:
    """约谈建议, to the leader in charge."""
    return Content(
        **occasion.common(view, title=view.heading or f"关于约谈{view.unit}的建议"),
        addressee=readers(view.audience),
        body=(
            Paragraph(_opening(view, occasion, view.unit)),
            Paragraph("事项情况", 1),
            Paragraph(told(view)),
            *(Paragraph(text) for text in (view.remark,) if text),
            Paragraph("督办建议", 1),
            Paragraph(occasion.asked(view)),
            Paragraph(f"提出依据：{occasion.basis(view)}。"),
        ),
    )


def _grounds(view: ItemView, occasion: Occasion) -> str:
    return "：".join(filter(None, (occasion.basis(view), "；".join(view.why.texts))))


def _about(view: ItemView, occasion: Occasion) -> str:
    return f"关于{view.title.rstrip('。')}的{occasion.kind.label}"


def _opening(view: ItemView, occasion: Occasion, unit: str) -> str:
    """The mail's first sentence, which here names the item at once."""
    said = occasion.said(view, "opening")
    return said.replace("下列事项", f"{unit}承办的{view.name}", 1)


def _asked(view: ItemView, occasion: Occasion) -> Iterator[Field]:
    yield Field("办理要求", (occasion.asked(view),))
    if view.reply_by:
        yield Field("反馈时限", (occasion.answer(view),))
    else:
        yield Field("通知编号", (str(view.number),))
