"""Breaking a title by sense: words whole, lines balanced, the shape a trapezium or a rhombus.

GB/T 9704-2012, 7.3.1: 分一行或多行居中排布；回行时，要做到词意完整，排列对称，长短适宜，间距恰当，
标题排列应当使用梯形或菱形.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, pairwise

_START = 10  # before a verb that begins a part
_PLAIN = 40  # what a break costs within a run of characters that may be a word
_LINES = 300  # what a further line costs
_HOURGLASS = 40  # what it costs for a line to be shorter than both its neighbours
_NEVER = 10_000

_WHOLE = re.compile(
    r"[A-Za-z0-9.．,%％+\-]+[％%]?[个件项所万千亿年度月日期号公平立方米里亩户人次条处辆座套名元]*"
    r"|〔\d+〕|第[一二三四五六七八九十\d]+[次项期批季月年号届]"
    r"|老旧小区|管网|幼儿园|停车泊位|充电桩|关于|截至|办理情况|情况|民生实事(?:项目)?|实事项目|工作措施|通报|专报|通知单|通知书|建议"
)
_BEFORE = "的和与及或等"
"""Particles: a line ends behind them, never before."""
_STARTS = re.compile("新建|改建|扩建|改造|建设|新增|实施|推进|开展|提升|更新|完善|完成|建成|约谈")
"""Verbs that begin a part of a promise: a line may well begin with them."""
_STOPS = "，、；：。！？"
_OPENING, _CLOSING = "（《“‘〔【", "）》”’〕】"


def width(text: str) -> float:
    """The length of a line in characters; half-width ones count half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def break_title(title: str, room: int, names: Sequence[str] = ()) -> tuple[str, ...]:
    """The lines of a title.

    Args:
        room: how many characters a line holds.
        names: what must stay on one line, such as the names of units; one that is longer than a
            line is broken all the same.
    """
    title = " ".join(title.split())
    if width(title) <= room:
        return (title,)
    costs = _costs(title, [name for name in names if width(name) <= room])
    fewest = -int(-width(title) // room)
    ways = (_cheapest(title, costs, room, count) for count in (fewest, fewest + 1))
    _, ends = min(ways)
    return tuple(title[start:end].strip() for start, end in pairwise((0, *ends)))


def _costs(title: str, names: Sequence[str]) -> list[int]:
    """What a break before each character costs."""
    costs = [_cost(before, after) for before, after in pairwise(title)]
    costs.insert(0, _NEVER)
    for match in _STARTS.finditer(title):
        costs[match.start()] = min(costs[match.start()], _START)
    for start, end in _kept_whole(title, names):
        for place in range(start + 1, end):
            costs[place] = _NEVER
    return costs


def _cost(before: str, after: str) -> int:
    if after in _STOPS + _CLOSING + _BEFORE or before in _OPENING:
        return _NEVER
    if before in _STOPS:
        return 3 if before == "、" else 0
    if before in _BEFORE or before in _CLOSING or after in _OPENING:
        return 2
    return _PLAIN


def _kept_whole(title: str, names: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Where the runs lie that are not broken: names, figures with their units, set words."""
    for match in _WHOLE.finditer(title):
        yield match.span()
    for name in names:
        for match in re.finditer(re.escape(name), title):
            yield match.span()


def _cheapest(
    title: str, costs: Sequence[int], room: int, count: int
) -> tuple[float, tuple[int, ...]]:
    """The cost of the best way to break into this many lines, and where the lines end: cheap
    breaks, lines near the mean in length."""
    upto = [0.0, *accumulate(map(width, title))]
    mean = upto[-1] / count

    def uneven(start: int, end: int) -> float:
        wide = upto[end] - upto[start]
        return (wide - mean) ** 2 + _NEVER * max(wide - room, 0)

    @cache
    def go_on(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            return uneven(start, len(title)), (len(title),)
        best = (_NEVER * room + 0.0, (len(title),) * left)
        for end in range(start + 1, len(title)):
            if upto[end] - upto[start] > room:
                break
            rest, ends = go_on(end, left - 1)
            cost = costs[end] + uneven(start, end) + rest
            if left > 2 and upto[ends[0]] - upto[end] < min(
                upto[end] - upto[start], upto[ends[1]] - upto[ends[0]]
            ):
                cost += _HOURGLASS
            best = min(best, (cost, (end, *ends)))
        return best

    cost, ends = go_on(0, count)
    return cost + _LINES * count, ends
