"""升级不停机、退回旧版: this program on a store that a later version has brought on."""

from __future__ import annotations

import sqlite3

import pytest

from engine.store.schema import OLDEST
from tests.cli.conftest import Duban


def tomorrow(duban: Duban, *more: str) -> None:
    """What a later version's revisions do: add, and number."""
    store = sqlite3.connect(duban.home / "duban.db")
    for statement in (
        "CREATE TABLE tomorrow (id INTEGER PRIMARY KEY, notice_id INTEGER REFERENCES notices)",
        "ALTER TABLE notices ADD COLUMN tone VARCHAR(20)",
        "ALTER TABLE deliveries ADD COLUMN copies INTEGER NOT NULL DEFAULT 1",
        "UPDATE alembic_version SET version_num = '9999'",
        *more,
    ):
        store.execute(statement)
    store.commit()
    store.close()


def test_a_program_works_on_with_a_store_that_is_ahead_of_it(assigned: Duban) -> None:
    tomorrow(assigned)
    assigned.at("2023-03-30T08:30:00")
    assert assigned.json("sweep", "daily")["claimed"]
    assert assigned.json("dispatch")["sent"] > 10
    assert assigned("journal", "verify").code == 0


@pytest.mark.parametrize("needed, code", [("9998", 1), ("0001", 0)])
def test_a_store_says_when_a_program_is_too_old_for_it(
    assigned: Duban, needed: str, code: int
) -> None:
    tomorrow(assigned, f"INSERT INTO settings (name, value) VALUES ('{OLDEST}', '{needed}')")
    result = assigned("list")
    assert result.code == code
    assert ("程序太旧" in result.err) is (code == 1)
