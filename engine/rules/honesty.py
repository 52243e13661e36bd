"""诚信核对: what makes a stated figure doubtful, before it is kept.

A doubt accuses nobody: it names figures that do not go together. The unit corrects them or says
why they are right, and the explanation is kept with the report. The thresholds are ours (本地设定).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import combinations, pairwise

from engine.rules.claims import claim_of_completion
from engine.rules.report_facts import FigureFacts, ReportFacts
from engine.rules.reporting_dates import period_words
from engine.rules.words import Word

JUMP_OF_WHOLE = Decimal("0.5")
"""本地设定: at the end, more than this share of the promise in one report is a jump."""
JUMP_OF_STEPS = 3
"""本地设定: so is more than so many times the largest step before,"""
JUMP_AT_LEAST = Decimal("0.1")
"""本地设定: where it is more than this share of the promise."""
FIRST_SHARE = Decimal("0.3")
"""本地设定: a first report of this share of the promise, within ``FIRST_DAYS`` of assignment or
before any work, looks like the work of earlier years."""
FIRST_DAYS = timedelta(days=31)
WHOLE = Decimal(100)


class HonestyCheck(Word):
    """What a doubt rests on."""

    FALLS = "falls", "累计数下降"
    BUILT_UNFINISHED = "built_unfinished", "称已建成而形象进度不足100%"
    LATE_JUMP = "late_jump", "期末突增"
    COUNT_SHORT = "count_short", "数量不足而规模超出"
    SUM_DIFFERS = "sum_differs", "分项之和与总数不符"
    EARLIER_YEARS = "earlier_years", "疑似计入往年数"
    SHARE_WRONG = "share_wrong", "比例与数字不符"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not go together.

    Attributes:
        metric: what it is about; a text's own words where it is about a text.
        text: the figures and what to do, for the person who reports.
    """

    check: HonestyCheck
    metric: str
    text: str

    @property
    def code(self) -> str:
        """Its name when it is explained, such as ``falls:学位（个）``."""
        return f"{self.check.value}:{self.metric}"


def doubts(facts: ReportFacts) -> tuple[Doubt, ...]:
    """All that does not go together, in the order of ``HonestyCheck``."""
    return tuple(doubt for check in _CHECKS for doubt in check(facts))


def plain(value: Decimal) -> str:
    """A number without trailing zeros or an exponent."""
    return format(value.normalize(), "f")


def _falls(facts: ReportFacts) -> Iterator[Doubt]:
    for figure in _of_figures_or_works(facts, _falls_behind):
        period, last = figure.before[-1]
        lost = last - (figure.stated or Decimal(0))
        yield Doubt(
            HonestyCheck.FALLS,
            figure.name,
            f"“{figure.name}”{period_words(period)}累计{_said(figure, last)}，"
            f"本期填{_said(figure, figure.stated)}，少了{_said(figure, lost)}。"
            "累计数不应减少：本期填错的请改正，上期多报或经核减的请说明",
        )
    for figure in _of_figures_or_works(facts, _runs_ahead):
        period, later = figure.after or ("", Decimal(0))
        yield Doubt(
            HonestyCheck.FALLS,
            figure.name,
            f"“{figure.name}”本次更正为{_said(figure, figure.stated)}，而{period_words(period)}"
            f"已填{_said(figure, later)}，累计数前大后小。请核对两期数据，需要时一并更正",
        )


def _falls_behind(figure: FigureFacts) -> bool:
    """Whether it is lower than in the period before."""
    return bool(figure.before) and figure.step < 0


def _runs_ahead(figure: FigureFacts) -> bool:
    """Whether a corrected figure is higher than that of the next period."""
    return figure.after is not None and (figure.stated or Decimal(0)) > figure.after[1]


def _built_unfinished(facts: ReportFacts) -> Iterator[Doubt]:
    promises = [(f.unit, f.planned) for f in facts.figures]
    claim = claim_of_completion(facts.text, promises, facts.done_steps)
    gaps = list(_gaps(facts)) if claim else []
    if gaps:
        yield Doubt(
            HonestyCheck.BUILT_UNFINISHED,
            claim,
            f"文字写“{claim}”，但{'，'.join(gaps)}。确已完成的请改正数据，"
            "没有全部完成的请改写文字，或说明情况",
        )


def _gaps(facts: ReportFacts) -> Iterator[str]:
    if facts.works and facts.works.stated is not None and facts.works.stated < WHOLE:
        yield f"形象进度为{plain(facts.works.stated)}%"
    for figure in facts.figures:
        if figure.stated is None:
            yield f"“{figure.name}”尚未填报"
        elif figure.stated < figure.planned:
            goal = _said(figure, figure.planned)
            yield f"“{figure.name}”为{_said(figure, figure.stated)}，目标{goal}"


