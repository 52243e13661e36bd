"""``duban audit``: what should have happened and did not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import Answer, answering
from cli.installation import installation
from cli.options import AsJson

if TYPE_CHECKING:
    from flows.auditing import Audit

HTTP = ("http://", "https://")


def to_address(text: str) -> str:
    """The address of a page, as typed."""
    if not text.startswith(HTTP):
        raise typer.BadParameter("心跳网址应以 http:// 或 https:// 开头")
    return text


def audit(
    full: Annotated[
        bool, typer.Option("--full", help="核对全部日志；默认只核对上次之后的")
    ] = False,
    cron: Annotated[
        bool, typer.Option("--cron", help="不开服务、只用 cron 的：不看各任务有没有进程在看")
    ] = False,
    heart: Annotated[
        str | None,
        typer.Option(
            "--heart",
            metavar="网址",
            parser=to_address,
            help="没有问题才访问它；默认 DUBAN_HEARTBEAT_URL",
            show_default=False,
        ),
    ] = None,
    heart_file: Annotated[
        Path | None,
        typer.Option(
            "--heart-file",
            metavar="文件",
            help="没有问题才更新它的时间；默认 DUBAN_HEARTBEAT_FILE",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """巡检：该发生而没有发生的，一一列出；没有问题才报心跳。有问题返回 1。"""
    with answering(as_json) as answer, installation() as service:
        from flows.auditing import audit_now
        from flows.catalogue import expected

        jobs = () if cron else expected(service)
        found = audit_now(service, jobs, full=full, heart=heart, heart_file=heart_file)
        _tell(answer, found)


def _tell(answer: Answer, found: Audit) -> None:
    if found.findings:
        answer.fall_short()
        answer.warn(f"巡检发现{len(found.findings)}处：")
    else:
        answer.say("巡检没有发现问题")
    for finding in found.findings:
        answer.warn(f"  {finding.kind.label}：{finding.text}")
        answer.say(f"    办法：{finding.kind.cure}")
    if found.heart:
        answer.fall_short()
        answer.warn(found.heart)
    elif found.beats:
        answer.say("已报心跳")
    answer.put(
        findings=[
            {
                "kind": finding.kind,
                "label": finding.kind.label,
                "subject": finding.subject,
                "text": finding.text,
                "since": finding.since and finding.since.isoformat(),
                "cure": finding.kind.cure,
            }
            for finding in found.findings
        ],
        beat=found.beats and not found.heart,
        heart=found.heart,
    )
