"""What the tests of the ledger share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.workbooks import Save


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a ledger workbook to a folder of the test's own."""
    return Save(tmp_path)
