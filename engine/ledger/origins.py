"""Where an item of the list comes from: proposals of the people, and last year's list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from engine.ledger.breakdown import everywhere
from engine.ledger.draft import Entry, LedgerDraft, ProjectDraft
from engine.ledger.errors import Faults, Place
from engine.ledger.wording import (
    WordingError,
    compact,
    read_integer,
    read_names,
    split_outside_parentheses,
)
from engine.rules.proposals import Succession

Value = TypeVar("Value")

_SEPARATORS = "、,;/ \n和及"
_NUMBER = re.compile(r"^(?:来源)?(?:建议)?(?:第|#|№|NO\.?)?(\d+)号?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """What one item names that must be in the store already, each with its place.

    Attributes:
        number: the item's own number; None where it cannot be read.
        sources: numbers of proposals.
        follows: the code of last year's item; empty for none.
    """

    number: int | None
    number_at: Place
    sources: tuple[int, ...]
    sources_at: Place
    follows: str
    follows_at: Place
    succession: Succession | None
    succession_at: Place
    units: tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class References:
    """All that a list says about what is in the store already.

    Attributes:
        head_at: where its title stands.
        names_posts: whether it brings a contact sheet of its own.
    """

    title: str
    year: int
    batch: int
    head_at: Place
    names_posts: bool
    items: tuple[Named, ...]


Check = Callable[[References, Faults], None]
"""Notes as faults what a list names and the store does not have, or not so."""


def unchecked(_: References, __: Faults) -> None:
    """For a list that is read without a store."""


def read_sources(text: str) -> tuple[int, ...]:
    """Numbers of proposals, such as 建议3、7 or 3,7. Raises WordingError."""
    found = []
    for piece in split_outside_parentheses(text, _SEPARATORS):
        match = _NUMBER.match(compact(piece))
        if match is None:
            raise WordingError(
                f"来源建议“{piece}”不是建议编号", "请填写建议编号，如“建议3、7”，编号见建议清单"
            )
        found.append(int(match.group(1)))
    return tuple(dict.fromkeys(found))


def read_follows(text: str) -> str:
    """The code of last year's item, such as 2023-04."""
    return compact(text)


def read_succession(text: str) -> Succession | None:
    """延续 or 拓展; None where nothing is written. Raises WordingError."""
    plain = compact(text)
    if plain in ("", "-", "—", "/", "无"):
        return None
    for succession in Succession:
        if plain in (succession.value, succession.label):
            return succession
    raise WordingError(f"“{text.strip()}”既不是“延续”也不是“拓展”", "请填写延续或拓展，或留空")


def read_batch(entry: Entry, faults: Faults) -> int:
    """The number of a batch, such as 第二批 or 2; the first where nothing is written."""
    if not entry.text:
        return 1
    try:
        batch = read_integer(re.sub(r"批次?$", "", compact(entry.text)))
    except WordingError:
        batch = 0
    if batch < 1:
        faults.add(entry.place, f"批次“{entry.text}”读不懂", "请写成“第二批”或“2”")
    return max(batch, 1)


def references(draft: LedgerDraft, year: int, batch: int) -> References:
    """What a list names; texts that cannot be read are told elsewhere and left out here."""
    return References(
        title=draft.title.text,
        year=year,
        batch=batch,
        head_at=draft.title.place,
        names_posts=draft.posts is not None,
        items=tuple(map(_named, draft.projects)),
    )


def check_repeats(drafts: Iterable[ProjectDraft], faults: Faults) -> None:
    """A proposal becomes one item: the second that names it is a fault."""
    seen: dict[int, Place] = {}
    for draft in drafts:
        for number in _quietly(read_sources, draft.sources.text) or ():
            if number in seen:
                where = f"第{seen[number].row}行" if seen[number].row else "另一项"
                faults.add(
                    draft.sources.place,
                    f"建议{number}在{where}已经写过",
                    "一条建议只能列为一个事项，请只留一处；分由几项办理的，先另行登记建议",
                )
            seen.setdefault(number, draft.sources.place)


def _named(draft: ProjectDraft) -> Named:
    return Named(
        number=_quietly(read_integer, draft.number.text),
        number_at=draft.number.place,
        sources=_quietly(read_sources, draft.sources.text) or (),
        sources_at=draft.sources.place,
        follows=read_follows(draft.follows.text),
        follows_at=draft.follows.place,
        succession=_quietly(read_succession, draft.succession.text),
        succession_at=draft.succession.place,
        units=tuple(
            (name, entry.place)
            for item in everywhere([draft])
            for entry in (item.lead_units, item.support_units)
            for name in read_names(entry.text)
        ),
    )


def _quietly(read: Callable[[str], Value], text: str) -> Value | None:
    try:
        return read(text)
    except WordingError:
        return None
