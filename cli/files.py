"""Files that a command takes in or writes out."""

from __future__ import annotations

from pathlib import Path

import typer

from engine.errors import cause_of
from engine.rules.evidence import MAX_SIZE, File


def to_file(text: str) -> File:
    """A file named on the command line; of one that is too large no more is read than shows it."""
    path = Path(text)
    try:
        with path.open("rb") as stream:
            return File(path.name, stream.read(MAX_SIZE + 1))
    except OSError as error:
        raise typer.BadParameter(f"读不了文件“{text}”：{cause_of(error)}") from None


def read_text(path: Path) -> str:
    """What a text file says, its lines ended as they are here."""
    try:
        said = to_file(str(path)).content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"“{path}”不是 UTF-8 文本，请另存为 UTF-8 编码") from None
    return said.replace("\r\n", "\n")


def to_named_file(text: str) -> tuple[str, File]:
    """An item, or a metric, and a file, typed as ``编号:文件``."""
    name, mark, path = text.replace("：", ":", 1).partition(":")
    if not mark or not name.strip() or not path.strip():
        raise typer.BadParameter(f"“{text}”应写成 编号:文件，例如 2023-05:现场.jpg")
    return name.strip(), to_file(path.strip())


def write_same(path: Path, content: bytes) -> None:
    """Write a file where there is none yet, or none that says anything else."""
    if path.is_file() and path.read_bytes() == content:
        return
    write_new(path, content)


def write_new(path: Path, content: bytes) -> None:
    """Write a file where there is none yet."""
    try:
        with path.open("xb") as stream:
            stream.write(content)
    except FileExistsError:
        raise typer.BadParameter(f"“{path}”已经存在，请换一个文件名") from None
    except OSError as error:
        raise typer.BadParameter(f"写不了文件“{path}”：{cause_of(error)}") from None
