"""交办、签收、退回、改派: ``duban assign``, ``sign-for``, ``return``, ``reassign``."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, Code, Reason

Document = Annotated[
    str, typer.Option("--document", metavar="文号", help="交办文号", show_default=False)
]


def assign(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="编号…", help="事项编号", show_default=False)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="所有已立项未交办的事项")] = False,
    document: Document = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """交办：时限起算，通知各单位联系人，告知配合单位。"""
    if bool(codes) == all_:
        raise typer.BadParameter("请写明事项编号，或用 --all 交办全部，二者选一")
    with answering(as_json) as answer, desk() as at:
        from engine.assigning import assignment
        from engine.desk.transition import find_project
        from engine.listing import office_person, unassigned

        projects = unassigned(at.session) if all_ else [find_project(at, c) for c in codes or ()]
        if projects:
            assignment.assign(at, projects, by or office_person(at.session), document)
        answer.say(f"已交办{len(projects)}项" if projects else "没有待交办的事项")
        answer.put(assigned=[project.code for project in projects])


def sign_for(code: Code, by: By, as_json: AsJson = False) -> None:
    """签收：责任单位接下事项。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assigning import assignment
        from engine.desk.transition import find_project

        project = find_project(at, code)
        assignment.sign_for(at, project, by)
        answer.say(f"{code} 已签收，现为“{project.state.label}”")
        answer.put(code=code, state=project.state.value)


def return_(code: Code, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """退回：不是本单位职责，写明理由，由督查室改派。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assigning import assignment
        from engine.desk.transition import find_project

        project = find_project(at, code)
        assignment.send_back(at, project, by, reason)
        answer.say(f"{code} 已退回督查室")
        answer.put(code=code, state=project.state.value)


def reassign(
    code: Code,
    unit: Annotated[
        str, typer.Option("--unit", metavar="单位", help="改派给哪个单位", show_default=False)
    ],
    reason: Reason,
    instead_of: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="单位",
            help="由哪个牵头单位改出；默认为退回的单位，没有退回的为第一牵头单位",
            show_default=False,
        ),
    ] = "",
    document: Document = "",
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """改派：换一个责任单位，签收、首报、方案时限重新起算，告知原单位。"""
    with answering(as_json) as answer, desk() as at:
        from engine.assigning import reassigning
        from engine.desk.transition import find_project
        from engine.listing import office_person

        project = find_project(at, code)
        actor = by or office_person(at.session)
        done = reassigning.reassign(
            at, project, unit, actor, reason, instead_of=instead_of, document=document
        )
        answer.say(f"{code} 已由{done.before}改派{done.unit}，现为“{project.state.label}”")
        answer.put(code=code, before=done.before, unit=done.unit, state=project.state.value)
