"""The example's rehearsal until the end of March, for tests that need not live through the year."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.flows.two_items import EXAMPLE


def first_quarter(folder: Path) -> Path:
    """The scenario's file, copied into a folder with all that belongs to it, and cut short."""
    shutil.copytree(EXAMPLE.parent, folder)
    file = folder / EXAMPLE.name
    text = file.read_text(encoding="utf-8")
    assert "last: 2024-01-31" in text
    shorter, cut, _ = text.partition("  # ---------- 通报稿")
    assert cut
    file.write_text(shorter.replace("last: 2024-01-31", "last: 2023-03-31"), encoding="utf-8")
    return file
