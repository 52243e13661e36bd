"""Government desks have old browsers: pages ask for what Chromium 86 knew in October 2020."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "web/static").glob("*.*")),
    ROOT / "notifications/templates/board/board.css",
    ROOT / "web/templates/link_base.html",
]
BASES = [
    ROOT / "web/templates/console/base.html",
    ROOT / "web/templates/link_base.html",
    ROOT / "notifications/templates/board/base.html",
]
YOUNGER = re.compile(
    r"@layer|@container|@property|@scope|:is\(|:where\(|:user-(in)?valid|color-mix|oklch|oklab"
    r"|\d(d|s|l)v[hw]\b|\dcq|subgrid|aspect-ratio|animation-timeline"
    r"|[\s;{](inset|inset-\w+|(padding|margin)-(block|inline)|translate|rotate|scale)\s*:"
    r"|\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|structuredClone|hasOwn\(|showModal|popover|inert"
    r"|\.findLast|\.toSorted|randomUUID"
)
"""What came after it and would be missed."""
NICER = re.compile(r"^\.narrow:has\(", re.M)
"""What came after it and is not missed: a form with a wide table is narrower."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_asked_of_a_browser_that_an_old_one_lacks(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.S)
    assert YOUNGER.findall(text) == []
    assert text.count(":has(") == 2 * len(NICER.findall(text))


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.parent.name)
def test_a_browser_of_two_engines_is_told_to_take_the_younger(base: Path) -> None:
    assert '<meta name="renderer" content="webkit">' in base.read_text(encoding="utf-8")
