"""``duban init`` and ``duban import``: a place to work, and a list to work on."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import address_of, installation
from cli.options import AsJson
from engine.errors import DubanError

if TYPE_CHECKING:
    from engine.ledger import Ledger
    from engine.lists.importing import Preview
    from flows.service import Service


COUNTS = ("fields", "projects", "measures", "targets", "units")


class ImportRefused(DubanError):
    """未导入。"""


def init(as_json: AsJson = False) -> None:
    """创建工作目录和数据库。已有的不动。"""
    with answering(as_json) as answer, installation() as service:
        settings = service.settings
        database = address_of(settings.database)
        answer.say(f"工作目录：{settings.home}")
        answer.say(f"数据库：{database}")
        answer.say("下一步：duban import 台账.xlsx")
        answer.put(home=str(settings.home), database=database)


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="台账", help=".xlsx 或 .yaml", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有什么变化，不写入")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="有变化时不再询问")] = False,
    by: Annotated[
        str, typer.Option("--by", metavar="姓名", help="督查室办理人", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """导入台账；有变化的先列出再询问。"""
    from engine.ledger import LedgerErrors, read_ledger
    from engine.lists.references import references_in

    with answering(as_json) as answer, installation() as service:
        try:
            with service.database.read() as session:
                ledger = read_ledger(file, references_in(session))
        except LedgerErrors as errors:
            answer.faults(errors)
            return
        _import(answer, service, ledger, by, dry_run=dry_run, yes=yes)


def _import(
    answer: Answer, service: Service, ledger: Ledger, by: str, *, dry_run: bool, yes: bool
) -> None:
    """Show what would change, ask where something is registered already, and write."""
    from engine.lists.importing import preview

    with service.database.read() as session:
        shown = preview(session, ledger)
    _tell(answer, shown)
    if dry_run and shown.changes is None:
        _show_as_read(answer, shown)
    if shown.changes == ():
        return
    if dry_run:
        answer.say("以上为预览，没有写入")
    elif shown.changes and not yes:
        _ask(answer)
    _write(service, ledger, shown, by, keep=not dry_run)
    if not dry_run:
        answer.say("已导入" if shown.changes is None else "已按新文件调整")
        answer.put(written=True)


def _tell(answer: Answer, shown: Preview) -> None:
    counts = {name: getattr(shown, name) for name in COUNTS}
    answer.put(program=shown.title, batch=shown.batch, written=False, **counts)
    if shown.changes is None:
        answer.put(status="new")
        new = "新清单" if shown.batch == 1 else f"新增第{shown.batch}批"
        answer.say(f"{shown.title}（{shown.year}年）：{new}")
        broken = f"，{shown.measures}条措施" if shown.measures else ""
        answer.say(
            f"{shown.fields}个领域，{shown.projects}个事项{broken}，"
            f"{shown.targets}项指标，{shown.units}个单位"
        )
    elif not shown.changes:
        answer.put(status="same")
        answer.say(f"{shown.title}：没有变化")
    else:
        answer.put(status="changed", changes=shown.changes)
        answer.say(f"{shown.title}：与库中相比有{len(shown.changes)}处变化")
        for change in shown.changes:
            answer.say(f"  {change}")
    for note in shown.notes:
        answer.say(f"注意：{note}")
    if shown.notes:
        answer.put(notes=shown.notes)


def _show_as_read(answer: Answer, shown: Preview) -> None:
    """How dates and targets were understood, to be held against the file before it counts."""
    rows = [
        (item.number, item.title, "、".join(item.lead_units), item.due.isoformat(), item.targets)
        for item in shown.items
    ]
    answer.table(("序号", "项目", "牵头单位", "完成时限", "量化指标"), rows)
    names = ("number", "title", "lead_units", "due", "targets")
    answer.put(items=[dict(zip(names, row, strict=True)) for row in rows])


def _ask(answer: Answer) -> None:
    if not sys.stdin.isatty():
        raise ImportRefused("有变化，未导入。核对以上变化后，加 --yes 再导入一次")
    if not typer.confirm("按新文件调整吗？", err=answer.as_json):
        raise ImportRefused("没有导入，库中内容未动")


class _OnlyTriedError(Exception):
    """Undoes what was written."""


def _write(service: Service, ledger: Ledger, shown: Preview, by: str, *, keep: bool) -> None:
    """One transaction. What the user has seen is what is written, or nothing is; where nothing is
    to be kept, what the import would be refused for is refused all the same, but for the name."""
    from cli.proposals import office_of
    from engine.desk.people import acting
    from engine.lists.importing import take_over
    from engine.proposals.proposal import OFFICE
    from engine.rules.steps import Role

    with suppress(_OnlyTriedError), service.at_desk() as desk:
        actor = office_of(desk, by) if keep else by or OFFICE
        take_over(desk, ledger, shown.changes, actor.partition("@")[0])
        if by:
            acting(desk.session, by, Role.OFFICE)
        if not keep:
            raise _OnlyTriedError
