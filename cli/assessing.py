"""考核: ``duban assess make``, ``publish``, ``object``, ``settle``, ``list``, ``show``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import Answer, answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, ListTitle, Reason, to_figure

if TYPE_CHECKING:
    from engine.assessment.assessed import Score

Year = Annotated[
    int, typer.Option("--year", metavar="年度", help="清单年度，如 2023", show_default=False)
]
UnitName = Annotated[
    str, typer.Option("--unit", metavar="单位", help="单位全称", show_default=False)
]
Reader = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="姓名",
        help="查看人：督查室和领导可看全部，单位只看本单位",
        show_default=False,
    ),
]


def make(
    year: Year,
    table: Annotated[
        str, typer.Option("--table", metavar="评分表", help="自带评分表的名称，或 .yaml 文件")
    ] = "default",
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="理由", help="得分已送达的，写明为何重评", show_default=False
        ),
    ] = "",
    title: ListTitle = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """按评分表给各牵头单位评分，得出拟定稿。"""
    with answering(as_json) as answer, desk() as at:
        from config.scoring_loader import load_scoring
        from engine.assessment import assessing
        from engine.assessment.assessed import scores
        from engine.listing import office_person
        from engine.lists.programs import program_of

        program, actor = (
            program_of(at.session, at.day, year, title),
            by or office_person(at.session),
        )
        made = assessing.make(at, program, load_scoring(table), actor, reason)
        answer.say(f"已评分，{len(made)}个单位有新的得分，等待送达：duban assess publish")
        _tell(answer, scores(at.session, program, actor))


def publish(
    year: Year,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar="单位", help="只送这些单位，可写多个", show_default=False),
    ] = None,
    title: ListTitle = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """把得分送各单位；单位只看得到自己的。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assessment import assessing
        from engine.listing import office_person
        from engine.lists.programs import program_of

        program = program_of(at.session, at.day, year, title)
        actor = by or office_person(at.session)
        rows = assessing.publish(at, program, actor, unit or ())
        answer.say(f"已送达{len(rows)}个单位，{rows[0].object_by}前可以提出异议")
        answer.put(published=len(rows), object_by=rows[0].object_by)


def object_(
    year: Year,
    unit: UnitName,
    reason: Reason,
    by: By,
    line: Annotated[
        int | None,
        typer.Option("--line", metavar="序号", help="对哪一个得分项", show_default=False),
    ] = None,
    title: ListTitle = "",
    as_json: AsJson = False,
) -> None:
    """对本单位的得分提出异议。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assessment.assessed import find_assessment
        from engine.assessment.assessing import AssessmentRefused
        from engine.assessment.objecting import file_objection
        from engine.lists.programs import program_of

        assessment = find_assessment(at.session, program_of(at.session, at.day, year, title), unit)
        if assessment is None:
            raise AssessmentRefused(f"{unit}还没有送达的考核得分")
        row = file_objection(at, assessment, by, reason, line)
        answer.say(f"{unit}的异议已提交，异议号 {row.id}，由督查室非评分人处理")
        answer.put(objection=row.id)


def settle(
    number: Annotated[
        int, typer.Argument(metavar="异议号", help="提出时给出的编号", show_default=False)
    ],
    accept: Annotated[
        bool, typer.Option("--accept/--reject", help="异议成立或不成立", show_default=False)
    ],
    reason: Reason,
    by: By,
    points: Annotated[
        Decimal | None,
        typer.Option(
            "--points",
            parser=to_figure,
            metavar="分数",
            help="更正几分；不写则把该项的分数全部还回",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """处理异议；评分人不得处理。成立的，更正得分并出新版。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assessment import objecting

        row = objecting.settle(at, number, by, accept=accept, reason=reason, points=points)
        answer.say(f"考核异议 {number}：{row.state.label}")
        answer.put(objection=number, accepted=accept)


def list_(year: Year, title: ListTitle = "", by: ByOffice = "", as_json: AsJson = False) -> None:
    """列出各单位的得分，按联系表的顺序，不排名次。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assessment.assessed import scores
        from engine.listing import office_person
        from engine.lists.programs import program_of

        program = program_of(at.session, at.day, year, title)
        _tell(answer, scores(at.session, program, by or office_person(at.session)))


def show(
    year: Year, unit: UnitName, title: ListTitle = "", by: Reader = "", as_json: AsJson = False
) -> None:
    """查看一个单位的得分，逐项列出依据的日志。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assessment.assessed import score_of
        from engine.listing import office_person
        from engine.lists.programs import program_of

        program = program_of(at.session, at.day, year, title)
        score = score_of(at.session, program, unit, by or office_person(at.session))
        _show(answer, score)


def _tell(answer: Answer, found: list[Score]) -> None:
    if not found:
        answer.say("还没有考核评分。请用 duban assess make 评分")
    answer.table(
        ("单位", "得分", "版次", "状态", "异议截止", "异议"),
        [
            (
                score.unit,
                f"{score.total.normalize():f}",
                str(score.version),
                score.state.label,
                str(score.object_by or "无"),
                "、".join(f"{o.number}（{o.state.label}）" for o in score.objections) or "无",
            )
            for score in found
        ],
    )
    answer.put(scores=[_data(score) for score in found])


def _show(answer: Answer, score: Score) -> None:
    answer.say(f"{score.unit}：{score.total.normalize():f}分（第{score.version}版）")
    answer.say(f"评分表：{score.table}（版本 {score.table_version}），截至 {score.as_of}")
    answer.table(
        ("序号", "项目", "分数", "说明", "日志号", "日期"),
        [
            (
                str(row.number),
                row.item.label,
                f"{row.points.normalize():+f}" if row.points else "0",
                row.text,
                str(row.event or "无"),
                str(row.on or "无"),
            )
            for row in score.rows
        ],
    )
    if score.object_by:
        answer.say(f"对得分有异议的，请在 {score.object_by} 前提出：duban assess object")
    answer.put(**_data(score), lines=[_line(row) for row in score.rows])


def _data(score: Score) -> dict[str, Any]:
    return {
        "unit": score.unit,
        "total": format(score.total.normalize(), "f"),
        "version": score.version,
        "state": score.state,
        "as_of": score.as_of,
        "object_by": score.object_by,
        "table": score.table_version,
        "objections": [
            {"objection": o.number, "line": o.line, "state": o.state, "decision": o.decision}
            for o in score.objections
        ],
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "item": row.item,
        "points": format(row.points.normalize(), "f"),
        "text": row.text,
        "event": row.event,
        "on": row.on,
    }


COMMANDS: dict[str, Callable[..., None]] = {
    "make": make,
    "publish": publish,
    "object": object_,
    "settle": settle,
    "list": list_,
    "show": show,
}
