"""人大交办: opinions received, their problems handed over, reported back on, and evaluated."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from engine.results.ending import open_parts
from engine.rules.conditions import written
from engine.rules.congress import Opinion, Problem, ReportBack, Satisfaction
from engine.tasks import congress, handing_over
from engine.tasks.opinions import opinion_lines
from web.access import OFFICE, UNITS
from web.console.declared import Act, Done, Offer
from web.console.given import Choice, Given, Line, MaybeLine, MaybeText, Text
from web.console.named import leader_choices, unit_choices
from web.console.opinions import HERE, ONE, view_of
from web.console.visit import Visit


class ProblemRow(Given):
    """A problem to be handed over."""

    title: Line = Field(title="问题")
    unit: Line = Field(title="责任单位")
    due: date = Field(title="办理时限")
    content: MaybeText = Field("", title="具体内容", json_schema_extra={"lines": 2})
    leader: MaybeLine = Field("", title="领办领导")

    @property
    def problem(self) -> Problem:
        return Problem(self.title, self.unit, self.due, self.content, self.leader)


class Received(Given):
    """An opinion."""

    title: Line = Field(title="标题")
    body: Line = Field(title="人大机关", description="如：市六届人大常委会")
    session: Line = Field(title="会议", description="如：第十二次会议")
    document: Line = Field(title="文号", description="同一文号只接收一次")
    held_on: date = Field(title="会议日期")
    unit: Line = Field(title="承办单位", description="按时限书面报告办理情况的单位")
    report_by: date = Field(title="报告时限")
    content: MaybeText = Field("", title="审议意见内容")
    leader: MaybeLine = Field("", title="领办领导")
    satisfaction: Satisfaction | None = Field(None, title="会上测评结果")
    votes: MaybeLine = Field("", title="会上测评票数", description="按公布的写")
    year: int | None = Field(
        None, title="清单年度", description="不填为今年的，没有的为最近一年", ge=1990, le=2100
    )
    problems: list[ProblemRow] = Field(
        default=[], title="交办问题", description="逐一明确责任单位和办理时限", max_length=30
    )


class Problems(Given):
    """Problems of an opinion."""

    problems: list[ProblemRow] = Field(title="交办问题", min_length=1, max_length=30)


class UnfinishedRow(Given):
    """A problem that is not settled, and why."""

    code: Line = Field(title="问题")
    why: MaybeText = Field("", title="进展和原因", json_schema_extra={"lines": 2})


class Reported(Given):
    """A written report."""

    document: Line = Field(title="报告文号")
    text: Text = Field(title="办理情况")
    unfinished: list[UnfinishedRow] = Field(
        default=[],
        title="未办结的问题",
        description="逐项说明；没有办结又没有说明的，不能报告",
        max_length=30,
    )


class Evaluated(Given):
    """How the congress judged a report."""

    result: Satisfaction = Field(title="测评结果")
    evaluated_on: date = Field(title="测评日期")
    votes: MaybeLine = Field("", title="测评票数", description="按公布的写")


def receive(visit: Visit, given: Received) -> Done:
    """Receive an opinion, and hand its problems over."""
    opinion = Opinion(
        title=given.title,
        body=given.body,
        session=given.session,
        document=given.document,
        held_on=given.held_on,
        unit=given.unit,
        report_by=given.report_by,
        content=given.content,
        leader=given.leader,
        satisfaction=given.satisfaction,
        votes=given.votes,
        problems=tuple(row.problem for row in given.problems),
    )
    first, *problems = congress.receive(visit.desk, opinion, visit.by, given.year)
    told = f"已接收 {first.code}，交办问题{len(problems)}项，{written(given.report_by)}前书面报告"
    codes = [problem.code for problem in problems]
    return Done(told, f"{HERE}/{first.code}", {"code": first.code, "problems": codes})


def hand_over(visit: Visit, given: Problems, code: str) -> Done:
    """Hand further problems over."""
    problems = [row.problem for row in given.problems]
    opened = handing_over.hand_over(visit.desk, visit.project(code), problems, visit.by)
    codes = [project.code for project in opened]
    return Done(f"已交办问题{'、'.join(codes)}", data={"problems": codes})


def report(visit: Visit, given: Reported, code: str) -> Done:
    """Report back in writing."""
    unfinished = {row.code: row.why for row in given.unfinished}
    back = ReportBack(given.document, given.text, unfinished)
    project = visit.project(code)
    congress.report_back(visit.desk, project, back, visit.by)
    how = project.timeliness
    return Done(f"{code} 已书面报告（{given.document}），{how.label if how else ''}，等待测评")


def evaluate(visit: Visit, given: Evaluated, code: str) -> Done:
    """Record how a report was judged."""
    project = visit.project(code)
    due = congress.evaluate(
        visit.desk, project, given.result, given.evaluated_on, given.votes, visit.by
    )
    told = f"{code} 测评结果：{given.result.label}"
    if due:
        told += f"。重新办理，{written(due)}前再报告；需要返工的问题请逐项重新办理"
    return Done(told)


def _facts(visit: Visit, code: str) -> list[tuple[str, str]]:
    first, *lines = opinion_lines(view_of(visit, code))
    return [("审议意见", first), ("情况", "\n".join(line.strip() for line in lines))]


def _problem_choices(visit: Visit) -> dict[str, list[Choice]]:
    units, leaders = unit_choices(visit), leader_choices(visit)
    return {
        "unit": units,
        "leader": leaders,
        "problems.unit": units,
        "problems.leader": leaders,
    }


def _offer_receipt(visit: Visit) -> Offer:
    return Offer(choices=_problem_choices(visit))


def _offer_problems(visit: Visit, code: str) -> Offer:
    return Offer(choices=_problem_choices(visit), facts=_facts(visit, code))


def _offer_report(visit: Visit, code: str) -> Offer:
    waiting = open_parts(visit.desk, visit.project(code))
    titles = {line.code: line.title for line in view_of(visit, code).problems}
    return Offer(
        values={"unfinished": [{"code": part, "why": ""} for part in waiting]},
        choices={"unfinished.code": [Choice(p, f"{p} {titles.get(p, '')}") for p in waiting]},
        facts=_facts(visit, code),
        hints={} if waiting else {"unfinished": "交办问题都已办结，不用填"},
    )


def _offer_evaluation(visit: Visit, code: str) -> Offer:
    return Offer(values={"evaluated_on": visit.day}, facts=_facts(visit, code))


PAGES = ()
ACTS = (
    Act(
        "opinion-receive",
        f"{HERE}/receive",
        "接收审议意见",
        OFFICE,
        receive,
        Received,
        about="接收后交办承办单位，按报告时限书面报告；问题一并逐一交办，起算各自的办理时限，每周"
        "一周一督、每月一月一促（监督法2024第十七条，条例733第十一条）。有一条写错，全部不办。",
        offer=_offer_receipt,
        back=HERE,
    ),
    Act(
        "opinion-problem",
        f"{ONE}/problems",
        "交办问题",
        OFFICE,
        hand_over,
        Problems,
        about="逐一明确责任单位和办理时限，随即交办。有一条写错，全部不办。",
        offer=_offer_problems,
        back=ONE,
    ),
    Act(
        "opinion-report",
        f"{ONE}/report",
        "书面报告办理情况",
        OFFICE | UNITS,
        report,
        Reported,
        about="向常委会书面报告。问题已办结，或逐项说明没有办结的原因；没有办结的继续督办。",
        offer=_offer_report,
        back=ONE,
    ),
    Act(
        "opinion-evaluate",
        f"{ONE}/evaluate",
        "登记满意度测评",
        OFFICE,
        evaluate,
        Evaluated,
        about="每次报告测评一次，登记后不能更改。不满意的，自测评日起3个月内再报告。",
        offer=_offer_evaluation,
        back=ONE,
        is_grave=True,
    ),
)