def _late_jump(facts: ReportFacts) -> Iterator[Doubt]:
    for figure in _of_figures_or_works(facts, _jumps) if facts.is_late else ():
        largest = _largest_step(figure)
        before = f"，此前单次最多增加{_said(figure, largest)}" if largest is not None else ""
        yield Doubt(
            HonestyCheck.LATE_JUMP,
            figure.name,
            f"“{figure.name}”临近期末一次增加{_said(figure, figure.step)}"
            f"（目标{_said(figure, figure.planned)}）{before}。"
            "请核对是否属实；集中完工、集中验收或此前漏报的，请说明",
        )


def _of_figures_or_works(
    facts: ReportFacts, is_so: Callable[[FigureFacts], object]
) -> list[FigureFacts]:
    """The targets for which something is so; only without any, the share of works, which mostly
    follows from them and need not be explained twice."""
    found = [figure for figure in facts.named if is_so(figure)]
    works = [facts.works] if facts.works and is_so(facts.works) else []
    return found or works


def _jumps(figure: FigureFacts) -> bool:
    """Whether it grew as never before, towards a promise that was not kept yet."""
    largest, whole = _largest_step(figure), figure.planned
    if figure.before and (figure.before[-1][1] >= whole or figure.step <= (largest or 0)):
        return False
    of_steps = largest is not None and figure.step > JUMP_OF_STEPS * largest
    return figure.step > whole * (JUMP_AT_LEAST if of_steps else JUMP_OF_WHOLE)


def _largest_step(figure: FigureFacts) -> Decimal | None:
    """The most that one earlier report added; None before there was one."""
    values = [Decimal(0), *(value for _, value in figure.before)]
    return max((later - earlier for earlier, later in pairwise(values)), default=None)


def _count_short(facts: ReportFacts) -> Iterator[Doubt]:
    for one, other in combinations(facts.figures, 2):
        short, over = sorted((one, other), key=_share)
        if one.text and one.text == other.text and _share(short) < 1 < _share(over):
            yield Doubt(
                HonestyCheck.COUNT_SHORT,
                one.text,
                f"目标“{one.text}”中，“{short.name}”{_said(short, short.stated)}，"
                f"未达到{_said(short, short.planned)}；“{over.name}”{_said(over, over.stated)}，"
                f"超过{_said(over, over.planned)}。一项超额不能抵另一项不足，请核对或说明",
            )


def _share(figure: FigureFacts) -> Decimal:
    """The share of the promise that is kept; one never reported is out of comparison, at 1."""
    if figure.stated is None or not figure.planned:
        return Decimal(1)
    return figure.stated / figure.planned


def _sum_differs(facts: ReportFacts) -> Iterator[Doubt]:
    for figure in facts.figures:
        known = [value for _, value in figure.parts if value is not None]
        total = sum(known, Decimal(0))
        if known and figure.stated is not None and total != figure.stated:
            parts = "、".join(f"{code}为{_said(figure, value)}" for code, value in figure.parts)
            yield Doubt(
                HonestyCheck.SUM_DIFFERS,
                figure.name,
                f"“{figure.name}”填{_said(figure, figure.stated)}，而各分项合计"
                f"{_said(figure, total)}（{parts}）。请核对总数和分项，或说明原因",
            )


def _earlier_years(facts: ReportFacts) -> Iterator[Doubt]:
    """审计署2015: three provinces counted 1,596.67 km finished in earlier years as the year's."""
    for figure in _of_figures_or_works(facts, partial(_looks_old, facts)):
        yield Doubt(
            HonestyCheck.EARLIER_YEARS,
            figure.name,
            f"“{figure.name}”填{_said(figure, figure.stated)}，{_looks_old(facts, figure)}。"
            "往年完成的不应计入当年：请扣除后再填，确为当年完成的请说明",
        )


def _looks_old(facts: ReportFacts, figure: FigureFacts) -> str:
    """Why a figure seems to be of earlier years; empty when it does not."""
    stated, last_year = figure.stated or Decimal(0), figure.last_year
    if last_year and stated == last_year and figure.step:
        return f"与上年结果{_said(figure, last_year)}相同"
    if not facts.is_first:
        return ""
    if last_year and stated > last_year:
        return f"首次填报即超过上年结果{_said(figure, last_year)}，可能包含上年数"
    if stated >= figure.planned * FIRST_SHARE and _no_work_yet(facts):
        share = plain((stated / figure.planned * WHOLE).quantize(Decimal(1)))
        return f"首次填报即达目标的{share}%，而事项刚刚交办或尚未开工"
    return ""


def _no_work_yet(facts: ReportFacts) -> bool:
    """Just given to the unit, or nothing of the works done by the unit's own account."""
    given = facts.assigned_on
    return (given is not None and facts.day <= given + FIRST_DAYS) or (
        facts.works is not None and facts.works.stated == 0
    )


def _said(figure: FigureFacts, value: Decimal | None) -> str:
    return "未填" if value is None else f"{plain(value)}{figure.unit}"


_CHECKS: Sequence[Callable[[ReportFacts], Iterator[Doubt]]] = (
    _falls,
    _built_unfinished,
    _late_jump,
    _count_short,
    _sum_differs,
    _earlier_years,
)
