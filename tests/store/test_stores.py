"""What tests are lent: each finds what it begins with, whatever the one before has done."""

from __future__ import annotations

from sqlalchemy import select, text

from engine.store.database import Database
from engine.store.tables import Unit
from tests.stores import Store, lend


def one_unit(database: Database) -> None:
    with database.begin() as session:
        session.add(Unit(name="甲"))


def add(database: Database, name: str) -> int:
    with database.begin() as session:
        unit = Unit(name=name)
        session.add(unit)
        session.flush()
        return unit.id


def units(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        return [(unit.id, unit.name) for unit in session.scalars(select(Unit).order_by(Unit.id))]


def test_what_one_wrote_changed_and_removed_the_next_does_not_find(store: Store) -> None:
    for _ in range(2):
        with lend(store, one_unit) as database:
            assert units(database) == [(1, "甲")]
            assert add(database, "乙") == 2
            with database.begin() as session:
                session.execute(text("DELETE FROM units WHERE id = 1"))


def test_two_at_once_and_two_beginnings_do_not_meet(store: Store) -> None:
    with lend(store, one_unit) as one, lend(store, one_unit) as other, lend(store) as bare:
        add(one, "乙")
        assert units(other) == [(1, "甲")]
        assert units(bare) == []
        assert add(bare, "丙") == 1


def test_a_transaction_that_somebody_left_open_holds_nobody_up(store: Store) -> None:
    with store.new(one_unit) as url:
        left = Database(url)
        forgotten = left.engine.connect()
        forgotten.execute(text("UPDATE units SET name = '丁'"))
    with lend(store, one_unit) as database:
        assert units(database) == [(1, "甲")]
    forgotten.invalidate()
    left.close()


def test_altered_tables_are_not_lent_again(store: Store) -> None:
    with lend(store, one_unit) as database, database.begin() as session:
        session.execute(text("DROP TABLE settings"))
    with lend(store, one_unit) as database, database.read() as session:
        assert session.execute(text("SELECT * FROM settings")).all() == []
