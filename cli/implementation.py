"""实施方案: ``duban implementation submit`` and ``show``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import desk
from cli.options import AsJson, By, Code

if TYPE_CHECKING:
    from engine.rules.implementation import PlanParts


def _part(option: str, label: str) -> typer.models.OptionInfo:
    return typer.Option(option, metavar="文字", help=label, show_default=False)


def submit(
    code: Code,
    by: By,
    departments: Annotated[str, _part("--departments", "责任部门")] = "",
    tasks: Annotated[str, _part("--tasks", "目标任务")] = "",
    schedule: Annotated[str, _part("--schedule", "完成时限")] = "",
    funds: Annotated[str, _part("--funds", "资金安排")] = "",
    safeguards: Annotated[str, _part("--safeguards", "保障措施")] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", metavar="文件", help=".yaml，写明五项内容；另写的选项优先", show_default=False
        ),
    ] = None,
    corrects: Annotated[
        int | None,
        typer.Option("--corrects", metavar="版次", help="更正哪一版", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """报送实施方案；更正的，写明更正哪一版。"""
    given = {
        "departments": departments,
        "tasks": tasks,
        "schedule": schedule,
        "funds": funds,
        "safeguards": safeguards,
    }
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.plans import implementing

        plan = _plan(file, given)
        row = implementing.submit(at, find_project(at, code), plan, by, corrects)
        answer.say(f"{code} 实施方案第{row.version}版已报送")
        answer.put(code=code, version=row.version)


def _plan(file: Path | None, given: dict[str, str]) -> PlanParts:
    from dataclasses import replace

    from engine.rules.implementation import PlanParts

    if file is None:
        return PlanParts(**given)
    from config.plan_file import load_plan

    return replace(load_plan(file), **{name: text for name, text in given.items() if text})


def show(code: Code, as_json: AsJson = False) -> None:
    """查看实施方案：现行一版和历次报送。"""
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.plans.implementing import plan_versions
        from engine.rules.conditions import written
        from engine.rules.implementation import PARTS
        from engine.rules.zone import local_day

        versions = plan_versions(at, find_project(at, code))
        if not versions:
            answer.say(f"{code} 还没有报送过实施方案")
        for row in versions:
            day = written(local_day(row.submitted_at))
            answer.say(f"第{row.version}版 {day} {row.submitted_by}报送")
        if versions:
            answer.say("")
            for name, label in PARTS.items():
                answer.say(f"{label}：{getattr(versions[-1], name)}")
        answer.put(
            code=code,
            versions=[
                {
                    "version": row.version,
                    "submitted_by": row.submitted_by,
                    "submitted_at": row.submitted_at.isoformat(),
                    **{name: getattr(row, name) for name in PARTS},
                }
                for row in versions
            ],
        )


COMMANDS: dict[str, Callable[..., None]] = {"submit": submit, "show": show}
