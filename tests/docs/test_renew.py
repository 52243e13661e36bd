"""The pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.renew import MADE, renewed

PAGES = list(renewed())


@pytest.mark.parametrize(("page", "made"), PAGES, ids=list(MADE))
def test_a_page_made_from_the_code_is_up_to_date(page: Path, made: str):
    assert page.read_text(encoding="utf-8") == made, "请运行 .venv/bin/python -m docs.renew"
