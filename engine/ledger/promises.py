"""What a list promises by its targets, held against what it promised before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from engine.ledger.values import LedgerTarget
from engine.rules.targets import TargetForm


class Promised(Protocol):
    """A target that was promised, wherever it is kept."""

    @property
    def metric(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def form(self) -> TargetForm: ...
    @property
    def planned(self) -> Decimal: ...
    @property
    def text(self) -> str: ...


P = TypeVar("P", bound=Promised)


@dataclass(frozen=True, slots=True)
class MatchedTargets(Generic[P]):
    """Which target of a new list is which of the old: the one it stands for, or None when new."""

    pairs: tuple[tuple[P | None, LedgerTarget], ...]
    gone: tuple[P, ...]


def match_targets(old: Sequence[P], new: Sequence[LedgerTarget]) -> MatchedTargets[P]:
    """A target is the one of the same metric and unit or, reworded, one that promises the same."""
    left = {(target.metric, target.unit): target for target in old}
    found = {
        n: left.pop((t.metric, t.unit)) for n, t in enumerate(new) if (t.metric, t.unit) in left
    }
    for number, target in enumerate(new):
        if number in found:
            continue
        same = next((key for key, was in left.items() if _promise(was) == _promise(target)), None)
        if same is not None:
            found[number] = left.pop(same)
    pairs = tuple((found.get(number), target) for number, target in enumerate(new))
    return MatchedTargets(pairs, tuple(left.values()))


def _promise(target: Promised) -> tuple[str, TargetForm, Decimal]:
    return target.unit, target.form, target.planned


def worded(target: Promised) -> str:
    """What a target promises: as it is written or, out of a sentence of several, its figure."""
    if target.metric not in target.text:
        return target.text
    if target.form is TargetForm.ALL:
        return "（全部完成）"
    about = "约" if target.form is TargetForm.ABOUT else ""
    return f"{about}{target.planned.normalize():f}{target.unit}"


def broken_promises(old: Sequence[LedgerTarget], new: Sequence[LedgerTarget]) -> Iterator[str]:
    """What the new list no longer promises as the old one did; other words are no matter."""
    matched = match_targets(old, new)
    for was, now in matched.pairs:
        if was is not None and _promise(was) != _promise(now):
            yield f"“{was.metric}”{worded(was)} → {worded(now)}"
    for was in matched.gone:
        yield f"“{was.metric}”{worded(was)}被删去"
