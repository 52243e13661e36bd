"""核算: shares and sums written in a text, held against the figures beside them.

A circular once printed 办结率96.55% beside 35062 cases received and 33816 closed, which is 96.45%
(西宁城西2022). Only what the text itself states is recomputed; rounded and approximate figures
(万, 余, 约) are given the room their rounding leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.rules.honesty import Doubt, HonestyCheck, plain

WHOLE = Decimal(100)
HALF = Decimal("0.5")
SCALES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}

_UNITS = (
    "平方公里|平方千米|平方米|立方米|人次|场次|公里|千米|公顷|学位|"
    "件|个|项|户|套|人|名|家|所|条|座|处|场|次|间|栋|幢|台|辆|亩|米|吨|元|块|批|宗|起|份|部|张|例|只|棵|株|盏|村"
)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DONE = ("办结", "完成", "办理", "处理", "处置", "解决", "化解", "销号")
"""Words for one thing: 办结率 may be of what the text calls 完成."""

_GROWTH = ("增长", "下降", "提高", "上升", "降低", "减少")
"""Rates of change, whose base the text does not state."""

_NOT_EXACT = re.compile(r"(?:约|近|超|超过|逾|不少于|至少|第)$")
_COMPARED = re.compile(r"较|同比|环比|比上|增加|减少")
_QUANTITY = re.compile(
    rf"(?<![\d.])(?P<number>{_NUMBER})(?P<scale>[万亿]?)(?P<rough>[余多几]?)(?P<unit>{_UNITS})"
)
_PERCENT = rf"(?:(?P<percent>{_NUMBER})%|百分之(?P<percent2>{_NUMBER}))"
_SHARE = re.compile(
    r"(?:(?P<verb>[\u4e00-\u9fff]{2})率|(?P<done>完成)(?:了)?(?:年度|全年)?(?:任务|目标|计划)[数量]?的"
    r"|占(?:比例?|总数|总量|[^，,。；;、]{0,12}?的)?)"
    r"[：:]?(?:已?达到?|[为是])?(?P<about>约|近|超过?|逾)?" + _PERCENT + r"(?P<after>以上|左右|多)?"
)
_SENTENCE = re.compile(r"[。；;！？!?\n]")
_LIST = re.compile(
    rf"(?P<all>(?:共有?|共计|总计|合计|总共)[^，,。；;：:\d]{{0,12}})?"
    rf"(?P<total>(?:{_NUMBER})[万亿]?[余多几]?(?:{_UNITS}))"
    r"(?:[^，,：:。；;]{0,12}[，,]?其中[：:，,]?|(?P<colon>[：:]))"
)
_PARENTHESES = re.compile(r"（[^（）]*）|\([^()]*\)")
_OPEN_LIST = re.compile(
    rf"等|(?:其余|其他)(?!\D{{0,6}}\d)|[一二两三四五六七八九十百千]+(?:{_UNITS})"
)
"""A list that does not name all its parts, or not in digits."""

_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
"""Only digits and their marks: a full-width comma divides clauses, not thousands."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a text; ``slack`` is how far its rounding may have moved it."""

    value: Decimal
    slack: Decimal
    unit: str
    written: str
    start: int
    end: int


def doubts(text: str) -> tuple[Doubt, ...]:
    """The shares that do not fit their figures, and the totals that do not fit their parts."""
    return tuple(
        doubt
        for sentence in _SENTENCE.split(text.translate(_WIDE))
        for doubt in (*_shares(sentence), *_totals(sentence))
    )


def _shares(sentence: str) -> Iterator[Doubt]:
    quantities = _quantities(sentence)
    for match in _SHARE.finditer(sentence):
        part = _part(sentence, quantities, match)
        if part is None or match["about"] or match["after"]:
            continue
        wholes = _wholes(quantities, part, match)
        printed = match["percent"] or match["percent2"]
        if wholes and not any(_fits(part, whole, printed) for whole in wholes):
            yield _wrong_share(part, wholes[0], match[0], printed)


def _part(sentence: str, quantities: Sequence[Quantity], match: re.Match[str]) -> Quantity | None:
    """What the share is of: for 办结率 the figure that follows 办结, for 占 the last one before."""
    before = [q for q in reversed(quantities) if q.end <= match.start()]
    verb = match["verb"] or match["done"]
    if verb is None:
        return next(iter(before), None)
    if verb in _GROWTH:
        return None
    alike = (verb, *_DONE) if verb in _DONE else (verb,)
    named = (q for word in alike for q in before if _is_named(sentence, q, word))
    return next(named, None)


