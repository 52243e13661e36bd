"""Targets as offices write them: "8000余套", "29条68公里", "全覆盖"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.ledger.asides import set_apart
from engine.ledger.clauses import Clause
from engine.ledger.figures import (
    BUILDING,
    Figure,
    counts_pieces,
    figures_only,
    without_figures,
)
from engine.ledger.wholes import is_whole, says_all, without_all
from engine.ledger.wording import (
    CHINESE_NUMERAL,
    WordingError,
    normalise,
    shortened,
    without_parentheses,
)
from engine.rules.targets import TargetForm

CURE = "请写成“2000个以上”“8000余套”“29条68公里”或“全覆盖”这样的形式"
_CURE_TORN = "请只写要达到的数，如“15所以上”“95%以上”，不写范围和原有的数；数字中间不要有空格"

# 3一5所 is mostly a dash that was typed as a numeral.
_TORN = re.compile(rf"(?:\d|{CHINESE_NUMERAL})\s*[-~—–至到或]\s*$|\d(?:\s+|一)$")
_FROM = re.compile(r"[由从]\s*$")
_UP_TO = re.compile(r"\s*[-~—–至到或]\s*")
_AND_NEXT = re.compile(r"(?:以及|[和与]|(?<![惠涉普])及)$")
_AND = re.compile(rf"^(?:以及|包括|包含|[和及与并的/+·|&])|{_AND_NEXT.pattern}")
_EACH = re.compile(rf"^每\D*?(?={BUILDING})")
# Words before a figure that name nothing by themselves.
_BARE = re.compile(rf"(?:[为对给向]|(?:{BUILDING})+)$")
# 每千人口4.5个, 平均每户1.5人: of these a fraction of a piece is meant.
_RATE = re.compile(r"每|均|率|比例|占比|(?<!\d)[百千万][人名户]")
_TOO_LARGE = Decimal(10**12)


@dataclass(frozen=True, slots=True)
class Measure:
    """A planned quantity in its written unit; form ALL is 100 of "%"."""

    planned: Decimal
    unit: str
    form: TargetForm


ALL = Measure(Decimal(100), "%", TargetForm.ALL)


def read_measures(text: str, unit: str = "", metric: str = "") -> tuple[Measure, ...]:
    """The measures of a cell that holds nothing else; `unit` serves a bare number, and `metric` is
    what the cell stands beside.

    Remarks in parentheses, such as the parts of a total, are not counted again. Raises
    WordingError where any of the text is not understood.
    """
    if not without_parentheses(text):
        raise WordingError("没有填写目标值", CURE)
    parts = set_apart(text)
    clauses = parts.clauses
    plain = ",".join(clause.plain for clause in clauses)
    if parts.ceilings:
        raise _ceiling(text)
    figures = figures_only(without_all(plain)) or _worded(clauses)
    if figures:
        if len(figures) > 1:
            return tuple(_measure(figure, "", text, metric + text) for figure in figures)
        return (_measure(figures[0], _unit_for(figures[0], unit), text, metric + text),)
    if is_whole(plain) and not _counting(clauses):
        return (ALL,)
    raise WordingError(f"目标值“{text.strip()}”读不懂", CURE)


def read_targets(text: str) -> tuple[tuple[str, Measure], ...]:
    """The metrics named in a sentence such as 目标任务, each with its measure; a metric is empty
    where the text names none.

    A clause without a quantity is no target unless it promises a whole (全覆盖, 建成). Raises
    WordingError where the text holds no target at all.
    """
    found: list[tuple[str, Measure]] = []
    parts = set_apart(text)
    for clause in parts.clauses:
        plain = clause.plain
        if clause.figures and not says_all(plain):
            _check_clear(plain, clause.figures)
            metrics = _metrics(clause)
            measures = [_measure(figure, "", clause.text, plain) for figure in clause.figures]
            found.extend(zip(metrics, measures, strict=True))
        elif is_whole(plain):
            found.append((plain, ALL))
    if not found and parts.ceilings:
        raise _ceiling(text)
    if not found:
        raise WordingError(f"“{shortened(text)}”中没有可量化的目标", CURE)
    return tuple(found)


def _ceiling(text: str) -> WordingError:
    return WordingError(
        f"“{shortened(text)}”是上限，不是可累计完成的目标", "请改写成要达到的数量，如“2000个以上”"
    )


def left_out(text: str) -> tuple[str, ...]:
    """What a text that could be read says besides its targets, such as 其中市区5所."""
    parts = set_apart(text)
    return (*parts.asides, *parts.ceilings)


def _check_clear(plain: str, figures: list[Figure]) -> None:
    """Raise WordingError for the ends of a range or of a rise, and figures torn by a blank."""
    ends = [0, *(figure.end for figure in figures)]
    for end, figure in zip(ends, figures, strict=False):
        before = plain[end : figure.start]
        starts_low = len(figures) > 1 and _FROM.search(before)
        if starts_low or _TORN.search(before) or (end and _UP_TO.fullmatch(before)):
            raise WordingError(f"“{shortened(plain)}”看不出目标是多少", _CURE_TORN)


def names_targets(text: str) -> bool:
    """Whether a sentence names anything that `read_targets` would find."""
    try:
        return bool(read_targets(text))
    except WordingError:
        return False


def _worded(clauses: list[Clause]) -> list[Figure]:
    """Counts among other words; none if a figure or a minus sign would be left unread."""
    counting = _counting(clauses)
    for clause in counting:
        _check_clear(clause.plain, clause.figures)
    unread = any(re.search(r"[\d-]", without_figures(clause.plain)) for clause in clauses)
    return [] if unread else [figure for clause in counting for figure in clause.figures]


def _counting(clauses: list[Clause]) -> list[Clause]:
    """The clauses that promise so many, and no whole."""
    return [clause for clause in clauses if clause.figures and not says_all(clause.plain)]


def _unit_for(figure: Figure, unit: str) -> str:
    """The unit that a bare figure takes from beside it. Raises WordingError where nobody can tell
    what the two make together."""
    beside = normalise(unit)
    if figure.unit:
        return ""
    if figure.scale and beside.startswith(("万", "亿")):
        raise WordingError(
            f"“{figure.text}”与计量单位“{beside}”都写了“{beside[0]}”", "请只在一处写"
        )
    if beside == "%" and figure.number <= 1:
        raise WordingError(f"看不出“{figure.text}”是百分之几", "请写成“95%”“0.95%”这样的形式")
    return beside


def _measure(figure: Figure, unit: str, text: str, said: str) -> Measure:
    written = figure.unit or normalise(unit)
    if not written:
        cure = "请在数字后写明单位，如“947人”；数字中间不要有空格"
        raise WordingError(f"目标值“{text.strip()}”没有计量单位", cure)
    if figure.number <= 0:
        raise WordingError(f"目标值“{text.strip()}”不大于0", "请填写大于0的计划数")
    if figure.number >= _TOO_LARGE:
        raise WordingError(f"目标值“{shortened(text)}”太大", "请改用“万”“亿”等较大的单位")
    _check_pieces(figure, written, said)
    form = TargetForm.ABOUT if figure.is_about else TargetForm.AT_LEAST
    return Measure(figure.number, figure.scale + written, form)


def _check_pieces(figure: Figure, unit: str, said: str) -> None:
    """1.15所 is most likely the 15所 of number 1; nobody can tell."""
    comes_whole = figure.scale or figure.number == int(figure.number)
    if comes_whole or not counts_pieces(unit) or _RATE.search(said):
        return
    raise WordingError(
        f"“{figure.number:f}{unit}”不是整数",
        "小数点前是编号的，请删去编号，或改用顿号，如“1、新建学校15所”；不是编号的，请改成整数",
    )


def _metrics(clause: Clause) -> list[str]:
    """What each count of a clause counts: the words that follow it or stand before it, or else
    what the clause before is about."""
    plain, figures = clause.plain, clause.figures
    starts = [0, *(figure.end for figure in figures)]
    between = [
        plain[start : figure.start].strip() for start, figure in zip(starts, figures, strict=False)
    ]
    first, *joined = (_words(words) for words in between)
    after = _words(plain[figures[-1].end :])
    if not any(joined):
        # 开设暑托班40个班 says twice what it counts.
        said = first if after and first.endswith(after) else after or first
        name = said or _words(_EACH.sub("", without_figures(clause.before)))
        return [name if re.search(r"[^\W\d]", name) else ""] * len(figures)
    are_before_their_nouns = (not first and all(joined)) or all(map(_AND_NEXT.search, between[1:]))
    if after and are_before_their_nouns:
        return [*joined, after]
    named = [first if first and not _BARE.match(first) else next(filter(None, joined))]
    for words in joined:
        named.append(words or named[-1])
    return named


def _words(text: str) -> str:
    return _AND.sub("", text.strip()).strip()
