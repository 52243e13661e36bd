"""Targets as offices write them: "8000余套", "29条68公里", "全覆盖"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.ledger.wording import (
    CHINESE_NUMERAL,
    WordingError,
    chinese_number,
    normalise,
    split_outside_parentheses,
    without_parentheses,
)
from engine.rules.targets import TargetForm

CURE = "请写成“2000个以上”“8000余套”“29条68公里”或“全覆盖”这样的形式"

# Words that may stand before a count in running text; without such a list every year, age and
# article number of a sentence would look like a target.
# Longer names stand before the shorter ones they begin with.
_KNOWN_UNITS = (
    "平方公里|平方千米|平方米|立方米|公里|千米|延米|米|公顷|亩|吨|千瓦|兆瓦|人次|人|名|位|户"
    "|学位|个|家|套|座|所|条|辆|场次|场|张|件|处|台|项|元|管|盏|眼|口|根|对|班|期|次|份|只|头"
    "|株|棵|栋|幢|部|间|本|册|支|面|块|片|床"
)
_ROUGH = "余|多|来"
_ABOUT_BEFORE = "约|大约|近"
_FLOOR_BEFORE = "不少于|不低于|至少|达到|达|超过|共|计"
_CEILING = re.compile(r"(?:不超过|不高于|不多于|控制在)\s*\d|\d\S{0,4}?以内")
_ALL = re.compile(r"全覆盖|应.尽.|全部|全员|百分之百|(?<![\d.])100(?:\.0+)?%")
_DONE = re.compile(
    r"^(?:全面|如期|按期)?(?:完成|建成|投用|成立|开通|运行|交付|投入使用|启用)+(?:$|[^率数])"
)
_COUNT = r"(?P<number>\d[\d,]*(?:\.\d+)?"
_MEASURE_HEAD = rf"(?P<before>{_ABOUT_BEFORE}|{_FLOOR_BEFORE})?\s*{_COUNT}"
_MEASURE_TAIL = rf"(?P<rough2>{_ROUGH})?\s*(?P<after>以上|左右|上下)?"
_CELL_MEASURE = re.compile(
    rf"{_MEASURE_HEAD}|{CHINESE_NUMERAL}+)\s*(?P<scale>[万亿])?(?P<rough>{_ROUGH})?\s*"
    rf"(?P<unit>%|[^\d\s,;、。+和及%至到~-]{{0,8}}?)\s*{_MEASURE_TAIL}(?=[\d\s,;、。+和及]|$)"
)
_TEXT_MEASURE = re.compile(
    rf"(?<![第\d.]){_MEASURE_HEAD})\s*(?P<scale>[万亿])?(?P<rough>{_ROUGH})?\s*"
    rf"(?P<unit>%|{_KNOWN_UNITS})(?!月|工作日|小时|百分点)\s*{_MEASURE_TAIL}"
)
_BETWEEN = re.compile(r"[\s,;、。+和及]*")


@dataclass(frozen=True, slots=True)
class Measure:
    """A planned quantity in its written unit; form ALL is 100 of "%"."""

    planned: Decimal
    unit: str
    form: TargetForm


ALL = Measure(Decimal(100), "%", TargetForm.ALL)


def read_measures(text: str, unit: str = "") -> tuple[Measure, ...]:
    """The measures of a cell that holds nothing else; `unit` serves a bare number.

    Remarks in parentheses, such as the parts of a total, are not counted again. Raises
    WordingError where any of the text is not understood.
    """
    plain = without_parentheses(text)
    if not plain:
        raise WordingError("没有填写目标值", CURE)
    if _CEILING.search(plain):
        raise WordingError(
            f"“{_shorten(text)}”是上限，不是可累计完成的目标",
            "请改写成要达到的数量，如“2000个以上”",
        )
    matches = _cell_matches(_ALL.sub("", plain).strip()) or _worded_matches(plain)
    if matches:
        # Between "1 200个" and its neighbour nobody can tell to which figure the unit belongs.
        default = unit if len(matches) == 1 else ""
        return tuple(_measure(match, default, text) for match in matches)
    if _is_whole(plain):
        return (ALL,)
    raise WordingError(f"目标值“{text.strip()}”读不懂", CURE)


def read_targets(text: str) -> tuple[tuple[str, Measure], ...]:
    """The metrics named in a sentence such as 目标任务, each with its measure.

    A clause without a quantity is no target unless it promises a whole (全覆盖, 建成). Raises
    WordingError where the text holds no target at all.
    """
    found: list[tuple[str, Measure]] = []
    for clause in split_outside_parentheses(text, ",;。:\n、"):
        plain = without_parentheses(clause)
        if _CEILING.search(plain):
            continue
        matches = list(_TEXT_MEASURE.finditer(plain))
        if matches and not _ALL.search(plain):
            metrics = _metrics(plain, matches)
            measures = [_measure(match, "", clause) for match in matches]
            found.extend(zip(metrics, measures, strict=True))
        elif _is_whole(plain):
            found.append((plain, ALL))
    if not found:
        raise WordingError(f"“{_shorten(text)}”中没有可量化的目标", CURE)
    return tuple(found)


def names_targets(text: str) -> bool:
    """Whether a sentence names anything that `read_targets` would find."""
    try:
        return bool(read_targets(text))
    except WordingError:
        return False


def _cell_matches(plain: str) -> list[re.Match[str]]:
    """Counts and units that make up the whole text; none if anything else is in it."""
    matches, position = [], 0
    while position < len(plain):
        match = _CELL_MEASURE.match(plain, position)
        if match is None:
            return []
        matches.append(match)
        gap = _BETWEEN.match(plain, match.end())
        position = gap.end() if gap is not None else match.end()
    return matches


def _worded_matches(plain: str) -> list[re.Match[str]]:
    """Counts among other words; none if a figure or a minus sign would be left unread."""
    matches = list(_TEXT_MEASURE.finditer(plain))
    unread = re.search(r"[\d-]", _TEXT_MEASURE.sub("", plain))
    return [] if unread or _ALL.search(plain) else matches


def _is_whole(plain: str) -> bool:
    return bool(_ALL.search(plain)) or (
        _DONE.match(plain) is not None and not re.search(r"\d", plain)
    )


def _measure(match: re.Match[str], unit: str, text: str) -> Measure:
    written = match["unit"] or unit
    if not written:
        raise WordingError(f"目标值“{text.strip()}”没有计量单位", "请在数字后写明单位，如“947人”")
    planned = _decimal(match["number"])
    if planned <= 0:
        raise WordingError(f"目标值“{text.strip()}”不大于0", "请填写大于0的计划数")
    about = match["rough"] or match["rough2"] or match["after"] in ("左右", "上下")
    about = about or match["before"] in _ABOUT_BEFORE.split("|")
    form = TargetForm.ABOUT if about else TargetForm.AT_LEAST
    return Measure(planned, (match["scale"] or "") + normalise(written), form)


def _decimal(text: str) -> Decimal:
    plain = text.replace(",", "")
    return Decimal(plain) if plain[0].isdecimal() else Decimal(chinese_number(plain))


def _metrics(plain: str, matches: list[re.Match[str]]) -> list[str]:
    """What each count of a clause counts: the words that follow it or stand before it."""
    starts = [0, *(match.end() for match in matches)]
    before = [
        plain[start : match.start()].strip() for start, match in zip(starts, matches, strict=False)
    ]
    after = plain[matches[-1].end() :].strip()
    if not any(before[1:]):
        return [after or before[0] or plain] * len(matches)
    named: list[str] = []
    for words in before:
        named.append(words or (named[-1] if named else plain))
    return named


def _shorten(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 24 else plain[:23] + "…"
