"""督查: ``duban inspect``."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, ByOffice, to_finding, to_word
from engine.rules.words import InspectionKind


def inspect(
    title: Annotated[
        str, typer.Option("--title", metavar="名称", help="督查名称", show_default=False)
    ],
    leader: Annotated[
        str, typer.Option("--leader", metavar="姓名", help="督查组组长", show_default=False)
    ],
    visited: Annotated[
        list[str],
        typer.Option("--visited", metavar="编号", help="督查的事项，可写多次", show_default=False),
    ],
    conclusion: Annotated[
        str, typer.Option("--conclusion", metavar="结论", help="督查结论", show_default=False)
    ],
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="方式", help="on_site 实地、unannounced 暗访、joint 联合"),
    ] = "on_site",
    finding: Annotated[
        list[str] | None,
        typer.Option("--finding", metavar="编号:期限:问题", help="发现的问题，可写多次"),
    ] = None,
    by: ByOffice = "",
    as_json: AsJson = False,
) -> None:
    """记录一次督查；发现的问题成为限期整改事项，随即交办。"""
    found = [to_finding(text) for text in finding or ()]
    with answering(as_json) as answer, desk() as at:
        from engine import inspecting
        from engine.listing import office_person
        from engine.store.tables import Program
        from engine.transition import find_project

        how = to_word(InspectionKind, kind)
        projects = {code: find_project(at, code) for code in [*visited, *(f[0] for f in found)]}
        opened = inspecting.inspect(
            at,
            at.session.get_one(Program, projects[visited[0]].program_id),
            how,
            title,
            leader,
            list(projects.values()),
            [inspecting.Finding(projects[code], text, due) for code, due, text in found],
            conclusion,
            by or office_person(at.session),
        )
        answer.say(f"已记录{how.label}：{title}，查看{len(projects)}项")
        for project in opened:
            answer.say(f"  限期整改 {project.code}：{project.title}")
        answer.put(visited=list(projects), rectifications=[project.code for project in opened])
