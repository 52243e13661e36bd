"""Figures with their units as they stand in a text: "8000余套", "68公里", "两万余元"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.ledger.wording import CHINESE_NUMERAL, chinese_number, normalise, without_list_signs

# Words that may stand before a count in running text; without such a list every year, age and
# article number of a sentence would look like a target.
# Longer names stand before the shorter ones they begin with.
_MEASURED = (
    "平方公里|平方千米|平方米|平米|立方米|立方|公里|千米|延米|米|公顷|亩"
    "|吨|公斤|千克|斤|千伏安|千瓦|兆瓦|元"
)
_COUNTED = (
    "人次|人|名|位|户|学位|个|家|套|座|所|条|辆次|辆|架次|场次|场|张|件|处|台|项|管|盏|眼|口|根|对|班|期|次"
    "|学时|课时|份|例|只|头|株|棵|栋|幢|部|间|本|册|支|面|块|片|床"
)
# 一次 and 一批 are mostly no promise; of these pieces an office writes 新建一所学校, 幼儿园两所.
_PIECES = "所|座|条|个|处|家|辆|栋|幢|台|套|盏|间|公里"
_BUILT = "新建|改建|扩建|建设|建成|改造|新增|增设|购置|安装|打造"
BUILDING = f"新改扩建|改扩建|{_BUILT}|修建|修复|维修|铺设|配备|配置|发放|培育|培训|开展|实施|组织"
"""What a list promises to do, where it stands before a figure."""
_ABOUT = "余|多|来|左右|上下|约|大约|近"
_BEFORE = "(?P<before>大约|约|近|不少于|不低于|至少|达到|达|超过|共|计)?"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?P<scale>[万亿]|[千百](?![米瓦克伏分]))?"
_ROUGH = "(?P<rough>[余多来])?"
_TAIL = r"(?P<rough2>[余多来])?\s*(?P<after>以上|左右|上下)?"
_ONE = "一二两三四五六七八九"
# 三四所 is no 34, and 二〇二三 a year.
_NUMERAL = (
    rf"(?<!{CHINESE_NUMERAL})(?=[{_ONE}十])(?:[{_ONE}]千零?)?(?:[{_ONE}]百零?)?(?:[{_ONE}]?十)?[{_ONE}]?"
    rf"(?!{CHINESE_NUMERAL})"
)
# Of 2023年, 15/20, 1.5w and 24小时内 none is so many of anything.
_NO_UNIT = r"[年月日号岁./]|[kw](?![a-z])|小时|分钟|天内|个?工作日|个月|\S*以下"
_IN_CELL = re.compile(
    rf"{_BEFORE}\s*(?P<number>{_DIGITS}|{_NUMERAL})\s*{_SCALE}{_ROUGH}\s*"
    rf"(?P<unit>%|(?!{CHINESE_NUMERAL}|{_NO_UNIT})[^\d\s,;、。+和及%至到~-]{{0,8}}?)\s*{_TAIL}"
    r"(?=[\d\s,;、。+和及]|$)",
    re.IGNORECASE,
)
# A single numeral, as in 提供一次, counts only where it surely counts pieces.
_CHINESE = (
    rf"(?<![第几数上每万亿])(?<!{CHINESE_NUMERAL})(?:{_NUMERAL}万{_NUMERAL}"
    rf"|(?={CHINESE_NUMERAL}{{2}}|.[万亿]){_NUMERAL}"
    rf"|(?<={_BUILT})[{_ONE}十](?={_PIECES})"
    rf"|[{_ONE}十](?=(?:{_PIECES})$))"
)
_IN_TEXT = re.compile(
    rf"(?<![第\d.万亿]){_BEFORE}\s*(?P<number>{_DIGITS}|{_CHINESE})\s*{_SCALE}{_ROUGH}\s*"
    rf"(?P<unit>%|(?:{_MEASURED}|{_COUNTED})(?:/[日天年月])?)(?!月|工作日|小时|季度|百分点)\s*{_TAIL}"
)
_UNIT = re.compile(rf"[万亿千百]?(?:%|{_MEASURED}|{_COUNTED})")
_BETWEEN = re.compile(r"[\s,;、。+和及]*")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)")
_PERCENT = re.compile(rf"百分之({CHINESE_NUMERAL}+|\d+(?:\.\d+)?)")
# 新增通自来水人口120万 says what it counts before the figure.
_PEOPLE = re.compile(r"(?<=人[口数])(?:达到|达|超过)?\d+(?:\.\d+)?[万亿]?(?=$|[,;。、\n])")
_KILOMETRES = re.compile(r"(?<=[\d余多万])\s*km(?![a-z\d])", re.IGNORECASE)
_WHOLE_PIECES = re.compile(rf"(?:{_COUNTED})(?!百分点)")
_TIMES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and where it stands in its text.

    Attributes:
        text: as it is written.
        scale: 万 or the like, of which it counts so many.
        unit: what it counts; empty in a cell with a bare number.
    """

    start: int
    end: int
    text: str
    number: Decimal
    scale: str
    unit: str
    is_about: bool

    @property
    def amount(self) -> Decimal:
        """The count in its unit without a scale."""
        return self.number * _TIMES[self.scale]


def is_unit(text: str) -> bool:
    """Whether a text is a known unit and nothing else, such as 所 or 万元."""
    return _UNIT.fullmatch(text) is not None


def counts_pieces(unit: str) -> bool:
    """Whether a unit counts what comes only whole."""
    return _WHOLE_PIECES.match(unit) is not None


def plain_figures(text: str) -> str:
    """The normalised text with ; for ①, and 7,500, 百分之八十 and 3km as 7500, 80% and 3公里."""
    plain = normalise(without_list_signs(text)).replace("廿", "二十").replace("卅", "三十")
    plain = _THOUSANDS.sub(lambda figure: figure.group().replace(",", ""), plain)
    plain = _PERCENT.sub(lambda share: f"{_value(share.group(1))}%", plain)
    plain = _PEOPLE.sub(r"\g<0>人", plain)
    return _KILOMETRES.sub("公里", plain)


def figures_in(text: str) -> list[Figure]:
    """The figures with a known unit among the words of a text, from the left."""
    return [_figure(match) for match in _IN_TEXT.finditer(text)]


def has_figures(text: str) -> bool:
    """Whether `figures_in` would find any."""
    return _IN_TEXT.search(text) is not None


def figures_only(text: str) -> list[Figure]:
    """The figures that make up the whole text; none if anything else is in it."""
    found, position = [], 0
    while position < len(text):
        match = _IN_CELL.match(text, position)
        if match is None:
            return []
        found.append(_figure(match))
        gap = _BETWEEN.match(text, match.end())
        position = gap.end() if gap is not None else match.end()
    return found


def without_figures(text: str) -> str:
    """The text without the figures that `figures_in` finds."""
    return _IN_TEXT.sub("", text)


def _figure(match: re.Match[str]) -> Figure:
    marks = (match["before"], match["rough"], match["rough2"], match["after"])
    return Figure(
        start=match.start(),
        end=match.end(),
        text=match.group(),
        number=_value(match["number"]),
        scale=match["scale"] or "",
        unit=normalise(match["unit"]),
        is_about=any(mark in _ABOUT.split("|") for mark in marks if mark),
    )


def _value(number: str) -> Decimal:
    if number[0].isdecimal():
        return Decimal(number.replace(",", ""))
    head, _, tail = number.rpartition("万")
    thousands = chinese_number(head) * _TIMES["万"] if head else 0
    return Decimal(thousands + chinese_number(tail))
