"""What stands beside the targets of a text and is none: shares, places, standards, comparisons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import accumulate, takewhile

from engine.ledger.clauses import Clause, clauses, sentences
from engine.ledger.figures import BUILDING, Figure, counts_pieces, figures_in
from engine.ledger.places import without_places
from engine.ledger.shares import shares_at_head
from engine.ledger.wording import WordingError, shortened

_COMPARED = re.compile(r"^(?:同比|环比|(?:比|较)(?:上年|去年|上一年|往年|前年|同期|年初|\d{4}年))")
_BASED = re.compile(r"^在.*基础上$")
_STANDARD = re.compile(r"^(?:按照?|以)[^,]*?标准")
_EACH = re.compile(r"每(?![百千万\d])\D*$")
_TIMES = ("次", "场", "场次", "期")
_STRETCHED = re.compile(r"^(?:力争|争取|确保|保底|冲刺)(?:达到)?$")
# 2023, G318 and 3.0 are no counts.
_UNCOUNTED = re.compile(
    rf"(?:{BUILDING})\D*(?<![A-Za-z第])(?!(?:19|20)\d\d$|\d\.0$)\d+(?:\.\d+)?[万亿]?\+?$"
)
_QUOTED = re.compile("“[^”]*”")
_CEILING = re.compile(
    r"(?:不超过|不高于|不多于|(?<!不)低于|控制在|[降减缩压]\S?[至到])\s*\d|\d\S{0,4}?以内|\d[^岁\s]{0,4}?(?<!及)以下"
)
_SPOKEN = re.compile(
    r"\d[万亿]零?\d|\d[kwKW](?=[人名户个元亩平])|(?<![第〇零十百千])[一二三四五六七八九]{2}(?=[所座条个处家辆栋幢台套])"
)
_EVERY = re.compile(rf"各(?:{BUILDING})?$")


@dataclass(slots=True)
class Parts:
    """What a text says, clause by clause.

    Attributes:
        clauses: those that may name targets.
        figures: theirs.
        asides: what stands beside them and counts for nothing.
        ceilings: what is not to be exceeded, which no progress can fill.
    """

    clauses: list[Clause] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    ceilings: list[str] = field(default_factory=list)


def set_apart(text: str) -> Parts:
    """The text read clause by clause. Raises WordingError where nobody can tell what is meant."""
    parts = Parts()
    for sentence in sentences(text):
        kept, places = without_places(sentence)
        parts.asides += places
        found = clauses(kept)
        while found:
            shares = shares_at_head(found, parts.figures)
            parts.asides += [clause.text for clause in found[:shares]]
            if not shares:
                _read(found[0], found[1:], parts)
            found = found[shares or 1 :]
    return parts


def _read(clause: Clause, later: list[Clause], parts: Parts) -> None:
    is_compared = parts.figures and _COMPARED.match(clause.plain)
    if is_compared or _BASED.match(clause.plain) or _is_of_each(clause, later, parts):
        parts.asides.append(clause.text)
    elif _CEILING.search(clause.plain):
        parts.ceilings.append(clause.text)
    else:
        clause = _without_total(_without_standard(clause, parts), parts)
        _check(clause)
        _check_stretched(clause, parts)
        parts.clauses.append(clause)
        parts.figures += clause.figures


def _is_of_each(clause: Clause, later: list[Clause], parts: Parts) -> bool:
    """每个街道新建1个助餐点 counts nothing; the whole must be named behind it."""
    figure = next(iter(clause.figures), None)
    if figure is None or not counts_pieces(figure.unit):
        return False
    before = _QUOTED.sub("", clause.plain[: figure.start])
    if not _EACH.search(before) or _STANDARD.match(clause.plain):
        return False
    others = [other for after in later for other in after.figures]
    if any(other.unit == figure.unit and _is_total(other) for other in others):
        return True
    if figure.unit in _TIMES and (others or parts.figures):
        return True
    raise WordingError(
        f"“{shortened(clause.text)}”没有写总数", "请写明总数，如“每个街道新建1个助餐点，共15个”"
    )


def _without_standard(clause: Clause, parts: Parts) -> Clause:
    """按照每人每月300元的标准给予补助 promises no 300元."""
    standard = _STANDARD.match(clause.plain)
    if standard is None or not figures_in(standard.group()):
        return clause
    parts.asides.append(standard.group())
    return replace(clause, text=clause.plain[standard.end() :])


def _without_total(clause: Clause, parts: Parts) -> Clause:
    """What adds up the figures right before it is promised by them."""
    if not clause.figures or not _is_total(last := clause.figures[-1]):
        return clause
    earlier = reversed([*parts.figures, *clause.figures[:-1]])
    same = takewhile(lambda figure: figure.unit == last.unit, earlier)
    sums = list(accumulate(figure.amount for figure in same))
    if last.amount not in sums[1:]:
        return clause
    kept = clause.plain[: last.start].rstrip("合总一")
    parts.asides.append(clause.plain[len(kept) :])
    return replace(clause, text=kept)


def _is_total(figure: Figure) -> bool:
    return figure.text.startswith(("共", "计"))


def _check(clause: Clause) -> None:
    """Raise WordingError for a figure that nobody can tell the unit or the sum of."""
    said = shortened(clause.plain)
    if _UNCOUNTED.search(clause.plain):
        raise WordingError(f"“{said}”的数字后没有计量单位", "请在数字后写明单位，如“947人”")
    if _SPOKEN.search(clause.plain):
        cure = "请用数字写成一个数，如“35000个”“3.5万个”"
        raise WordingError(f"“{said}”看不出目标是多少", cure)
    if any(_EVERY.search(clause.plain[: figure.start]) for figure in clause.figures):
        raise WordingError(f"“{said}”看不出总数", "请分开写，如“公厕10座、停车场10座”")


def _check_stretched(clause: Clause, parts: Parts) -> None:
    """Raise WordingError where 15所 is to be 20所 at best."""
    if not clause.figures or not parts.figures:
        return
    figure, promised = clause.figures[0], parts.figures[-1]
    is_alone = _STRETCHED.match(clause.plain[: figure.start]) and figure.end == len(clause.plain)
    if is_alone and figure.unit == promised.unit:
        raise WordingError(
            f"“{promised.text}”和“{clause.plain}”看不出以哪个为目标", "请只写要考核的那个数"
        )
