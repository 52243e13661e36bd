"""``duban simulate``: a year rehearsed in seconds."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answer import Answer, answering
from cli.installation import told_when_unreachable
from cli.options import AsJson
from cli.serving import Told
from engine.rules.words import NoticeKind, Stage

if TYPE_CHECKING:
    from flows.simulate import Progress


def simulate(
    scenario: Annotated[
        Path, typer.Argument(metavar="情景", help="scenario.yaml", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="目录", help="写到哪里；须为空", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """按情景把一年预演一遍：邮件、日志、报告都写到目录。"""
    from config.database_address import of_file

    with answering(as_json) as answer, told_when_unreachable(of_file(out), "--out"):
        _spare_the_collector()
        from flows.simulate import simulate as rehearse

        with _told_when_left(answer, out), _bar() as show, _left_between_days(show) as progress:
            summary = rehearse(scenario, out, progress)
        _tell(answer, summary, out)
        answer.put(**summary, out=str(out))
        if not summary["journal_verified"] or summary["unexplained"]:
            answer.fall_short()


def _spare_the_collector() -> None:
    """Importing and rehearsing make many small values and few circles, of some megabytes in all:
    looking for them at Python's usual rate costs a twentieth of the time (measured in pairs)."""
    gc.disable()


@contextmanager
def _told_when_left(answer: Answer, out: Path) -> Iterator[None]:
    """A rehearsal that is left before its end, by Ctrl-C or for a fault, leaves a folder that could
    be taken for a result. One that was there before is not spoken of."""
    held_something = _holds_something(out)
    try:
        yield
    except BaseException:
        if _holds_something(out) and not held_something:
            answer.warn(
                f"预演没有做完：目录“{out}”里的内容不完整，不能当作结果。"
                "请删去这个目录再重新预演，或者用 --out 另写一个目录"
            )
        raise


def _holds_something(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("预演", total=None)

        def progress(day: date, number: int, days: int) -> None:
            bar.update(task, description=f"预演 {day}", completed=number, total=days)

        yield progress


@contextmanager
def _left_between_days(show: Progress) -> Iterator[Progress]:
    """Ctrl-C leaves a rehearsal before the next day begins: in the middle of one it could strike
    where a connection is just being closed, and end in words of a library. A second Ctrl-C strikes
    at once."""
    told, before = Told(), signal.getsignal(signal.SIGINT)

    def tell(*_: object) -> None:
        told.tell()
        signal.signal(signal.SIGINT, before)

    def progress(day: date, number: int, days: int) -> None:
        if told.is_told:
            raise KeyboardInterrupt
        show(day, number, days)

    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, tell)
    try:
        yield progress
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(answer: Answer, summary: dict[str, Any], out: Path) -> None:
    notices, kinds = summary["notices"], summary["by_kind"]
    answer.say(f"{summary['program']}：{summary['days']}天，用时{summary['seconds']}秒")
    stages = "、".join(f"{stage.label}{notices[stage.value]}份" for stage in Stage)
    answer.say(f"通知：{stages}")
    listed = (f"{kind.label}{kinds[kind.value]}份" for kind in NoticeKind if kind.value in kinds)
    answer.say(f"分类：{'、'.join(listed)}")
    answer.say(
        f"{summary['projects']}个事项办结{summary['closed']}个；督查{summary['inspections']}次，"
        f"限期整改{summary['rectifications']}项，签发通报{summary['circulars_signed']}份；"
        f"发信{summary['deliveries']}封"
    )
    if summary["publications"]:
        objections = sum(summary["public_objections"].values())
        told = f"公示{summary['publications']}次，公众异议{objections}件"
        answer.say(f"{told}，公示栏在 board/index.html")
    verified = "核对一致" if summary["journal_verified"] else "核对不一致"
    answer.say(f"日志{summary['journal_events']}条，{verified}")
    unexplained = summary["unexplained"]
    answer.say(
        f"{summary['explained']}份通知逐份重新推算："
        + (f"{len(unexplained)}份不一致" if unexplained else "全部一致")
    )
    answer.say(f"结果在 {out}，先看 report.html")
