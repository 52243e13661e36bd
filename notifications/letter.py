"""A letter: one notice, or all that one run has for one person, most serious first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.rules.words import INFORMING, UNIT_POSTS, NoticeKind
from notifications.alarms import AlarmView, alarm_view
from notifications.items import ItemView, item_view
from notifications.rulings import RulingView, conclusion_view, decision_view
from notifications.summaries import (
    BriefView,
    CircularView,
    PushView,
    brief_view,
    circular_view,
    push_view,
)
from notifications.weeklies import WeeklyView, weekly_view
from notifications.words import Addressee, Matter, Subject

View = ItemView | WeeklyView | BriefView | PushView | CircularView | RulingView | AlarmView

_VIEWS: Mapping[NoticeKind, Callable[[Matter], View]] = {
    NoticeKind.WEEKLY_DIGEST: weekly_view,
    NoticeKind.WEEKLY_LIST: weekly_view,
    NoticeKind.MONTHLY_BRIEF: brief_view,
    NoticeKind.MONTHLY_PUSH: push_view,
    NoticeKind.CIRCULAR: circular_view,
    NoticeKind.CONCLUSION: conclusion_view,
    NoticeKind.REVIEW_DECISION: decision_view,
    NoticeKind.ALARM: alarm_view,
}


@dataclass(frozen=True, slots=True)
class Section:
    """One notice as this reader gets it; ``note`` tells a reader outside the unit why."""

    view: View
    note: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """办理入口: the link of a letter for its reader alone.

    Attributes:
        last: the last day on which it opens.
        label: what can be done there.
    """

    url: str
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that the templates print.

    Attributes:
        reader: the reader's own unit, whose name need not be repeated to it.
        foreword: why it comes to this reader, when it was first meant for another.
        day: the day it is dated.
        name: the reader's name.
        entrance: None where the program cannot be reached.
        attached: the names of the documents that go with it.
    """

    subject: str
    reader: str
    salutation: str
    foreword: str
    sections: tuple[Section, ...]
    day: date
    name: str
    entrance: Entrance | None
    attached: tuple[str, ...] = ()

    @property
    def is_bundle(self) -> bool:
        """Whether it carries several notices and so begins with a table of contents."""
        return len(self.sections) > 1


def view_of(matter: Matter) -> View:
    """The view of any notice.

    Raises:
        WordsError: the notice names a rule that its policy does not have.
    """
    return _VIEWS.get(matter.notice.kind, item_view)(matter)


def letter(
    addressee: Addressee,
    views: Sequence[View],
    entrance: Entrance | None = None,
    attached: Sequence[str] = (),
) -> Letter:
    """Put notices into one letter to one person, sorted by severity, then by date.

    Args:
        attached: the names of the documents that go with it.
    """
    ordered = sorted(views, key=weight)
    return Letter(
        subject=_subject(addressee, ordered).line,
        reader=addressee.unit,
        salutation=_salutation(addressee, ordered),
        foreword=_foreword(addressee),
        sections=tuple(Section(view, _note(view, addressee)) for view in ordered),
        day=max(view.day for view in views),
        name=addressee.name,
        entrance=entrance,
        attached=tuple(attached),
    )


def weight(view: View) -> tuple[int, date, int]:
    """The most serious first, then by date."""
    return -view.kind.severity, view.due or date.max, view.number


def _subject(addressee: Addressee, views: Sequence[View]) -> Subject:
    if len(views) == 1:
        return views[0].subject
    items = [view for view in views if isinstance(view, ItemView)]
    papers = list(dict.fromkeys(v.label for v in views if not isinstance(v, ItemView)))
    if not items:
        return Subject("【督办材料】", "、".join(papers), f"（{len(views)}份）")
    late = sum(view.past for view in items)
    after = f"（逾期{late}件）" if late else ""
    after += f"，附{'、'.join(papers)}" if papers else ""
    if addressee.post in UNIT_POSTS:
        asked = sum(view.kind not in INFORMING for view in items)
        if not asked:
            return Subject("【督办告知】", addressee.unit, f"：{len(items)}件通知请知悉{after}")
        after += f"，另有{len(items) - asked}件请知悉" if asked < len(items) else ""
        return Subject("【督办提醒】", addressee.unit, f"：{asked}件通知需要办理{after}")
    return Subject("【督办阅知】", f"{len(items)}件督办情况", after)


def _salutation(addressee: Addressee, views: Sequence[View]) -> str:
    if addressee.post not in UNIT_POSTS:
        return f"{addressee.name}同志："
    if all(isinstance(view, CircularView) for view in views):
        return "各有关单位："
    return f"{addressee.unit}："


def _foreword(addressee: Addressee) -> str:
    """What a reader must know who gets in another's place what could not be delivered."""
    if not addressee.instead_of:
        return ""
    asked = "请安排办理" if addressee.post in UNIT_POSTS else "请转责任单位办理"
    return f"本件原送{addressee.instead_of}，因前一收件人的邮件无法送达，现送您，{asked}。"


def _note(view: View, addressee: Addressee) -> str:
    """What a reader outside the responsible unit must know first."""
    if view.is_draft or addressee.instead_of or addressee.post in UNIT_POSTS:
        return ""
    if view.climbed:
        return f"{view.unit}的联系岗位暂无收件人，现送请转责任单位办理。"
    if any(post in UNIT_POSTS for post in view.audience):
        return "本件已送责任单位办理，现抄送阅知。"
    return ""
