"""证据: ``duban evidence list``, ``get``, ``verify``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.answer import answering
from cli.files import write_new
from cli.installation import installation
from cli.options import AsJson

EvidenceNumber = Annotated[
    int, typer.Argument(metavar="证据号", help="用 duban evidence list 查看", show_default=False)
]


def list_(
    code: Annotated[
        str, typer.Option("--item", metavar="编号", help="只看一个事项的", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """列出证据：编号、事项、文件名、大小、校验值。"""
    with answering(as_json) as answer, installation() as service:
        from engine.evidence import evidence_lines

        with service.database.read() as session:
            lines = evidence_lines(session, code=code)
        if not lines:
            answer.say("没有证据")
        answer.table(
            ("证据号", "事项", "文件名", "大小（字节）", "入库", "入库人", "SHA-256"),
            [
                (
                    str(line.number),
                    line.code,
                    line.name,
                    str(line.size),
                    f"{line.added_at:%Y-%m-%d}",
                    line.added_by,
                    line.sha256[:16],
                )
                for line in lines
            ],
        )
        answer.put(evidence=[asdict(line) for line in lines])


def get(
    number: EvidenceNumber,
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到哪里，须是新文件", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """取出一份证据，核对校验值后写成文件。"""
    with answering(as_json) as answer, installation() as service:
        from engine.evidence import take_out

        with service.database.read() as session:
            evidence, content = take_out(session, number)
        write_new(out, content)
        answer.say(f"证据 {number}“{evidence.name}”已写到 {out}")
        answer.put(evidence=number, name=evidence.name, sha256=evidence.sha256, file=str(out))


def verify(as_json: AsJson = False) -> None:
    """核对全部证据：文件与校验值一致，校验值与日志一致。"""
    with answering(as_json) as answer, installation() as service:
        from engine.evidence import altered, evidence_lines

        with service.database.read() as session:
            count = len(evidence_lines(session))
            faults = list(altered(session))
        for fault in faults:
            answer.warn(fault)
        if faults:
            answer.fall_short()
        else:
            answer.say(f"{count}份证据全部与入库时一致")
        answer.put(checked=count, faults=faults)


COMMANDS: dict[str, Callable[..., None]] = {"list": list_, "get": get, "verify": verify}
