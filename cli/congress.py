"""审议意见: ``duban opinion`` receive, problem, report, evaluate, list and show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, By, ByOffice, Code, ListYear, to_day, to_named_text, to_word
from engine.rules.congress import Opinion, Problem, ReportBack, Satisfaction

Title = Annotated[str, typer.Option("--title", metavar="标题", help="标题", show_default=False)]
UnitName = Annotated[
    str, typer.Option("--unit", metavar="单位", help="承办或责任单位", show_default=False)
]
Content = Annotated[str, typer.Option("--content", metavar="内容", help="具体内容")]
Leader = Annotated[str, typer.Option("--leader", metavar="职务", help="领办领导的职务")]
Votes = Annotated[str, typer.Option("--votes", metavar="票数", help="测评票数，按公布的写")]
Document = Annotated[str, typer.Option("--document", metavar="文号", help="文件的文号")]
FromFile = Annotated[
    Path | None,
    typer.Option("--file", metavar="文件", help="从 YAML 文件读取，几条一起办，有错一条不办"),
]


def receive(
    file: FromFile = None,
    title: Title = "",
    body: Annotated[str, typer.Option("--body", metavar="机关", help="如 市人大常委会")] = "",
    session: Annotated[str, typer.Option("--session", metavar="会议", help="如 第十二次会议")] = "",
    document: Document = "",
    held_on: Annotated[
        date | None, typer.Option("--date", parser=to_day, metavar="年-月-日", help="会议日期")
    ] = None,
    unit: UnitName = "",
    report_by: Annotated[
        date | None, typer.Option("--due", parser=to_day, metavar="年-月-日", help="报告时限")
    ] = None,
    content: Content = "",
    leader: Leader = "",
    result: Annotated[
        str, typer.Option("--result", metavar="结果", help="会上测评结果：满意、基本满意、不满意")
    ] = "",
    votes: Votes = "",
    year: ListYear = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """接收审议意见，连同问题一并交办；承办单位按时限书面报告。"""
    with answering(as_json) as answer, desk() as at:
        from config.handed_over import load_opinion
        from engine.listing import office_person
        from engine.tasks import congress

        if file:
            opinion = load_opinion(file)
        else:
            voted = to_word(Satisfaction, result) if result else None
            given = (title, body, session, document, held_on, unit, report_by, content, leader)
            opinion = Opinion(*given, satisfaction=voted, votes=votes)
        first, *problems = congress.receive(at, opinion, by or office_person(at.session), year)
        answer.say(f"已接收 {first.code} {first.title}，{opinion.report_by}前书面报告")
        for problem in problems:
            answer.say(f"  交办问题 {problem.code}：{problem.title}")
        answer.put(code=first.code, problems=[problem.code for problem in problems])


def problem(
    code: Code,
    file: FromFile = None,
    title: Title = "",
    unit: UnitName = "",
    due: Annotated[
        date | None, typer.Option("--due", parser=to_day, metavar="年-月-日", help="办理时限")
    ] = None,
    content: Content = "",
    leader: Leader = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """逐一交办审议意见中的问题，明确责任单位和办理时限。"""
    with answering(as_json) as answer, desk() as at:
        from config.handed_over import load_problems
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.tasks import handing_over

        problems = load_problems(file) if file else (Problem(title, unit, due, content, leader),)
        opinion = find_project(at, code)
        who = by or office_person(at.session)
        opened = handing_over.hand_over(at, opinion, problems, who)
        for project in opened:
            answer.say(f"已交办 {project.code}：{project.title}")
        answer.put(code=code, problems=[project.code for project in opened])


def report(
    code: Code,
    by: By,
    document: Document = "",
    text: Annotated[str, typer.Option("--text", metavar="报告", help="办理情况")] = "",
    unfinished: Annotated[
        list[str] | None,
        typer.Option("--unfinished", metavar="编号=说明", help="未办结的问题逐项说明，可写多次"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """书面报告审议意见的办理情况；问题都已办结，或逐项说明。"""
    said = dict(to_named_text(item) for item in unfinished or ())
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.tasks import congress

        project = find_project(at, code)
        congress.report_back(at, project, ReportBack(document, text, said), by)
        how = project.timeliness
        answer.say(f"{code} 已书面报告（{document}）：{how.label if how else ''}，等待测评")
        answer.put(code=code, state=project.state.value, timeliness=how)


def evaluate(
    code: Code,
    result: Annotated[
        str,
        typer.Option("--result", metavar="结果", help="满意、基本满意、不满意", show_default=False),
    ],
    evaluated_on: Annotated[
        date,
        typer.Option(
            "--date", parser=to_day, metavar="年-月-日", help="测评日期", show_default=False
        ),
    ],
    votes: Votes = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """记录满意度测评；不满意的重新办理，3个月内再报告。"""
    satisfaction = to_word(Satisfaction, result)
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.listing import office_person
        from engine.tasks import congress

        project = find_project(at, code)
        who = by or office_person(at.session)
        due = congress.evaluate(at, project, satisfaction, evaluated_on, votes, who)
        answer.say(f"{code} 测评结果：{satisfaction.label}")
        if due:
            answer.say(
                f"  重新办理，{due}前再报告；需要返工的问题请用 duban complete reopen 逐项重新办理"
            )
        answer.put(code=code, satisfaction=satisfaction, due=due, state=project.state.value)


def list_(as_json: AsJson = False) -> None:
    """列出审议意见和问题办理情况。"""
    with (
        answering(as_json) as answer,
        installation() as service,
        service.database.read() as session,
    ):
        from engine.tasks.opinions import opinion_views

        views = opinion_views(session)
        for view in views:
            still_open = sum(line.is_open for line in view.problems)
            answer.say(
                f"{view.code} {view.title}（{view.unit}，{view.state.label}）："
                f"问题{len(view.problems)}项，未办结{still_open}项，{view.due}前报告"
            )
        if not views:
            answer.say("没有审议意见")
        answer.put(opinions=[asdict(view) for view in views])


def show(code: Code, as_json: AsJson = False) -> None:
    """查看一件审议意见：问题、报告和测评。"""
    with (
        answering(as_json) as answer,
        installation() as service,
        service.database.read() as session,
    ):
        from engine.tasks.congress import OpinionRefused
        from engine.tasks.opinions import opinion_lines, opinion_views

        found = opinion_views(session, code)
        if not found:
            raise OpinionRefused(f"没有编号为“{code}”的审议意见，请用 duban opinion list 查看编号")
        for line in opinion_lines(found[0]):
            answer.say(line)
        answer.put(**asdict(found[0]))


COMMANDS: dict[str, Callable[..., None]] = {
    "receive": receive,
    "problem": problem,
    "report": report,
    "evaluate": evaluate,
    "list": list_,
    "show": show,
}
