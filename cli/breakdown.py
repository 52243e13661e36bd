"""任务分解: ``duban breakdown`` and ``duban tree``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import answering
from cli.installation import desk, installation
from cli.options import AsJson, By, Code

if TYPE_CHECKING:
    from engine.desk.issuing import Desk
    from engine.ledger.values import LedgerProject
    from engine.lists.levels import Branch
    from engine.store.tables import Project

OPTIONS = {
    "title": "--title",
    "lead_units": "--unit",
    "support_units": "--support",
    "due": "--due",
    "target": "--target",
    "steps": "--steps",
}
"""The options that give a measure, by what they say of it."""


def breakdown(
    code: Code,
    by: By,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="文件",
            help="YAML，measures: 下逐条列出措施，写法与台账相同",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str, typer.Option("--title", metavar="措施", help="措施内容", show_default=False)
    ] = "",
    unit: Annotated[
        str,
        typer.Option(
            "--unit", metavar="单位", help="责任单位，几个的用顿号隔开", show_default=False
        ),
    ] = "",
    support: Annotated[
        str, typer.Option("--support", metavar="单位", help="配合单位", show_default=False)
    ] = "",
    due: Annotated[
        str,
        typer.Option("--due", metavar="时限", help="如 2024-06-30、6月底前", show_default=False),
    ] = "",
    target: Annotated[
        str,
        typer.Option("--target", metavar="目标", help="如 建设助餐点600个", show_default=False),
    ] = "",
    steps: Annotated[
        str,
        typer.Option(
            "--steps", metavar="节点", help="如 3月底前完成选址（30%）；…", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """任务分解：把事项或措施分解给有关单位，登记后等待督查室交办。"""
    texts = dict(zip(OPTIONS, (title, unit, support, due, target, steps), strict=True))
    if (file is None) == (not any(texts.values())):
        raise typer.BadParameter("请用 --file 给出文件，或用 --title、--unit、--due 写明一条措施")
    with answering(as_json) as answer, desk() as at:
        from engine.desk.transition import find_project
        from engine.plans.breaking_down import break_down

        project = find_project(at, code)
        codes = break_down(at, project, _measures(at, project, file, texts), by)
        answer.say(f"{code} 已分解为{len(codes)}项：{'、'.join(codes)}")
        answer.say(f"等待督查室交办：duban assign {' '.join(codes)}")
        answer.put(code=code, measures=codes)


def _measures(
    at: Desk, project: Project, file: Path | None, texts: dict[str, str]
) -> tuple[LedgerProject, ...]:
    from engine.ledger import LedgerErrors
    from engine.ledger.measure_file import read_measure, read_measure_file
    from engine.plans.breaking_down import promised_date
    from engine.store.tables import Program

    year, due = at.session.get_one(Program, project.program_id).year, promised_date(at, project)
    try:
        if file is not None:
            return read_measure_file(file, year, due)
        return read_measure(texts, year, due, OPTIONS)
    except LedgerErrors as errors:
        subject = "这条措施" if file is None else f"文件“{file.name}”"
        raise LedgerErrors(errors.errors, subject) from None


def tree(code: Code, as_json: AsJson = False) -> None:
    """列出一个事项和它的各级分解：单位、层级、进度、灯色、时限。"""
    with answering(as_json) as answer, installation() as service:
        from engine.desk.transition import find_project
        from engine.lists.levels import flat
        from engine.lists.levels import tree as tree_of

        with service.database.read() as session:
            at = service.desk(session)
            top = tree_of(session, find_project(at, code), at.day)
        answer.table(
            ("编号", "事项、措施", "责任单位", "配合单位", "层级", "状态", "灯色", "进度", "时限"),
            [
                (
                    "　" * depth + line.code,
                    line.title,
                    "、".join(line.units),
                    "、".join(line.support),
                    line.level.label if line.level else "",
                    line.state.label,
                    line.light.label,
                    f"{line.percent}%",
                    str(line.due or "无"),
                )
                for depth, line in flat(top)
            ],
        )
        answer.put(tree=_data(top))


def _data(branch: Branch) -> dict[str, Any]:
    return {
        "code": branch.code,
        "kind": branch.kind,
        "title": branch.title,
        "units": branch.units,
        "support": branch.support,
        "level": branch.level,
        "state": branch.state,
        "light": branch.light,
        "percent": branch.percent,
        "due": branch.due,
        "parts": [_data(part) for part in branch.parts],
    }
