"""督查: ``duban inspection plan``, ``open``, ``conclude``, ``recheck``, ``cancel``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from cli.answer import answering
from cli.files import to_file, to_named_file
from cli.inspected import list_, show
from cli.installation import desk
from cli.options import AsJson, ByOffice, Code, Reason, to_day, to_finding, to_word
from engine.rules.words import InspectionKind

InspectionNumber = Annotated[
    int, typer.Argument(metavar="督查号", help="用 duban inspection list 查看", show_default=False)
]
Day = date | None


def _day(name: str, help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, parser=to_day, metavar="年-月-日", help=help_text, show_default=False
    )
    return option


def plan(
    title: Annotated[
        str, typer.Option("--title", metavar="名称", help="督查名称", show_default=False)
    ],
    items: Annotated[
        list[str],
        typer.Option("--item", metavar="编号", help="督查的事项，可写多次", show_default=False),
    ],
    starts_on: Annotated[date, _day("--from", "督查开始日期")],
    ends_on: Annotated[Day, _day("--to", "督查结束日期；不写为当天")] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="方式",
            help="on_site 实地、unannounced 暗访、joint 联合、random_visit 随机走访",
        ),
    ] = "on_site",
    about: Annotated[
        str, typer.Option("--about", metavar="内容", help="督查内容", show_default=False)
    ] = "",
    basis: Annotated[
        str,
        typer.Option(
            "--basis", metavar="批示", help="超出频次或重复督查的批示依据", show_default=False
        ),
    ] = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """列入督查计划。过于频繁或重复的不能列入，除非写明批示依据。"""
    how = to_word(InspectionKind, kind)
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.inspections import inspecting
        from engine.listing import office_person
        from engine.store.tables import Program

        scope = tuple(find_project(at, code) for code in items)
        wanted = inspecting.Plan(how, title, starts_on, ends_on or starts_on, scope, about, basis)
        program = at.session.get_one(Program, scope[0].program_id)
        row = inspecting.plan(at, program, wanted, by or office_person(at.session))
        answer.say(
            f"督查 {row.id} 已列入计划：{how.label}“{title}”，{row.starts_on}至{row.ends_on}"
        )
        answer.put(inspection=row.id, state=row.state)


def open_(
    number: InspectionNumber,
    leader: Annotated[
        str, typer.Option("--leader", metavar="姓名", help="督查组组长", show_default=False)
    ],
    members: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="姓名", help="督查组成员，可写多次", show_default=False),
    ] = None,
    starts_on: Annotated[Day, _day("--from", "改定的开始日期")] = None,
    ends_on: Annotated[Day, _day("--to", "改定的结束日期")] = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """启动督查，组成督查组。结论反馈之前不通知被督查单位。"""
    with answering(as_json) as answer, desk() as at:
        from engine.inspections import inspecting
        from engine.listing import office_person

        row = inspecting.find_inspection(at.session, number)
        period = (starts_on or row.starts_on, ends_on or starts_on or row.ends_on)
        inspecting.open_(
            at,
            row,
            inspecting.Group(leader, tuple(members or ())),
            by or office_person(at.session),
            period if starts_on or ends_on else None,
        )
        answer.say(f"督查 {number} 已启动，组长{row.leader}")
        answer.put(inspection=number, state=row.state)


def conclude(
    number: InspectionNumber,
    conclusion: Annotated[
        str, typer.Option("--conclusion", metavar="结论", help="督查结论", show_default=False)
    ],
    finding: Annotated[
        list[str] | None,
        typer.Option("--finding", metavar="编号:期限:问题", help="发现的问题，可写多次"),
    ] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="编号:文件", help="证据，可不写，可写多次"),
    ] = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """反馈督查结论；发现的问题成为限期整改事项，随即交办。"""
    found = [to_finding(text) for text in finding or ()]
    files = [to_named_file(text) for text in evidence or ()]
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.inspections.concluding import Attached, Found
        from engine.inspections.concluding import conclude as conclude_
        from engine.inspections.inspecting import find_inspection
        from engine.listing import office_person

        named = {code: find_project(at, code) for code in [*(f[0] for f in found), *dict(files)]}
        opened = conclude_(
            at,
            find_inspection(at.session, number),
            [Found(named[code], text, due) for code, due, text in found],
            conclusion,
            by or office_person(at.session),
            [Attached(named[code], file) for code, file in files],
        )
        answer.say(f"督查 {number} 的结论已反馈各被督查单位")
        for project in opened:
            answer.say(f"  限期整改 {project.code}：{project.title}")
        answer.put(inspection=number, rectifications=[project.code for project in opened])


def recheck(
    code: Code,
    passed: Annotated[
        bool, typer.Option("--passed/--failed", help="复查合格或不合格", show_default=False)
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="情况", help="复查情况", show_default=False)
    ],
    due: Annotated[Day, _day("--due", "不合格的，新的整改时限")] = None,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", metavar="文件", help="证据，可不写，可写多次")
    ] = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """复查已销号的限期整改；不合格的重新整改。"""
    files = [to_file(path) for path in evidence or ()]
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.inspections.rectifying import recheck as recheck_
        from engine.listing import office_person

        project = find_project(at, code)
        who = by or office_person(at.session)
        recheck_(at, project, who, passed=passed, text=text, due=due, evidence=files)
        answer.say(f"{code} 复查{'合格' if passed else f'不合格，重新整改，时限 {due}'}")
        answer.put(code=code, passed=passed, state=project.state)


def cancel(
    number: InspectionNumber, reason: Reason, by: ByOffice = "", as_json: AsJson = False
) -> None:
    """取消督查，不再计入频次。"""
    with answering(as_json) as answer, desk() as at:
        from engine.inspections import inspecting
        from engine.listing import office_person

        row = inspecting.find_inspection(at.session, number)
        inspecting.cancel(at, row, by or office_person(at.session), reason)
        answer.say(f"督查 {number} 已取消")
        answer.put(inspection=number, state=row.state)


COMMANDS: dict[str, Callable[..., None]] = {
    "plan": plan,
    "open": open_,
    "conclude": conclude,
    "recheck": recheck,
    "cancel": cancel,
    "list": list_,
    "show": show,
}
