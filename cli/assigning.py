"""交办、签收、退回: ``duban assign``, ``sign-for``, ``return``."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, ByOffice, Code, Reason


def assign(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="编号…", help="事项编号", show_default=False)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="所有已立项未交办的事项")] = False,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """交办：时限起算，通知各单位联系人。"""
    if bool(codes) == all_:
        raise typer.BadParameter("请写明事项编号，或用 --all 交办全部，二者选一")
    with answering(as_json) as answer, desk() as at:
        from engine import assignment
        from engine.listing import office_person, unassigned
        from engine.transition import find_project

        projects = unassigned(at.session) if all_ else [find_project(at, c) for c in codes or ()]
        if projects:
            assignment.assign(at, projects, by or office_person(at.session))
        answer.say(f"已交办{len(projects)}项" if projects else "没有待交办的事项")
        answer.put(assigned=[project.code for project in projects])


def sign_for(code: Code, by: By, as_json: AsJson = False) -> None:
    """签收：责任单位接下事项。"""
    with answering(as_json) as answer, desk() as at:
        from engine import assignment
        from engine.transition import find_project

        project = find_project(at, code)
        assignment.sign_for(at, project, by)
        answer.say(f"{code} 已签收，现为“{project.state.label}”")
        answer.put(code=code, state=project.state.value)


def return_(code: Code, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """退回：不是本单位职责，写明理由，由督查室改派。"""
    with answering(as_json) as answer, desk() as at:
        from engine import assignment
        from engine.transition import find_project

        project = find_project(at, code)
        assignment.send_back(at, project, by, reason)
        answer.say(f"{code} 已退回督查室")
        answer.put(code=code, state=project.state.value)
