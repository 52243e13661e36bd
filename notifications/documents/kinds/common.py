"""What the documents of all kinds have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.notices.documents import Formalities
from engine.rules.conditions import written
from engine.rules.contents import Field, Paragraph
from engine.rules.documents import DocumentKind
from engine.rules.words import UNIT_POSTS, PostKind
from notifications.documents.wording import Wording
from notifications.entries import Entry
from notifications.items import ItemView, Row
from notifications.letter import View
from notifications.phrases import one_line
from notifications.render import path_of
from notifications.summaries import PushView
from notifications.words import Matter, Office

_PHRASES = "phrases.j2"

_ELSEWHERE = ("抄送对象",)
"""Rows of a mail that have their own place in a document."""
_KNOWN = ("所属领域", "责任单位")
"""What the reader of a letter knows."""
_PROMISE = "承诺目标"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A notice on its way to become a document.

    Attributes:
        office: who signs it and is answered.
        formalities: what the signing desk and the register add.
        wording: the templates, the office's own before those that were shipped.
    """

    kind: DocumentKind
    matter: Matter
    office: Office
    formalities: Formalities
    wording: Wording

    @property
    def issuer(self) -> str:
        """The organ as the policy names it, else the office."""
        return self.matter.policy.papers.issuer or self.office.name

    def common(self, view: View, *, head: str = "", title: str) -> dict[str, Any]:
        """The parts that every document has, by the names of ``Content``."""
        return {
            "kind": self.kind,
            "head": head or self.issuer,
            "title": title,
            "issuer": self.issuer,
            "day": view.day,
            "number": self.matter.document or self._place_for_number(view),
            "urgency": self.formalities.urgency,
            "is_draft": view.is_draft,
            "copies": () if self.kind.is_form else copies(view),
            "notes": tuple(self._notes()),
            "public": self.formalities.public,
            "names": tuple(filter(None, (view.unit, self.matter.unit, self.issuer))),
        }

    def said(self, view: View, macro: str, *given: object) -> str:
        """A sentence of the templates, as the mail has it."""
        return self.wording.say(path_of(view.kind.value), macro, view, *given)

    def asked(self, view: ItemView | PushView) -> str:
        """What is asked for: by the office, the policy, or the template."""
        return one_line(view.ask) or self.said(view, "ask")

    def answer(self, view: View) -> str:
        """Until when and to whom it is to be answered; empty when it need not be."""
        return self.wording.say(_PHRASES, "answer", view, self.office)

    def basis(self, view: View) -> str:
        """The law or decision that it rests on, or the rule of the office. Where a rule's figures
        were taken from, such as another city's practice, is told by the mail and the explanation;
        it is no authority to quote in a paper."""
        is_own = self.matter.policy.rule(self.matter.notice.rule) is not None
        return f"督办规则“{view.why.rule}”" if is_own or not view.why.source else view.why.source

    def _place_for_number(self, view: View) -> str:
        """What is signed bears a number, whose place a draft leaves empty."""
        code = self.matter.policy.papers.code
        return f"{code}〔{view.day.year}〕　号" if view.is_draft else ""

    def _notes(self) -> Iterator[str]:
        if self.formalities.standing:
            yield f"依据常设授权文件{self.formalities.standing}签发"


def fields(view: ItemView, but: Sequence[str] = ()) -> tuple[Field, ...]:
    """The facts of an item as the lines of a form, as the mail has them, but for some."""
    item = Field("督办事项", (f"{view.code}　{view.title}",))
    return (item, *(Field(row.label, row.lines) for row in _rows(view) if row.label not in but))


def told(view: ItemView) -> str:
    """The facts of an item as text, as the mail has them: the promise first."""
    rows = [row for row in _rows(view) if row.label not in _KNOWN]
    rows.sort(key=lambda row: row.label != _PROMISE)
    return "".join(f"{row.label}：{'；'.join(row.lines)}。" for row in rows)


def closing(view: ItemView | PushView, label: str, occasion: Occasion) -> Paragraph:
    """How a letter ends: what is asked for and until when, in one paragraph."""
    asked = occasion.asked(view).rstrip("。")
    return Paragraph(f"{label}：{asked}。{occasion.answer(view)}")


def entries(items: Iterable[Entry]) -> Iterator[Paragraph]:
    """Items of a list: each has a heading of the second level and says how it stands."""
    for item in items:
        light = item.light.label if item.light else ""
        stands = "，".join(filter(None, (item.unit, light, item.detail)))
        yield Paragraph(f"{item.number}　{item.title}", 2)
        yield Paragraph(f"{'；'.join((stands, *item.texts))}。")


def by_hand(view: View, issuer: str) -> tuple[Field, ...]:
    """The lines of a form that are sealed and written on: 签收 and 反馈 (邓政办〔2018〕127号)."""
    return (
        *(Field("抄送", ("、".join(posts),)) for posts in (copies(view),) if posts),
        Field("发单机关（印章）", (issuer, written(view.day))),
        Field("签收", ("责任人：　　　　　签收人：　　　　　日期：　　年　月　日",)),
        Field("办理情况反馈", (), room=3),
    )


def copies(view: View) -> tuple[str, ...]:
    """Who gets a copy: those outside the unit that are not its readers. The unit is addressed as
    a whole, and the office does not write to itself."""
    outside = (post for post in view.audience if post not in (*UNIT_POSTS, PostKind.OFFICE))
    return tuple(post.label for post in outside if post.label != readers(view.audience))


def readers(audience: Sequence[PostKind]) -> str:
    """Whom a paper to leaders is for."""
    return "、".join(post.label for post in audience[:1] if post not in UNIT_POSTS)


def _rows(view: ItemView) -> Iterator[Row]:
    return (row for row in view.rows if row.label not in _ELSEWHERE)
