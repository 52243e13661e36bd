"""``duban transfer``: the whole store into another database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import address_of
from cli.options import AsJson

if TYPE_CHECKING:
    from engine.transfer.transferring import Moved, Progress


def to_database(url: str) -> str:
    """The address of a database as typed."""
    from config.database_address import checked

    try:
        return checked(url)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def transfer(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            parser=to_database,
            metavar="网址",
            help="目标库，须是新建的空库",
            show_default=False,
        ),
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            parser=to_database,
            metavar="网址",
            help="源库；默认是本系统现在的库",
            show_default=False,
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="清掉上次没有搬完的，从头再搬")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """把整个库搬到另一个数据库，逐表核对；中断了再运行一次，接着搬。"""
    with answering(as_json) as answer:
        from config.settings import load_settings
        from engine.store.database import Database
        from engine.transfer.transferring import transfer as move

        source = Database(from_ or load_settings().database)
        target = Database(to)
        began = monotonic()
        try:
            with bar() as progress:
                moved = move(source, target, progress, restart=restart)
        except KeyboardInterrupt:
            answer.say("停下了，已搬的留在目标库里；再运行一次同样的命令，会接着搬")
            raise
        finally:
            source.close()
            target.close()
        _tell(answer, moved, round(monotonic() - began, 1), address_of(to))


@contextmanager
def bar() -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("准备", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield progress


def _tell(answer: Answer, moved: Moved, seconds: float, to: str) -> None:
    filled = {name: table for name, table in moved.tables.items() if table.rows}
    if moved.resumed:
        answer.say(f"上次已搬{moved.resumed}行，这次接着搬完")
    answer.table(
        ("表", "行数", "校验值（两边一致）"),
        [(name, str(table.rows), table.checksum[:16]) for name, table in filled.items()],
    )
    answer.say(
        f"已搬{moved.rows}行，{len(filled)}个表有内容，共{len(moved.tables)}个表，"
        f"行数和校验值两边一致，用时{seconds}秒"
    )
    if moved.faults:
        answer.warn(f"督办日志有{len(moved.faults)}处与写入时不符，在源库中就是这样：")
        for fault in moved.faults:
            answer.warn(f"  {fault}")
        answer.fall_short()
    else:
        answer.say("督办日志在目标库中核对一致")
    answer.say(
        f"接下来：把 DUBAN_DATABASE_URL 改为 {to}（密码照填），启动服务。"
        "旧库留作备份，不要再用它启动，否则两边都会发通知"
    )
    answer.put(
        rows=moved.rows,
        resumed_rows=moved.resumed,
        seconds=seconds,
        tables={
            name: {"rows": table.rows, "sha256": table.checksum}
            for name, table in moved.tables.items()
        },
        journal_faults=[str(fault) for fault in moved.faults],
    )
