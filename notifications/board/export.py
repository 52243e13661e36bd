"""Writing the board into a folder that a web server carries.

A file that would be the same is left alone, with its time; one that is different is written beside
and takes its place at once; what is no longer part of the board is removed, if it was ours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from engine.errors import DubanError, cause_of

MANIFEST = ".duban-board.json"
"""Which files of the folder are ours, and what they were made from."""
BESIDE = ".duban-new"


class BoardNotWritten(DubanError):
    """公示栏写不到这个目录。"""


@dataclass(frozen=True, slots=True)
class Exported:
    """How many files were written, left alone and removed."""

    written: int
    same: int
    removed: int


def export(files: Mapping[str, bytes], folder: Path, stamp: str) -> Exported:
    """Bring a folder up to date.

    Args:
        stamp: what the files were made from; see ``is_current``.

    Raises:
        BoardNotWritten: the folder cannot be written to, or holds a file of somebody else's where
            one of ours belongs; nothing was changed.
    """
    try:
        return _export(files, folder, stamp)
    except OSError as error:
        raise BoardNotWritten(f"公示栏写不到“{folder}”：{cause_of(error)}") from error


def is_current(folder: Path, stamp: str) -> bool:
    """Whether the folder holds what was made from the same."""
    return bool(stamp) and _manifest(folder).stamp == stamp


def _export(files: Mapping[str, bytes], folder: Path, stamp: str) -> Exported:
    ours, digests, different = _manifest(folder).files, {}, []
    for name, content in files.items():
        digests[name] = sha256(content).hexdigest()
        if _read(folder / name) != content:
            different.append(name)
    strangers = [name for name in different if name not in ours and (folder / name).exists()]
    if strangers:
        raise BoardNotWritten(
            f"“{folder}”里已有不是公示栏写的文件：{'、'.join(sorted(strangers))}，请换一个目录"
        )
    beside = [_write_beside(folder / name, files[name]) for name in sorted(different)]
    # The first pages come last, so that no link of theirs leads nowhere for a moment.
    for path in sorted(beside, key=lambda path: -len(path.parts)):
        path.replace(path.with_name(path.name.removesuffix(BESIDE)))
    gone = _remove(folder, {name: ours[name] for name in ours if name not in files})
    _write_manifest(folder, digests, stamp)
    return Exported(len(different), len(files) - len(different), gone)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write_beside(path: Path, content: bytes) -> Path:
    """A file that the web server may read, whatever the service's own files are like."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o755)
    beside = path.with_name(path.name + BESIDE)
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.chmod(0o644)
    return beside


def _remove(folder: Path, ours: Mapping[str, str]) -> int:
    """Remove what is still as we wrote it, and folders that are empty then."""
    removed = 0
    for name, digest in sorted(ours.items()):
        path = folder / name
        content = _read(path) if ".." not in path.parts else None
        if content is None or sha256(content).hexdigest() != digest:
            continue
        path.unlink()
        removed += 1
        if path.parent != folder and not any(path.parent.iterdir()):
            path.parent.rmdir()
    return removed


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the last export left: the digest of each file, and what all were made from."""

    stamp: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def _manifest(folder: Path) -> _Manifest:
    try:
        return _KEPT.validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return _Manifest()


def _write_manifest(folder: Path, digests: Mapping[str, str], stamp: str) -> None:
    kept = _Manifest(stamp, dict(sorted(digests.items())))
    text = _KEPT.dump_json(kept, indent=1) + b"\n"
    if _read(folder / MANIFEST) != text:
        _write_beside(folder / MANIFEST, text).replace(folder / MANIFEST)


_KEPT = TypeAdapter(_Manifest)
