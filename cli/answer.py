"""What a command answers: words for a reader, or one JSON object for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from engine.errors import DubanError

if TYPE_CHECKING:
    from engine.ledger import LedgerErrors

REFUSED = 1
WIDE = 200
"""Columns of a table that is not shown on a terminal, in characters."""


class Answer:
    """Words go to standard output, or to standard error when that is kept for the JSON object."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.data: dict[str, Any] = {"ok": True}

    def say(self, text: str) -> None:
        """Tell the reader something."""
        typer.echo(text, err=self.as_json)

    def warn(self, text: str) -> None:
        """Tell the reader what is wrong, in red."""
        typer.secho(text, err=True, fg=typer.colors.RED)

    def put(self, **values: Any) -> None:
        """Add to the JSON object."""
        self.data |= values

    def fall_short(self) -> None:
        """The command ends with 1: something was found wanting."""
        self.data["ok"] = False

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a table to the reader; the JSON object has its own form of it."""
        if self.as_json or not rows:
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(header_style="bold")
        for place, heading in enumerate(headings):
            table.add_column(heading, overflow="fold", no_wrap=place == 0)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Console(width=None if sys.stdout.isatty() else WIDE).print(table)

    def faults(self, errors: LedgerErrors) -> None:
        """Show every fault of a file with its place and cure; nothing was taken over."""
        faults = [
            (
                fault.place.sheet,
                "" if fault.place.row is None else str(fault.place.row),
                fault.place.column,
                fault.message,
                fault.cure,
            )
            for fault in errors.errors
        ]
        self.table(("工作表", "行", "列", "问题", "怎么改"), faults)
        message = f"{errors.subject}有{len(faults)}处问题，没有导入任何内容"
        self.warn(message)
        names = ("sheet", "row", "column", "message", "cure")
        self.put(error=message, errors=[dict(zip(names, fault, strict=True)) for fault in faults])
        self.fall_short()


@contextmanager
def answering(as_json: bool) -> Iterator[Answer]:
    """Everything a command does; a refusal becomes red Chinese words and exit code 1."""
    answer = Answer(as_json)
    try:
        yield answer
    except DubanError as error:
        answer.warn(str(error))
        answer.fall_short()
        answer.put(error=str(error))
    if as_json:
        print(json.dumps(answer.data, ensure_ascii=False, default=str), file=sys.stdout)
    if not answer.data["ok"]:
        raise typer.Exit(REFUSED)
