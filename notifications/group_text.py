"""A message to a work group: which items of which unit, and until when. A group hears no names of
persons, no figures and no criticism; those stand in the mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.rules.conditions import written
from notifications import phrases
from notifications.items import ItemView
from notifications.letter import View, weight
from notifications.words import Office, WordsError

LONGEST = 2000
"""Bytes: 企业微信 takes 2048 at most."""


def group_text(unit: str, views: Sequence[View], office: Office) -> str:
    """The notices of one run on the items of one unit.

    Raises:
        WordsError: one of them criticises, and is for no group.
    """
    if any(view.kind.is_criticism for view in views):
        raise WordsError("批评性的通知不能发到工作群。")
    ordered = sorted(views, key=weight)
    kinds = Counter(view.kind.label for view in ordered)
    head = f"【督办】{unit}：{'、'.join(f'{kind}{n}件' for kind, n in kinds.items())}"
    foot = ["详情和办理要求见邮件或台账。", f"{office.name}　{written(max(v.day for v in views))}"]
    lines = [f"{place}. {_line(view)}" for place, view in enumerate(ordered, 1)]
    shown = len(lines)
    while shown and len(_joined(head, lines, shown, foot).encode()) > LONGEST:
        shown -= 1
    return _joined(head, lines, shown, foot)


def _joined(head: str, lines: Sequence[str], shown: int, foot: Sequence[str]) -> str:
    left = len(lines) - shown
    more = [f"另有{left}件，见邮件。"] if left else []
    return "\n".join([head, *lines[:shown], *more, *foot])


def _line(view: View) -> str:
    if not isinstance(view, ItemView):
        return view.label
    title = phrases.one_line(view.title)
    title = title if len(title) <= 40 else f"{title[:39]}…"
    when = view.headline if view.deadline else view.label
    return f"{phrases.numbered(view.code)}{phrases.quoted(title)}：{when}"
