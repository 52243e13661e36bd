"""What a unit's own words claim: that the whole is built, or only a part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_CLAUSE = re.compile(r"[，,。；;、！!？?\n]")
_CLAIM = re.compile(
    r"(?:已经?|全部|全面|新|均)*(?:建成|完工|竣工)"
    r"|已(?:经|全部|全面|如期|按期|提前)*完成(?:了)?(?=$|\d|全部|全年|年度|各项|建设|任务|目标|工程)"
)
_NOT_YET = re.compile(
    r"未|尚|没|不|预计|计划|将|拟|待|力争|争取|确保|有望|基本|主体|部分|大部|其中|[底月日年]前"
)
_A_SHARE = re.compile(
    r"(?<![\d.])(?!100(?:\.0+)?[%％])\d+(?:\.\d+)?[%％]|百分之|过半|大半|[一二三四五六七八九]成"
)
_CONDITION = re.compile(r"^(?:后|时|之后|以后|前|之前)")
_QUANTITY = re.compile(r"^\D{0,4}?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*")


def claim_of_completion(
    text: str, promises: Sequence[tuple[str, Decimal]], done_steps: Sequence[str] = ()
) -> str:
    """The words with which a text says that the whole is built; empty when it does not.

    What is negated, planned, or said of a share or a part is no claim. A quantity is one when it
    reaches the promise of its unit: of 29 roads, "建成12条" is a part and "建成29条" the whole.

    Args:
        promises: unit and planned quantity of each target.
        done_steps: names of finished milestones, such as 主体完工, which the text may quote.
    """
    for step in done_steps:
        text = text.replace(step, "")
    for clause in _CLAUSE.split(text):
        match = _CLAIM.search(clause)
        if match and _means_the_whole(clause, match, promises):
            return match[0]
    return ""


def _means_the_whole(
    clause: str, match: re.Match[str], promises: Sequence[tuple[str, Decimal]]
) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    if _NOT_YET.search(before) or _A_SHARE.search(after) or _CONDITION.search(after):
        return False
    quantity = _QUANTITY.match(after)
    if quantity is None:
        return True
    number, unit = Decimal(quantity["number"].replace(",", "")), after[quantity.end() :]
    if unit.startswith(("%", "％")):
        return True
    return any(unit.startswith(of) and planned <= number for of, planned in promises)