def _is_named(sentence: str, quantity: Quantity, verb: str) -> bool:
    """Whether the verb stands before the figure, in its clause and with no figure between."""
    clause = re.split(r"[，,、：:（(]", sentence[: quantity.start])[-1]
    return verb in clause and not re.search(r"\d", clause.rpartition(verb)[2])


def _wholes(quantities: Sequence[Quantity], part: Quantity, match: re.Match[str]) -> list[Quantity]:
    """What it may be a share of, the likeliest first: named with the share, the nearest before
    the part, and then those behind it."""
    same = [q for q in quantities if q.unit == part.unit and q is not part]
    same = [q for q in same if q.end <= match.end()]
    named = [q for q in same if q.start >= match.start()]
    before = [q for q in reversed(same) if q.end <= part.start]
    return named + before + [q for q in same if part.end <= q.start < match.start()]


def _fits(part: Quantity, whole: Quantity, printed: str) -> bool:
    percent, room = _decimal(printed), _last_digit(printed) * HALF
    most, least = whole.value + whole.slack, whole.value - whole.slack
    if least <= 0:
        return True
    low = (part.value - part.slack) / most * WHOLE
    high = (part.value + part.slack) / least * WHOLE
    return low - room <= percent <= high + room


def _wrong_share(part: Quantity, whole: Quantity, said: str, printed: str) -> Doubt:
    digits = _last_digit(printed)
    right = plain((part.value / whole.value * WHOLE).quantize(digits, ROUND_HALF_UP))
    return Doubt(
        HonestyCheck.SHARE_WRONG,
        said,
        f"“{said}”与数字不符：{part.written}占{whole.written}的{right}%，"
        f"文中写{plain(_decimal(printed))}%。请核对数字后改正",
    )


def _totals(sentence: str) -> Iterator[Doubt]:
    bare = _PARENTHESES.sub("", sentence)
    for match in _LIST.finditer(bare):
        rest = bare[match.end() :].split("其中")[0]
        total = next(iter(_quantities(match["total"])), None)
        if total is None or (match["colon"] and not match["all"]):
            continue
        parts = [q for q in _quantities(_without_comparisons(rest)) if q.unit == total.unit]
        if len(parts) > 1 and _differ(total, parts, is_whole=_is_whole(match, rest)):
            yield _wrong_total(total, parts)


def _without_comparisons(text: str) -> str:
    clauses = re.split(r"[，,、]", text)
    return "，".join(clause for clause in clauses if not _COMPARED.search(clause))


def _is_whole(match: re.Match[str], rest: str) -> bool:
    """Whether the list is meant to name all parts; otherwise it only must not exceed the total."""
    return bool(match["all"]) and not _OPEN_LIST.search(rest)


def _differ(total: Quantity, parts: Sequence[Quantity], *, is_whole: bool) -> bool:
    slack = total.slack + sum((q.slack for q in parts), Decimal(0))
    over = sum((q.value for q in parts), Decimal(0)) - total.value
    return over > slack or (is_whole and -over > slack)


def _wrong_total(total: Quantity, parts: Sequence[Quantity]) -> Doubt:
    found = plain(sum((q.value for q in parts), Decimal(0)))
    return Doubt(
        HonestyCheck.SUM_DIFFERS,
        total.written,
        f"总数{total.written}与分项之和不符：{'、'.join(q.written for q in parts)}，"
        f"合计{found}{total.unit}。请核对后改正；只列举一部分的，请在末尾写“等”",
    )


def _quantities(text: str) -> list[Quantity]:
    """The exact figures of a text, with their units; ordinals and rough figures are left out."""
    return [
        _quantity(match)
        for match in _QUANTITY.finditer(text)
        if not match["rough"] and not _NOT_EXACT.search(text[: match.start()])
    ]


def _quantity(match: re.Match[str]) -> Quantity:
    scale = SCALES[match["scale"]]
    is_rounded = bool(match["scale"]) or "." in match["number"]
    slack = _last_digit(match["number"]) * scale * HALF if is_rounded else Decimal(0)
    value = _decimal(match["number"]) * scale
    return Quantity(value, slack, match["unit"], match[0], match.start(), match.end())


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _last_digit(number: str) -> Decimal:
    """What one in the last printed place is worth: 1 for 96, 0.01 for 96.45."""
    return Decimal(1).scaleb(-len(number.partition(".")[2]))
