"""What one policy would have sent, held against what another would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.hindsight.living import Sent
from engine.rules.words import NoticeKind

LISTED = 300
"""How many notices that only one of them would have sent are listed."""


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A month as 2023-04, and how many each would have sent in it."""

    month: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind of notice, and how many of it each would have sent."""

    kind: NoticeKind
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both, from one day to another. ``gone`` and ``added`` are cut; ``lost`` and ``won`` are
    their whole numbers."""

    first: date
    last: date
    items: int
    old: int
    new: int
    months: list[MonthCount]
    kinds: list[KindCount]
    gone: list[Sent]
    added: list[Sent]
    lost: int
    won: int

    @property
    def words(self) -> str:
        """The whole in a sentence."""
        return (
            f"现行规则{self.old}份，草稿{self.new}份；"
            f"不再发出{self.lost}份，新发出{self.won}份（{self.items}个事项）"
        )


def compare(
    old: Sequence[Sent], new: Sequence[Sent], first: date, last: date, items: int
) -> Comparison:
    """Notices are the same when they are of one day, item, kind and date; by which rule, matters
    to nobody who gets them."""
    gone, added = _without(old, new), _without(new, old)
    kinds_old, kinds_new = Counter(s.kind for s in old), Counter(s.kind for s in new)
    months_old, months_new = (Counter(f"{s.day:%Y-%m}" for s in sent) for sent in (old, new))
    return Comparison(
        first,
        last,
        items,
        len(old),
        len(new),
        [MonthCount(m, months_old[m], months_new[m]) for m in sorted({*months_old, *months_new})],
        [
            KindCount(kind, kinds_old[kind], kinds_new[kind])
            for kind in NoticeKind
            if kinds_old[kind] or kinds_new[kind]
        ],
        gone[:LISTED],
        added[:LISTED],
        len(gone),
        len(added),
    )


def _without(some: Sequence[Sent], others: Sequence[Sent]) -> list[Sent]:
    known = Counter(map(_key, others))
    left = []
    for sent in some:
        if known[_key(sent)]:
            known[_key(sent)] -= 1
        else:
            left.append(sent)
    return left


def _key(sent: Sent) -> tuple[date, str, str, NoticeKind, str]:
    return sent.day, sent.code, sent.unit if not sent.code else "", sent.kind, sent.subject
