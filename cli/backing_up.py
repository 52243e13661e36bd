"""``duban backup`` and ``duban restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.installation import address_of, installation, told_when_unreachable
from cli.options import AsJson
from cli.transfer import bar


def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="目录", help="默认为工作目录下的 backups", show_default=False),
    ] = None,
    verify: Annotated[
        Path | None,
        typer.Option("--verify", metavar="文件", help="不备份，只核对一份备份", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """把全部数据备份成一个文件，写完核对；服务照常运行。有问题返回 1。"""
    with answering(as_json) as answer:
        from engine.transfer.backing_up import back_up, faults_of
        from flows.clock import system_clock

        if verify is not None:
            faults = faults_of(verify)
            for fault in faults:
                answer.warn(fault)
            if faults:
                answer.fall_short()
            else:
                answer.say(f"{verify.name} 完整：文件没有损坏，督办日志核对一致")
            answer.put(file=str(verify), faults=faults)
            return
        with installation() as service, bar() as progress:
            folder = to or service.settings.backup_dir
            file = back_up(service.database, folder, system_clock(), progress)
        answer.say(f"已备份到 {file}，核对无误")
        answer.put(file=str(file), size=file.stat().st_size)


def restore(
    file: Annotated[Path, typer.Argument(metavar="备份", help="备份文件", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """把一份备份恢复到空库，逐表核对。先停掉服务，旧库改名或另指一个新库。"""
    with answering(as_json) as answer:
        from config.settings import load_settings, make_folder
        from engine.store.database import Database
        from engine.transfer.backing_up import restore as bring_back

        settings = load_settings()
        make_folder(settings.home)
        with told_when_unreachable(settings.database):
            target = Database(settings.database)
            try:
                with bar() as progress:
                    rows = bring_back(file, target, progress)
            finally:
                target.close()
        answer.say(f"已恢复{rows}行到 {address_of(settings.database)}，逐表核对一致")
        answer.put(file=str(file), rows=rows)
