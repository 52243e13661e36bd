"""Files that were uploaded and wait to be confirmed: kept under the installation's home, where
every process of it finds them, by what they hold, for a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from engine.errors import DubanError

LASTS = timedelta(days=1)
DIGEST = re.compile("[0-9a-f]{64}")
PART = ".part"
"""What is not written to its end yet."""


class UploadGone(DubanError):
    """上传的文件已经不在。"""


def keep(home: Path, name: str, content: bytes, now: datetime) -> Path:
    """Keep a file until it is confirmed; those that nobody has confirmed for a day go."""
    folder = home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder, now)
    ending = Path(name).suffix.lower()[:8]
    path = folder / f"{sha256(content).hexdigest()}{ending if ending[1:].isalnum() else ''}"
    whole = path.with_suffix(PART)
    whole.write_bytes(content)
    whole.replace(path)
    return path


def kept(home: Path, digest: str) -> Path:
    """The file that was kept under this digest.

    Raises:
        UploadGone: it was never kept, or went meanwhile.
    """
    found = (home / "uploads").glob(f"{digest}.*") if DIGEST.fullmatch(digest) else ()
    paths = sorted(path for path in found if path.suffix != PART)
    if not paths:
        raise UploadGone("上传的文件只保留一天，现已不在，请重新上传")
    return paths[0]


def _tidy(folder: Path, now: datetime) -> None:
    for path in folder.iterdir():
        if now.timestamp() - path.stat().st_mtime > LASTS.total_seconds():
            path.unlink(missing_ok=True)
