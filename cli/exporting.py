"""导出: ``duban export ledger``, ``log``, ``assessment``, ``year-end``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.journal import NotWritten
from cli.options import AsJson, ListTitle, ListYear, to_day, to_word
from engine.errors import DubanError, cause_of
from engine.rules.zone import local_day


class ExportRefused(DubanError):
    """不能这样导出。"""


def to_workbook(text: str) -> Path:
    """The name of a workbook as typed."""
    if not text.lower().endswith(".xlsx"):
        raise typer.BadParameter(f"“{text}”应以 .xlsx 结尾")
    return Path(text)


Out = Annotated[
    Path,
    typer.Option(
        "--out", parser=to_workbook, metavar="文件", help="写到哪个 .xlsx", show_default=False
    ),
]


def ledger(
    out: Out,
    year: ListYear = None,
    title: ListTitle = "",
    batch: Annotated[int, typer.Option("--batch", metavar="批次", help="清单的第几批")] = 1,
    as_json: AsJson = False,
) -> None:
    """导出台账：按导入时的格式，附完成情况、灯色、时限。再导入不会有变化。"""
    with answering(as_json) as answer, installation() as service:
        from engine.exporting import batches, export_ledger
        from engine.lists.programs import program_of

        with service.database.read() as session, _written(out) as path:
            day = local_day(service.now())
            program = program_of(session, day, year, title)
            count = len(batches(session, program))
            export_ledger(session, program, day, batch).save(path)
        more = f"（本清单共{count}批，这是第{batch}批，其他批次用 --batch）" if count > 1 else ""
        answer.say(f"台账已导出到 {out}{more}")
        answer.put(file=str(out), batch=batch, batches=count)


def year_end(
    out: Out, year: ListYear = None, title: ListTitle = "", as_json: AsJson = False
) -> None:
    """导出年终办理情况台账：承诺、结果、办理类别，分类合计。"""
    with answering(as_json) as answer, installation() as service:
        from engine.exporting import export_year_end
        from engine.lists.programs import program_of

        with service.database.read() as session, _written(out) as path:
            day = local_day(service.now())
            program = program_of(session, day, year, title)
            export_year_end(session, program, day).save(path)
        answer.say(f"年终办理情况台账已导出到 {out}")
        answer.put(file=str(out))


def assessment(
    out: Out,
    year: ListYear = None,
    title: ListTitle = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="单位", help="只导出这个单位", show_default=False)
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="姓名", help="查看人；单位只能导出本单位的", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """导出考核得分：每个得分项、依据的日志号和日期。"""
    with answering(as_json) as answer, installation() as service:
        from engine.exporting import export_assessments
        from engine.listing import office_person
        from engine.lists.programs import program_of

        with service.database.read() as session, _written(out) as path:
            program = program_of(session, local_day(service.now()), year, title)
            reader = by or office_person(session)
            export_assessments(session, program, reader, unit).save(path)
        answer.say(f"考核得分已导出到 {out}")
        answer.put(file=str(out))


def log(
    out: Out,
    project: Annotated[
        str, typer.Option("--project", metavar="编号", help="只要这个事项", show_default=False)
    ] = "",
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=to_day, metavar="年-月-日", help="从哪天起", show_default=False
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to", parser=to_day, metavar="年-月-日", help="到哪天止（含）", show_default=False
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="种类", help="如 填报、通知发出，可写多个", show_default=False
        ),
    ] = None,
    person: Annotated[
        str, typer.Option("--person", metavar="姓名", help="只要此人办理的", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """导出督办日志为 Excel，可按事项、日期、种类、人员筛选。"""
    with answering(as_json) as answer, installation() as service:
        from engine.desk.transition import find_project
        from engine.logbook import Choice, log_lines
        from engine.sheets.log import write_log
        from engine.store.event_kinds import EventKind

        kinds = tuple(to_word(EventKind, text) for text in kind or ())
        if first and last and first > last:
            raise ExportRefused(f"--from {first} 晚于 --to {last}，请改正日期")
        with service.database.read() as session, _written(out) as path:
            item = find_project(service.desk(session), project) if project else None
            choice = Choice(item, first, last, kinds, person.partition("@")[0])
            count = write_log(log_lines(session, choice), path, local_day(service.now()))
        answer.say(f"已导出{count}条日志到 {out}")
        answer.put(file=str(out), events=count)


@contextmanager
def _written(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its place once it is whole.

    Raises:
        NotWritten: the folder does not exist or cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, suffix=".xlsx")
    except OSError as error:
        raise NotWritten(f"{out} 写不出来：{cause_of(error)}") from error
    os.close(handle)
    path = Path(name)
    try:
        yield path
        path.chmod(0o644)
        path.replace(out)
    except OSError as error:
        raise NotWritten(f"{out} 写不出来：{cause_of(error)}") from error
    finally:
        path.unlink(missing_ok=True)


COMMANDS: dict[str, Callable[..., None]] = {
    "ledger": ledger,
    "log": log,
    "assessment": assessment,
    "year-end": year_end,
}
