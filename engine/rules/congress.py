"""人大交办: what the people's congress hands over, and how it judges the result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.rules.blanks import blank
from engine.rules.limits import Limit, LimitUnit
from engine.rules.texts import DOCUMENT_LENGTH, too_long
from engine.rules.words import Word

REWORK = Limit(3, LimitUnit.MONTH)
"""不满意的重新办理，3个月内再答复 (四川建议提案办法 2023-24)."""

TITLE_LENGTH, BODY_LENGTH = 300, 200
"""What the columns hold, in characters."""


class Satisfaction(Word):
    """满意度测评 of what was reported."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


@dataclass(frozen=True, slots=True)
class Problem:
    """交办问题: what a unit is to put right, and by when.

    Attributes:
        leader: the post of the leader in charge, such as 副市长; may be empty.
    """

    title: str
    unit: str
    due: date | None
    content: str = ""
    leader: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """审议意见, as a meeting of the congress gave it on the report it had heard.

    Attributes:
        body: which congress or standing committee.
        session: which meeting of it.
        held_on: the day of the meeting.
        unit: who answers for the report, usually the government's office.
        report_by: until when it is to be reported back on in writing.
        satisfaction: how the report heard was voted on, where it was.
        votes: the figures of that vote, as announced.
    """

    title: str
    body: str
    session: str
    document: str
    held_on: date | None
    unit: str
    report_by: date | None
    content: str = ""
    leader: str = ""
    satisfaction: Satisfaction | None = None
    votes: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def basis(self) -> str:
        """What the item rests on (条例 733, art. 11)."""
        return f"{self.body}{self.session}审议意见（{self.document}）"


@dataclass(frozen=True, slots=True)
class ReportBack:
    """办理情况报告: what is written back to the congress.

    Attributes:
        unfinished: of each problem that is still open, by its code, why.
    """

    document: str
    text: str
    unfinished: Mapping[str, str] = field(default_factory=dict)


def report_gaps(report: ReportBack, still_open: Collection[str]) -> list[str]:
    """What is missing from a report or wrong in it, problems without a word apart.

    Args:
        still_open: codes of the problems that have not ended.
    """
    gaps = list(blank({"办理情况": report.text}))
    gaps += filter(None, [too_long("报告文号", report.document, DOCUMENT_LENGTH)])
    strange = [code for code in report.unfinished if code not in still_open]
    if strange:
        gaps.append(f"{'、'.join(strange)} 不是尚未办结的交办问题")
    return gaps


def opinion_faults(opinion: Opinion, day: date) -> Iterator[str]:
    """What is missing from an opinion or wrong in it, its problems included.

    Args:
        day: the day on which it is received.
    """
    yield from blank(
        {
            "标题": opinion.title,
            "人大机关": opinion.body,
            "会议": opinion.session,
            "审议意见的文号": opinion.document,
            "会议日期": opinion.held_on,
            "承办单位": opinion.unit,
            "报告时限": opinion.report_by,
        }
    )
    lengths = (
        too_long("标题", opinion.title, TITLE_LENGTH),
        too_long("人大机关", opinion.body, BODY_LENGTH),
        too_long("会议", opinion.session, BODY_LENGTH),
        too_long("文号", opinion.document, DOCUMENT_LENGTH),
    )
    yield from filter(None, lengths)
    if opinion.held_on and opinion.held_on > day:
        yield f"会议日期{opinion.held_on}还没有到"
    if opinion.report_by and opinion.report_by <= day:
        yield f"报告时限{opinion.report_by}须晚于今天"
    yield from problems_faults(opinion.problems, day)


def problems_faults(problems: tuple[Problem, ...], day: date) -> Iterator[str]:
    """What is missing from problems or wrong in them, each named by its place."""
    for number, problem in enumerate(problems, 1):
        yield from (f"问题{number}：{fault}" for fault in _problem_faults(problem, day))
    titles = [(problem.title.strip(), problem.unit) for problem in problems]
    for title, unit in dict.fromkeys(titles):
        if titles.count((title, unit)) > 1:
            yield f"“{title}”对{unit}写了{titles.count((title, unit))}次，请只留一条"


def _problem_faults(problem: Problem, day: date) -> Iterator[str]:
    wanted = {"问题": problem.title, "责任单位": problem.unit, "办理时限": problem.due}
    yield from blank(wanted)
    yield from filter(None, [too_long("问题", problem.title, TITLE_LENGTH)])
    if problem.due and problem.due <= day:
        yield f"办理时限{problem.due}须晚于今天"
