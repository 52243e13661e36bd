"""督办日志: ``duban journal verify``, ``export``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson
from engine.errors import DubanError, cause_of


class NotWritten(DubanError):
    """导出文件写不出来。"""


def verify(as_json: AsJson = False) -> None:
    """核对日志：任何改动、缺失、调换都会指出。"""
    with answering(as_json) as answer, installation() as service:
        from engine.audit.faults import in_words
        from engine.store import journal

        with service.database.read() as session:
            faults = in_words(session, journal.verify(session))
        if faults:
            answer.warn(f"督办日志有{len(faults)}处与写入时不符：")
            for fault in faults:
                answer.warn(f"  {fault}")
            answer.fall_short()
        else:
            answer.say("督办日志完整，与写入时一致")
        answer.put(faults=faults)


def export(
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写到哪里")] = Path(
        "duban-journal.jsonl"
    ),
    as_json: AsJson = False,
) -> None:
    """导出日志，一行一条，可用独立的核对程序核对。"""
    with answering(as_json) as answer, installation() as service:
        from engine.store import journal

        # A file cut short would pass for a journal that is.
        if out.exists() and not out.is_file():
            raise NotWritten(f"{out} 不是文件，请写明要写到哪个文件")
        part = Path(f"{out}.part")
        try:
            with service.database.read() as session, part.open("wb") as stream:
                events = journal.export(session, stream)
            part.replace(out)
        except OSError as error:
            raise NotWritten(
                f"{out} 写不出来（{cause_of(error)}），请核对目录是否存在、能否写入"
            ) from error
        finally:
            with suppress(OSError):
                part.unlink()
        answer.say(f"已导出{events}条到 {out}")
        answer.put(events=events, file=str(out))


COMMANDS: dict[str, Callable[..., None]] = {"verify": verify, "export": export}
