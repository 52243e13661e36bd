"""倒排工期: ``duban plan``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import Answer, answering
from cli.installation import desk
from cli.options import AsJson, Code, to_day, to_figure

if TYPE_CHECKING:
    from engine.plans.planning import Step
    from engine.rules.backward import Plan


def to_step(text: str) -> Step:
    """A step, typed as ``名称=天数`` or ``名称=天数=累计进度%``."""
    from engine.plans.planning import Step

    name, *figures = text.rsplit("=", 2 if text.rstrip().endswith(("%", "％")) else 1)
    if not figures or not figures[0].strip().isdecimal():
        raise typer.BadParameter(
            f"“{text}”应写成 名称=天数 或 名称=天数=累计进度%，例如 招标=20 或 招标=20=15%"
        )
    percent = to_figure(figures[1]) if len(figures) > 1 else None
    return Step(name.strip(), int(figures[0]), percent)


def plan(
    code: Code,
    step: Annotated[
        list[str],
        typer.Option(
            "--step",
            metavar="名称=天数",
            help="按先后逐步写，天数为工作日；可加累计进度，如 招标=20=15%",
            show_default=False,
        ),
    ],
    by: Annotated[
        str,
        typer.Option("--by", metavar="姓名", help="办理人；只看不存的可不写", show_default=False),
    ] = "",
    start: Annotated[
        date | None,
        typer.Option(
            "--start",
            parser=to_day,
            metavar="年-月-日",
            help="最早开工日，不写为今天",
            show_default=False,
        ),
    ] = None,
    accept: Annotated[
        str,
        typer.Option(
            "--accept",
            metavar="理由",
            help="工期不够仍采用的理由，如各步交叉进行",
            show_default=False,
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看排出的日期，不写入")] = False,
    as_json: AsJson = False,
) -> None:
    """倒排工期：从完成时限往回排，避开周末和节假日，代替尚未完成的节点。"""
    steps = [to_step(text) for text in step]
    if not by and not dry_run:
        raise typer.BadParameter("请用 --by 写明办理人；只看不存的，加 --dry-run")
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.plans import planning

        project = find_project(at, code)
        if dry_run:
            made = planning.draft_plan(at, project, steps, start)
        else:
            made = planning.set_plan(at, project, steps, by, start, accept)
        _tell(answer, made)
        answer.say("以上为预览，没有写入" if dry_run else f"{code} 的节点已按此调整")
        answer.put(code=code, written=not dry_run, **_data(made))


def _tell(answer: Answer, made: Plan) -> None:
    answer.table(
        ("工序", "工作日", "开始", "完成", "其间节假日和调休"),
        [
            (s.name, str(s.days), str(s.start), str(s.end), "、".join(s.spans) or "无")
            for s in made.steps
        ],
    )
    answer.say(f"最早开工日{made.begin}，完成时限{made.due}。{made.verdict}")
    if made.provisional:
        answer.say("其中有年份的节假日安排尚未公布，日期为暂定")


def _data(made: Plan) -> dict[str, Any]:
    return {
        "begin": made.begin,
        "due": made.due,
        "slack": made.slack,
        "feasible": made.is_feasible,
        "provisional": made.provisional,
        "steps": [
            {"name": s.name, "days": s.days, "start": s.start, "end": s.end, "spans": s.spans}
            for s in made.steps
        ],
    }
